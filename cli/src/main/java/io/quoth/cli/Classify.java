package io.quoth.cli;

import io.quoth.pipelines.LabelScore;
import io.quoth.pipelines.TextClassification;
import io.quoth.pipelines.ZeroShotClassification;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth classify}. */
final class Classify implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "classify",
        List.of(
            "Tell which class a text belongs to: its sentiment, its topic.",
            "With --labels a model of entailment judges classes that you name."),
        List.of(
            TaskModel.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--labels", "A,B,…", "Classes by name (zero-shot), with commas between."),
            Usage.Opt.flag("--multi", "With --labels: several may fit, each is judged alone."),
            Usage.Opt.flag("--json", "Write one JSON object: labels, truncated.")),
        new Usage.Parameters("TEXT", "The text; - takes standard input.", 1, 1),
        List.of(
            "quoth classify -m path/to/model \"What a lovely day!\"",
            "quoth classify -m path/to/nli --labels travel,cooking \"one day I will see the"
                + " world\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    String text = Input.text(arguments.parameters().getFirst(), console);
    if (arguments.has("--labels")) {
      zeroShot(console, arguments, text);
      return Quoth.DONE;
    }
    if (arguments.has("--multi")) {
      throw new UsageException("--multi belongs to --labels");
    }
    try (var pipeline =
        TaskModel.load(console, arguments, "text-classification", TextClassification.class)) {
      var result = pipeline.classify(text);
      show(console, arguments, result.labels(), result.truncated());
    }
    return Quoth.DONE;
  }

  private static void zeroShot(Console console, Arguments arguments, String text) {
    List<String> labels = List.of(arguments.text("--labels").orElseThrow().split("\\s*,\\s*", -1));
    if (labels.stream().anyMatch(String::isBlank)) {
      throw new UsageException("--labels: a label is empty");
    }
    try (var pipeline =
        TaskModel.load(
            console, arguments, "zero-shot-classification", ZeroShotClassification.class)) {
      var result =
          pipeline.classify(
              text, labels, ZeroShotClassification.HYPOTHESIS, arguments.has("--multi"));
      show(console, arguments, result.labels(), result.truncated());
    }
  }

  private static void show(
      Console console, Arguments arguments, List<LabelScore> labels, boolean truncated) {
    if (arguments.has("--json")) {
      var all = new ArrayList<Object>();
      for (LabelScore label : labels) {
        var one = new LinkedHashMap<String, Object>();
        one.put("label", label.label());
        one.put("score", label.score());
        all.add(one);
      }
      var line = new LinkedHashMap<String, Object>();
      line.put("labels", all);
      line.put("truncated", truncated);
      EmbeddingModel.json(console, line);
      return;
    }
    var grid = new Grid(">", "");
    for (LabelScore label : labels) {
      grid.row(String.format(Locale.ROOT, "%.4f", label.score()), label.label());
    }
    console.out().print(grid);
    TaskModel.tellTruncated(console, truncated);
  }
}
