package io.quoth.cli;

import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Span;
import io.quoth.tokenizers.TextInput;
import io.quoth.tokenizers.Tokenizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code quoth tokenize --stats}: how well a tokenizer suits a file. Fertility is the number of
 * tokens a word, where a word is a run of letters, marks and digits; scripts without blanks make
 * long words, so the characters a token stand beside it.
 */
final class TokenStats {
  private static final int SHOWN = 8;
  private static final int BATCH = 512;

  private final Tokenizer tokenizer;
  private final long[] used;
  private final Map<Character.UnicodeScript, Script> scripts = new HashMap<>();
  private long tokens;
  private long characters;
  private long unknown;
  private final int unknownId;

  /** Sums over one script. */
  private static final class Script {
    private long words;
    private long characters;
    private long tokens;
  }

  TokenStats(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    int limit = tokenizer.addedTokens().stream().mapToInt(token -> token.id() + 1).max().orElse(0);
    used = new long[Math.max(limit, tokenizer.vocabSize())];
    unknownId =
        tokenizer.config().specialTokens().unk().map(tokenizer::id).stream()
            .flatMapToInt(id -> id.stream())
            .findFirst()
            .orElse(-1);
  }

  /** Counts the tokens of all lines; a line feed stands between two of them. */
  void add(TextLines lines) {
    var batch = new ArrayList<TextInput>();
    for (String line : lines) {
      batch.add(TextInput.of(line + "\n"));
      if (batch.size() == BATCH) {
        add(batch);
      }
    }
    add(batch);
  }

  private void add(List<TextInput> batch) {
    List<Encoding> encodings = tokenizer.encodeBatch(batch, EncodeOptions.PLAIN);
    for (int i = 0; i < encodings.size(); i++) {
      add(batch.get(i).first().getFirst(), encodings.get(i));
    }
    batch.clear();
  }

  private void add(String text, Encoding encoding) {
    characters += text.codePointCount(0, text.length());
    tokens += encoding.length();
    for (int id : encoding.ids()) {
      if (id < used.length) {
        used[id]++;
      }
      unknown += id == unknownId ? 1 : 0;
    }
    int token = 0;
    for (int at = 0; at < text.length(); ) {
      int end = run(text, at, TokenStats::isWord);
      if (end == at) {
        at = run(text, at, c -> !isWord(c));
        continue;
      }
      var script = Character.UnicodeScript.of(text.codePointAt(at));
      Script sums = scripts.computeIfAbsent(script, _ -> new Script());
      sums.words++;
      sums.characters += text.codePointCount(at, end);
      while (token < encoding.length() && encoding.charOffset(token).end() <= at) {
        token++;
      }
      for (int t = token; t < encoding.length(); t++) {
        Span span = encoding.charOffset(t);
        if (span.start() >= end) {
          break;
        }
        sums.tokens += span.end() > at ? 1 : 0;
      }
      at = end;
    }
  }

  private static int run(String text, int at, IntPredicate belongs) {
    while (at < text.length() && belongs.test(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    return at;
  }

  private static boolean isWord(int c) {
    int type = Character.getType(c);
    return Character.isLetterOrDigit(c)
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }

  void show(Console console, long bytes) {
    Style style = console.style();
    var table = new Table(style);
    int different = (int) java.util.Arrays.stream(used).filter(count -> count > 0).count();
    table.row("tokens", number(tokens));
    table.row(
        "characters", number(characters) + ", " + Compare.ratio(characters, tokens) + " a token");
    table.row("bytes", number(bytes) + ", " + Compare.ratio(bytes, tokens) + " a token");
    long words = scripts.values().stream().mapToLong(s -> s.words).sum();
    long inWords = scripts.values().stream().mapToLong(s -> s.tokens).sum();
    table.row(
        "words", number(words) + ", fertility " + Compare.ratio(inWords, words) + " tokens a word");
    table.row(
        "vocabulary",
        number(different) + " of " + number(tokenizer.vocabSize()) + " tokens are used");
    if (unknownId >= 0) {
      table.row("unknown", number(unknown) + " tokens");
    }
    table.print(console.out());
    console.out().println();
    scripts(console, style);
    console.out().println();
    var ids = new Table(style);
    ids.row("longest", pieces(style, longest()));
    ids.row("rarest", pieces(style, rarest()));
    ids.row("commonest", pieces(style, commonest()));
    ids.print(console.out());
  }

  private void scripts(Console console, Style style) {
    var grid = new Grid("", ">", ">", ">", ">");
    grid.head(style, "script", "words", "tokens", "tokens a word", "characters a token");
    scripts.entrySet().stream()
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<Character.UnicodeScript, Script> entry) -> -entry.getValue().tokens)
                .thenComparing(Map.Entry::getKey))
        .forEach(entry -> {
          Script sums = entry.getValue();
          grid.row(
              name(entry.getKey()),
              number(sums.words),
              number(sums.tokens),
              Compare.ratio(sums.tokens, sums.words),
              Compare.ratio(sums.characters, sums.tokens));
        });
    console.out().print(grid);
  }

  /** Digits have no script. */
  private static String name(Character.UnicodeScript script) {
    if (script == Character.UnicodeScript.COMMON) {
      return "Numbers";
    }
    String name = script.name().replace('_', ' ').toLowerCase(Locale.ROOT);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private IntStream usedIds() {
    return IntStream.range(0, used.length).filter(id -> used[id] > 0);
  }

  private List<Integer> longest() {
    return first(Comparator.comparingInt(id -> -length(id)));
  }

  private List<Integer> rarest() {
    return first(
        Comparator.comparingLong((Integer id) -> used[id])
            .thenComparing(Comparator.<Integer>reverseOrder()));
  }

  private List<Integer> commonest() {
    return first(Comparator.comparingLong((Integer id) -> -used[id]).thenComparing(id -> id));
  }

  private List<Integer> first(Comparator<Integer> order) {
    return usedIds().boxed().sorted(order.thenComparing(id -> id)).limit(SHOWN).toList();
  }

  /** Characters that it adds to a text; tokens of parts of characters are short. */
  private int length(int id) {
    return Pieces.isText(tokenizer, id) ? Pieces.readable(tokenizer, id).length() : 1;
  }

  private String pieces(Style style, List<Integer> ids) {
    return ids.stream()
        .map(id ->
            style.piece(ids.indexOf(id), Pieces.readable(tokenizer, id))
                + style.dim(" " + number(used[id])))
        .collect(Collectors.joining(style.colours() ? "  " : " | "));
  }
}
