package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.Precision;
import io.quoth.embeddings.SentenceTransformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth embed}. */
final class Embed implements Command {
  /** Texts that become embeddings together while standard input has more. */
  private static final int BATCH = 64;

  /** Numbers of an embedding that a person sees. */
  private static final int SHOWN = 4;

  @Override
  public Usage usage() {
    return new Usage(
        "embed",
        List.of(
            "Turn texts into embeddings: vectors that lie close together where texts mean alike.",
            "People see a table; --json and --npy give all numbers."),
        List.of(
            EmbeddingModel.OPTION,
            Usage.Opt.flag(
                "--json",
                "Read one JSON string a line from standard input (or take TEXT) and write one JSON"
                    + " object a line: embedding, truncated."),
            Usage.Opt.of("--npy", "FILE", "Write a NumPy file: an array [texts, dimension]."),
            Usage.Opt.of("--prompt", "TEXT", "Put this in front of each text."),
            Usage.Opt.of("--prompt-name", "NAME", "Put this prompt of the model's in front."),
            Usage.Opt.flag("--query", "The texts are queries (prompt and route for them)."),
            Usage.Opt.flag("--document", "The texts are documents."),
            Usage.Opt.flag("--normalize", "Make all embeddings of length 1."),
            Usage.Opt.of("--truncate-dim", "N", "Keep the first N numbers only."),
            Usage.Opt.of(
                "--precision",
                "NAME",
                "float32, int8, uint8, binary or ubinary; int8 and uint8 use the range of each"
                    + " column over all texts.")),
        new Usage.Parameters(
            "TEXT…", "The texts; - takes them from standard input, one a line.", 0, 100_000),
        List.of(
            "quoth embed \"a cat sat on a mat\" \"the dog ran\"",
            "quoth embed --npy sentences.npy - < sentences.txt",
            "printf '\"one\"\\n\"two\"\\n' | quoth embed --json"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    boolean json = arguments.has("--json");
    if (json && arguments.has("--npy")) {
      throw new UsageException("--json and --npy are two ways out; take one");
    }
    if (arguments.has("--query") && arguments.has("--document")) {
      throw new UsageException("the texts are queries or documents, not both");
    }
    if (arguments.parameters().isEmpty() && !json) {
      throw new UsageException("missing TEXT… (in quotes, or - for lines of standard input)");
    }
    EmbeddingOptions options = options(arguments);
    try (var model = EmbeddingModel.load(console, arguments)) {
      if (json) {
        writeJson(console, arguments, model, options);
        return Quoth.DONE;
      }
      List<String> texts = EmbeddingModel.texts(console, arguments.parameters());
      Embeddings embeddings =
          encode(model, texts, arguments, options.progress(new ProgressLine(console)));
      if (arguments.has("--npy")) {
        Npy.write(Path.of(arguments.text("--npy").orElseThrow()), embeddings);
      } else {
        show(console, model, texts, embeddings);
      }
      EmbeddingModel.tellTruncated(console, model, embeddings);
    }
    return Quoth.DONE;
  }

  private static EmbeddingOptions options(Arguments arguments) {
    var options = EmbeddingOptions.DEFAULT.normalize(arguments.has("--normalize"));
    if (arguments.has("--prompt")) {
      options = options.prompt(arguments.text("--prompt").orElseThrow());
    }
    if (arguments.has("--prompt-name")) {
      options = options.promptName(arguments.text("--prompt-name").orElseThrow());
    }
    if (arguments.has("--truncate-dim")) {
      options = options.truncateDim(arguments.integer("--truncate-dim").orElseThrow());
    }
    return options.precision(Precision.named(arguments.text("--precision").orElse("float32")));
  }

  private static Embeddings encode(
      SentenceTransformer model,
      List<String> texts,
      Arguments arguments,
      EmbeddingOptions options) {
    if (arguments.has("--query")) {
      return model.encodeQuery(texts, options);
    }
    return arguments.has("--document")
        ? model.encodeDocument(texts, options)
        : model.encode(texts, options);
  }

  /** Lines of standard input are answered as soon as no more are waiting. */
  private static void writeJson(
      Console console, Arguments arguments, SentenceTransformer model, EmbeddingOptions options) {
    List<String> given = arguments.parameters();
    if (!given.isEmpty() && !given.equals(List.of("-"))) {
      lines(console, encode(model, given, arguments, options));
      return;
    }
    var waiting = new ArrayList<String>();
    Runnable answer =
        () -> {
          if (!waiting.isEmpty()) {
            lines(console, encode(model, List.copyOf(waiting), arguments, options));
            waiting.clear();
          }
        };
    // The ranges of these are over all texts.
    boolean together =
        options.precision() == Precision.INT8 || options.precision() == Precision.UINT8;
    Input.lines(
        console,
        (line, number) -> {
          waiting.add(Json.parse(line, "standard input, line " + number).asString());
          if (waiting.size() >= BATCH && !together) {
            answer.run();
          }
        },
        together ? () -> {} : answer);
    answer.run();
  }

  private static void lines(Console console, Embeddings embeddings) {
    for (int i = 0; i < embeddings.vectors().length; i++) {
      var line = new LinkedHashMap<String, Object>();
      line.put("embedding", numbers(embeddings, i));
      line.put("truncated", embeddings.texts().get(i).truncated());
      console.out().println(Json.write(line));
    }
  }

  private static Object numbers(Embeddings embeddings, int row) {
    if (embeddings.precision() == Precision.FLOAT32) {
      return embeddings.vectors()[row];
    }
    byte[] bytes = embeddings.bytes()[row];
    boolean unsigned =
        embeddings.precision() == Precision.UINT8 || embeddings.precision() == Precision.UBINARY;
    int[] numbers = new int[bytes.length];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = unsigned ? bytes[i] & 0xFF : bytes[i];
    }
    return numbers;
  }

  private static void show(
      Console console, SentenceTransformer model, List<String> texts, Embeddings embeddings) {
    Style style = console.style();
    var grid = new Grid(">", ">", "", "");
    grid.head(style, "#", "tokens", "embedding", "text");
    for (int i = 0; i < texts.size(); i++) {
      var first = new StringBuilder();
      float[] vector = embeddings.vectors()[i];
      for (int n = 0; n < Math.min(SHOWN, vector.length); n++) {
        first.append(String.format(Locale.ROOT, "%8.4f", vector[n]));
      }
      int room = Math.max(20, console.columns() - 56);
      grid.row(
          Integer.toString(i + 1),
          Integer.toString(embeddings.texts().get(i).tokens()),
          first + (vector.length > SHOWN ? " …" : ""),
          EmbeddingModel.shortened(texts.get(i), room));
    }
    console.out().print(grid);
    console.out().println();
    int dimension = texts.isEmpty() ? model.dimension() : embeddings.vectors()[0].length;
    console
        .out()
        .println(texts.size() + " texts, " + dimension + " dimensions, by " + model.location());
  }
}
