package io.quoth.cli;

import io.quoth.LoadOptions;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.embeddings.CrossEncoder;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.SemanticSearch;
import io.quoth.embeddings.SentenceTransformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth rank}. */
final class Rank implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "rank",
        List.of(
            "Sort documents by how well they answer a query.",
            "A model that looks at query and document together (a cross-encoder) is used as such;"
                + " any other compares their embeddings."),
        List.of(
            ModelOption.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--top", "N", "Show the best N only."),
            Usage.Opt.flag("--json", "Write one JSON object a line: index (from 0), score, text.")),
        new Usage.Parameters(
            "QUERY DOCUMENT…",
            "The query, then the documents; - takes documents from standard input, one a line.",
            2,
            100_000),
        List.of(
            "quoth rank \"how do cats sleep\" \"The dog ran.\" \"Kittens nap all day.\"",
            "quoth rank --top 3 \"a wicked stepmother\" - < sentences.txt"));
  }

  /** A document by its place among those given. */
  private record Ranked(int index, float score) {}

  @Override
  public int run(Console console, Arguments arguments) {
    String query = arguments.parameters().getFirst();
    var given = arguments.parameters().subList(1, arguments.parameters().size());
    List<String> documents = EmbeddingModel.texts(console, List.copyOf(given));
    int top = arguments.integer("--top").orElse(Integer.MAX_VALUE);
    if (top < 1) {
      throw new UsageException("--top must be at least 1");
    }
    ModelFolder folder = ModelOption.folder(console, arguments, EmbeddingModel.NAME);
    var ranked =
        isCrossEncoder(folder)
            ? together(console, folder, query, documents, top)
            : byEmbeddings(console, folder, query, documents, top);
    if (arguments.has("--json")) {
      for (Ranked document : ranked) {
        var line = new LinkedHashMap<String, Object>();
        line.put("index", document.index);
        line.put("score", document.score);
        line.put("text", documents.get(document.index));
        EmbeddingModel.json(console, line);
      }
      return Quoth.DONE;
    }
    var grid = new Grid(">", "");
    grid.head(console.style(), "score", "text");
    for (Ranked document : ranked) {
      grid.row(
          String.format(Locale.ROOT, "%.3f", document.score),
          EmbeddingModel.shortened(documents.get(document.index), console.columns() - 10));
    }
    console.out().print(grid);
    return Quoth.DONE;
  }

  private static boolean isCrossEncoder(ModelFolder folder) {
    return folder.has("config.json")
        && folder
            .json("config.json")
            .find("architectures")
            .map(Json::items)
            .orElse(List.of())
            .stream()
            .anyMatch(name -> name.asString().endsWith("ForSequenceClassification"));
  }

  private static List<Ranked> together(
      Console console, ModelFolder folder, String query, List<String> documents, int top) {
    try (var model =
        CrossEncoder.load(folder, LoadOptions.DEFAULT::newOps, new ProgressLine(console))) {
      return model.rank(query, documents, top).stream()
          .map(found -> new Ranked(found.corpusId(), found.score()))
          .toList();
    }
  }

  private static List<Ranked> byEmbeddings(
      Console console, ModelFolder folder, String query, List<String> documents, int top) {
    try (var model =
        SentenceTransformer.load(folder, LoadOptions.DEFAULT::newOps, new ProgressLine(console))) {
      var embeddings = model.encodeDocument(documents, EmbeddingOptions.DEFAULT);
      EmbeddingModel.tellTruncated(console, model, embeddings);
      return SemanticSearch.search(
              model.encodeQuery(List.of(query)),
              embeddings.vectors(),
              top,
              model.similarityFunction())
          .getFirst()
          .stream()
          .map(hit -> new Ranked(hit.corpusId(), hit.score()))
          .toList();
    }
  }
}
