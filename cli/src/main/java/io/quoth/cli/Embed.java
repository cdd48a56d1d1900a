package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.Precision;
import io.quoth.embeddings.SentenceTransformer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth embed}. */
final class Embed implements Command {
  /** Texts that become embeddings together while standard input has more: memory stays flat. */
  private static final int BATCH = 1024;

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
            ModelOption.OPTION,
            ModelOption.REFRESH,
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
    try (var model = EmbeddingModel.load(console, arguments);
        var out = out(console, arguments, model, options.precision())) {
      var given = arguments.parameters();
      if (given.isEmpty() || given.equals(List.of("-"))) {
        fromInput(console, arguments, model, options, out);
      } else {
        var progress = options.progress(ProgressLine.counting(console));
        out.take(given, encode(model, given, arguments, progress));
      }
      out.finish();
      if (!json) {
        EmbeddingModel.tellTruncated(console, model, out.cut);
      }
    }
    return Quoth.DONE;
  }

  /** Where embeddings go, some at a time. */
  private abstract static class Out implements AutoCloseable {
    /** Texts that were cut off. */
    long cut;

    final void take(List<String> texts, Embeddings embeddings) {
      cut += embeddings.texts().stream().filter(Embeddings.TextInfo::truncated).count();
      write(texts, embeddings);
    }

    abstract void write(List<String> texts, Embeddings embeddings);

    /** When all have been taken. */
    void finish() {}

    /** Leaves nothing half-made behind. */
    @Override
    public void close() {}
  }

  private static Out out(
      Console console, Arguments arguments, SentenceTransformer model, Precision precision) {
    if (arguments.has("--json")) {
      return new JsonLines(console);
    }
    return arguments.has("--npy")
        ? new NpyFile(Path.of(arguments.text("--npy").orElseThrow()), precision)
        : new People(console, model);
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

  /** Lines are answered as soon as no more are waiting. */
  private static void fromInput(
      Console console,
      Arguments arguments,
      SentenceTransformer model,
      EmbeddingOptions options,
      Out out) {
    var waiting = new ArrayList<String>();
    Runnable answer =
        () -> {
          if (!waiting.isEmpty()) {
            var texts = List.copyOf(waiting);
            out.take(texts, encode(model, texts, arguments, options));
            waiting.clear();
          }
        };
    // The ranges of these are over all texts.
    boolean together =
        options.precision() == Precision.INT8 || options.precision() == Precision.UINT8;
    boolean json = arguments.has("--json");
    Input.lines(
        console,
        (line, number) -> {
          waiting.add(
              json
                  ? Json.parse(line, "standard input, line " + number).asString()
                  : new String(line, StandardCharsets.UTF_8).stripTrailing());
          if (waiting.size() >= BATCH && !together) {
            answer.run();
          }
        },
        json && !together ? answer : () -> {});
    answer.run();
  }

  /** One object a line. */
  private static final class JsonLines extends Out {
    private final Console console;

    JsonLines(Console console) {
      this.console = console;
    }

    @Override
    void write(List<String> texts, Embeddings embeddings) {
      for (int i = 0; i < texts.size(); i++) {
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
  }

  /** An array [texts, dimension]. */
  private static final class NpyFile extends Out {
    private final Npy file;

    NpyFile(Path path, Precision precision) {
      file = new Npy(path, precision);
    }

    @Override
    void write(List<String> texts, Embeddings embeddings) {
      file.add(embeddings);
    }

    @Override
    void finish() {
      file.finish();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /** The first numbers of each, beside its text. */
  private static final class People extends Out {
    private final Console console;
    private final SentenceTransformer model;
    private long texts;
    private int dimension;

    People(Console console, SentenceTransformer model) {
      this.console = console;
      this.model = model;
      dimension = model.dimension();
    }

    @Override
    void write(List<String> some, Embeddings embeddings) {
      var grid = new Grid(">", ">", "", "");
      if (texts == 0) {
        grid.head(console.style(), "#", "tokens", "embedding", "text");
      }
      int room = Math.max(20, console.columns() - 56);
      for (int i = 0; i < some.size(); i++) {
        float[] vector = embeddings.vectors()[i];
        dimension = vector.length;
        grid.row(
            String.format(Locale.ROOT, "%4d", ++texts),
            String.format(Locale.ROOT, "%6d", embeddings.texts().get(i).tokens()),
            first(vector),
            EmbeddingModel.shortened(some.get(i), room));
      }
      console.out().print(grid);
    }

    private static String first(float[] vector) {
      var first = new StringBuilder();
      for (int n = 0; n < Math.min(SHOWN, vector.length); n++) {
        first.append(String.format(Locale.ROOT, "%8.4f", vector[n]));
      }
      return first + (vector.length > SHOWN ? " …" : "");
    }

    @Override
    void finish() {
      console.out().println();
      console.out().println(texts + " texts, " + dimension + " dimensions, by " + model.location());
    }
  }
}
