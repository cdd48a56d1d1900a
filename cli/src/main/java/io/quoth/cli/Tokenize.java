package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth tokenize}. */
final class Tokenize implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "tokenize",
        List.of(
            "Show how a tokenizer splits a text: each piece with its id and its characters.",
            "Ranges count characters (code points) from 0; the end is exclusive."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.flag(
                "--json",
                "Read one JSON string a line from standard input (or take TEXT) and write one JSON"
                    + " object a line: ids, tokens, offsets."),
            Usage.Opt.flag(
                "--no-special-tokens", "Leave out what the tokenizer puts around a text."),
            Usage.Opt.of(
                "--decode", "IDS", "Go back: print the text of these ids, special tokens kept."),
            Usage.Opt.flag("--skip-special-tokens", "With --decode: leave them out."),
            Usage.Opt.of(
                "--compare",
                "MODEL,MODEL...",
                "Show TEXT under several tokenizers: tokens, characters a token, and the pieces"
                    + " below each other."),
            Usage.Opt.of(
                "--price",
                "PRICE[,PRICE...]",
                "With --compare: what a million tokens cost, one price for all or one for each"
                    + " model; shows what TEXT costs."),
            Usage.Opt.flag(
                "--merges",
                "Show how each piece of TEXT was built, merge by merge; for a single word also how"
                    + " its other spellings are cut."),
            Usage.Opt.of(
                "--stats",
                "FILE",
                "Count the tokens of a file: a word and a character, by script; the longest and"
                    + " the rarest pieces. - takes standard input."),
            Usage.Opt.flag(
                "--as-transformers",
                "Build the tokenizer as transformers' AutoTokenizer does: from the class that the"
                    + " files name, which for some models (Llama 2, Phi-3, Pegasus) gives other ids"
                    + " than their tokenizer.json.")),
        new Usage.Parameters(
            "TEXT", "The text; - takes standard input, less one final newline.", 0, 1),
        List.of(
            "quoth tokenize \"I'm fine.\"",
            "quoth tokenize -m path/to/gpt2 - < story.txt",
            "quoth tokenize -m path/to/gpt2 --decode 40,1101,3734,13",
            "quoth tokenize --merges unbelievable",
            "quoth tokenize --compare tales,path/to/gpt2 --price 2.50 \"a text\"",
            "quoth tokenize -m path/to/gpt2 --stats story.txt",
            "printf '\"one\"\\n\"two\"\\n' | quoth tokenize --json"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    refuseContradictions(arguments);
    if (arguments.has("--compare")) {
      compare(console, arguments);
      return Quoth.DONE;
    }
    String model = arguments.text("--model").orElse(ModelOption.CAUSAL);
    Tokenizer tokenizer = load(console, arguments, model);
    if (arguments.has("--stats")) {
      stats(console, tokenizer, arguments.text("--stats").orElseThrow());
      return Quoth.DONE;
    }
    if (arguments.has("--merges")) {
      String text = Input.text(String.valueOf(arguments.parameter()), console);
      new Merges(console, tokenizer).show(text);
      return Quoth.DONE;
    }
    var ids = arguments.ids("--decode");
    boolean json = arguments.has("--json");
    if (ids.isPresent()) {
      requireKnown(tokenizer, ids.get());
      String text = tokenizer.decode(ids.get(), arguments.has("--skip-special-tokens"));
      console.out().println(json ? Json.write(text) : text);
      return Quoth.DONE;
    }
    var options = EncodeOptions.DEFAULT.withSpecialTokens(!arguments.has("--no-special-tokens"));
    String text = arguments.parameter();
    if (!json) {
      text = Input.text(String.valueOf(text), console);
      show(console, tokenizer, text, tokenizer.encode(text, options));
    } else if (text == null || text.equals("-")) {
      Input.lines(
          console,
          (line, number) -> {
            String string = Json.parse(line, "standard input, line " + number).asString();
            writeJson(console, tokenizer.encode(string, options));
          });
    } else {
      writeJson(console, tokenizer.encode(text, options));
    }
    return Quoth.DONE;
  }

  private static Tokenizer load(Console console, Arguments arguments, String model) {
    var folder = ModelOption.resolve(console, arguments, model);
    return arguments.has("--as-transformers")
        ? Tokenizer.loadAsTransformers(folder)
        : Tokenizer.load(folder);
  }

  private static void compare(Console console, Arguments arguments) {
    var compare = Compare.of(console, arguments, model -> load(console, arguments, model));
    String text = Input.text(String.valueOf(arguments.parameter()), console);
    var options = EncodeOptions.DEFAULT.withSpecialTokens(!arguments.has("--no-special-tokens"));
    if (arguments.has("--json")) {
      compare.writeJson(text, options);
    } else {
      compare.show(text, options);
    }
  }

  private static void stats(Console console, Tokenizer tokenizer, String file) {
    var stats = new TokenStats(tokenizer);
    try (var lines = new TextLines(console, List.of(file))) {
      stats.add(lines);
      stats.show(console, lines.bytes());
    }
  }

  /** Options that each ask for another kind of answer. */
  private static final List<String> KINDS = List.of("--decode", "--compare", "--merges", "--stats");

  private static void refuseContradictions(Arguments arguments) {
    List<String> kinds = KINDS.stream().filter(arguments::has).toList();
    if (kinds.size() > 1) {
      throw new UsageException(String.join(" and ", kinds) + " exclude each other");
    }
    if (arguments.has("--stats") || arguments.has("--merges")) {
      for (String other : List.of("--json", "--no-special-tokens")) {
        if (arguments.has(other)) {
          throw new UsageException(kinds.getFirst() + " has no " + other);
        }
      }
    }
    if (arguments.has("--compare") && arguments.has("--model")) {
      throw new UsageException("--compare names the models itself: no --model");
    }
    if (arguments.has("--price") && !arguments.has("--compare")) {
      throw new UsageException("--price belongs to --compare");
    }
    if (arguments.has("--stats")) {
      if (arguments.parameter() != null) {
        throw new UsageException("--stats takes a file: no TEXT");
      }
      return;
    }
    if (arguments.has("--compare") && arguments.parameter() == null) {
      throw new UsageException("missing TEXT (in quotes, or - for standard input)");
    }
    boolean decode = arguments.has("--decode");
    String text = arguments.parameter();
    if (decode && (text != null || arguments.has("--no-special-tokens"))) {
      throw new UsageException("--decode takes ids alone: no TEXT, no --no-special-tokens");
    }
    if (!decode && arguments.has("--skip-special-tokens")) {
      throw new UsageException(
          "--skip-special-tokens belongs to --decode; for a text there is --no-special-tokens");
    }
    if (!decode && text == null && !arguments.has("--json")) {
      throw new UsageException("missing TEXT (in quotes, or - for standard input)");
    }
  }

  private static void requireKnown(Tokenizer tokenizer, int[] ids) {
    for (int id : ids) {
      if (tokenizer.token(id).isEmpty()) {
        throw new BadArgumentException(
            "id " + id + " is not in the vocabulary of " + tokenizer.vocabSize() + " tokens");
      }
    }
  }

  private static void show(Console console, Tokenizer tokenizer, String text, Encoding encoding) {
    var pieces = new Pieces(tokenizer, console.style());
    int tokens = encoding.length();
    int characters = text.codePointCount(0, text.length());
    console.out().println(pieces.sideBySide(text, encoding));
    console.out().println();
    console.out().print(pieces.table(text, encoding));
    console.out().println();
    String rate = String.format(Locale.ROOT, "%.2f", (double) characters / Math.max(1, tokens));
    console
        .out()
        .println(
            tokens + " tokens, " + characters + " characters: " + rate + " characters a token");
    if (encoding.isCut()) {
      console.err().println("The tokenizer's own truncation cut the text.");
    }
  }

  private static void writeJson(Console console, Encoding encoding) {
    var offsets = new ArrayList<int[]>();
    encoding.offsets().forEach(span -> offsets.add(new int[] {span.start(), span.end()}));
    var line = new LinkedHashMap<String, Object>();
    line.put("ids", encoding.ids());
    line.put("tokens", encoding.tokens());
    line.put("offsets", offsets);
    console.out().println(Json.write(line));
  }
}
