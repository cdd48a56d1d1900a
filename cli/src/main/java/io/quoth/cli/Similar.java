package io.quoth.cli;

import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.Embeddings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code quoth similar}. */
final class Similar implements Command {
  /** Similarities from which on a cell is coloured so. */
  private static final double HIGH = 0.6;

  private static final double MIDDLE = 0.3;

  @Override
  public Usage usage() {
    return new Usage(
        "similar",
        List.of("Show how alike texts are in meaning, each with each: 1 is the same."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.flag("--json", "Write the matrix as JSON: an array of rows.")),
        new Usage.Parameters(
            "TEXT…", "Two texts at least; - takes them from standard input, one a line.", 1, 1000),
        List.of(
            "quoth similar \"a cat sat on a mat\" \"a kitten on a rug\" \"the dog ran\"",
            "quoth similar --json - < sentences.txt"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    List<String> texts = EmbeddingModel.texts(console, arguments.parameters());
    if (texts.size() < 2) {
      throw new UsageException("one text is like nothing else; give two at least");
    }
    try (var model = EmbeddingModel.load(console, arguments)) {
      Embeddings embeddings = model.encode(texts, EmbeddingOptions.DEFAULT);
      float[][] matrix = model.similarity(embeddings.vectors(), embeddings.vectors());
      if (arguments.has("--json")) {
        EmbeddingModel.json(console, Arrays.asList(matrix));
      } else {
        show(console, texts, matrix);
      }
      EmbeddingModel.tellTruncated(console, model, embeddings);
    }
    return Quoth.DONE;
  }

  private static void show(Console console, List<String> texts, float[][] matrix) {
    Style style = console.style();
    int size = texts.size();
    String[] alignments = new String[size + 2];
    Arrays.fill(alignments, ">");
    alignments[size + 1] = "";
    var grid = new Grid(alignments);
    String[] head = new String[size + 2];
    head[0] = "#";
    head[size + 1] = "text";
    for (int i = 0; i < size; i++) {
      head[i + 1] = Integer.toString(i + 1);
    }
    grid.head(style, head);
    for (int i = 0; i < size; i++) {
      String[] cells = new String[size + 2];
      cells[0] = Integer.toString(i + 1);
      for (int j = 0; j < size; j++) {
        cells[j + 1] = cell(style, matrix[i][j], i == j);
      }
      cells[size + 1] = EmbeddingModel.shortened(texts.get(i), 40);
      grid.row(cells);
    }
    console.out().print(grid);
  }

  private static String cell(Style style, float value, boolean self) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    if (self) {
      return style.dim(text);
    }
    return value >= HIGH ? style.green(text) : value >= MIDDLE ? style.yellow(text) : text;
  }
}
