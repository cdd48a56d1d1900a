package io.quoth.cli;

import io.quoth.pipelines.TokenClassification;
import io.quoth.pipelines.TokenClassification.Aggregation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth ner}. */
final class Ner implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "ner",
        List.of("Find the entities of a text: people, places, whatever the model knows."),
        List.of(
            TaskModel.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of(
                "--aggregation",
                "HOW",
                "How tokens become entities: none, simple (without it), first, average or max."),
            Usage.Opt.flag(
                "--json", "Write one JSON object an entity: label, score, word, start, end.")),
        new Usage.Parameters("TEXT", "The text; - takes standard input.", 1, 1),
        List.of("quoth ner -m path/to/model \"Ada Lovelace lived in London.\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    String text = Input.text(arguments.parameters().getFirst(), console);
    Aggregation aggregation = aggregation(arguments.text("--aggregation").orElse("simple"));
    try (var pipeline =
        TaskModel.load(console, arguments, "token-classification", TokenClassification.class)) {
      var result = pipeline.classify(List.of(text), aggregation).getFirst();
      var grid = new Grid("", ">", ">", ">", "");
      grid.head(console.style(), "label", "score", "start", "end", "word");
      for (var entity : result.entities()) {
        if (arguments.has("--json")) {
          json(console, entity);
        }
        grid.row(
            console.style().cyan(entity.label()),
            String.format(Locale.ROOT, "%.4f", entity.score()),
            Integer.toString(entity.start()),
            Integer.toString(entity.end()),
            entity.word());
      }
      if (!arguments.has("--json")) {
        console.out().print(grid);
      }
      TaskModel.tellTruncated(console, result.truncated());
    }
    return Quoth.DONE;
  }

  private static Aggregation aggregation(String name) {
    for (Aggregation aggregation : Aggregation.values()) {
      if (aggregation.name().toLowerCase(Locale.ROOT).equals(name)) {
        return aggregation;
      }
    }
    throw new UsageException(
        "--aggregation: expected none, simple, first, average or max, found \"" + name + '"');
  }

  private static void json(Console console, TokenClassification.Entity entity) {
    var line = new LinkedHashMap<String, Object>();
    line.put("label", entity.label());
    line.put("score", entity.score());
    line.put("word", entity.word());
    line.put("start", entity.start());
    line.put("end", entity.end());
    EmbeddingModel.json(console, line);
  }
}
