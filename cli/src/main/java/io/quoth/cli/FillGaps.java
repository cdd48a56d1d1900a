package io.quoth.cli;

import io.quoth.pipelines.FillMask;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/** {@code quoth fill-mask}. */
final class FillGaps implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "fill-mask",
        List.of("Guess the words for the gaps of a text, which the model's mask token marks."),
        List.of(
            TaskModel.OPTION,
            ModelOption.REFRESH,
            Usage.Opt.of("--top", "N", "Show so many guesses for each gap; 5 without it."),
            Usage.Opt.flag(
                "--json", "Write one JSON object a guess: gap, score, token, id, sequence.")),
        new Usage.Parameters("TEXT", "The text; - takes standard input.", 1, 1),
        List.of("quoth fill-mask -m path/to/bert \"Paris is the [MASK] of France.\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    String text = Input.text(arguments.parameters().getFirst(), console);
    int top = arguments.integer("--top").orElse(FillMask.TOP);
    try (var pipeline = TaskModel.load(console, arguments, "fill-mask", FillMask.class)) {
      var result = pipeline.fill(text, top);
      var grid = new Grid(">", ">", "", "");
      grid.head(console.style(), "gap", "score", "token", "text");
      for (int gap = 0; gap < result.gaps().size(); gap++) {
        for (FillMask.Guess guess : result.gaps().get(gap)) {
          if (arguments.has("--json")) {
            json(console, gap, guess);
          }
          grid.row(
              Integer.toString(gap + 1),
              String.format(Locale.ROOT, "%.4f", guess.score()),
              guess.token(),
              EmbeddingModel.shortened(guess.sequence(), Math.max(20, console.columns() - 30)));
        }
      }
      if (!arguments.has("--json")) {
        console.out().print(grid);
      }
      TaskModel.tellTruncated(console, result.truncated());
    }
    return Quoth.DONE;
  }

  private static void json(Console console, int gap, FillMask.Guess guess) {
    var line = new LinkedHashMap<String, Object>();
    line.put("gap", gap);
    line.put("score", guess.score());
    line.put("token", guess.token());
    line.put("id", guess.id());
    line.put("sequence", guess.sequence());
    EmbeddingModel.json(console, line);
  }
}
