package io.quoth.cli;

import io.quoth.base.Json;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;
import io.quoth.generation.NextToken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** {@code quoth next}. */
final class Next implements Command {
  private static final int ROWS = 10;

  /** How far down a distribution a token of the first one is looked for. */
  private static final int DEPTH = 300;

  /** Eighths of a character cell. */
  private static final String[] EIGHTHS = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

  @Override
  public Usage usage() {
    return new Usage(
        "next",
        List.of(
            "Show which tokens may come next and how likely each is.",
            "Both as the model says it, and behind the settings from which a token would be drawn:"
                + " penalties, temperature, top-k, top-p."),
        Sampling.and(
            Usage.Opt.of("--top", "N", "How many tokens to show (10)."),
            Usage.Opt.flag("--ids", "PROMPT is token ids (1,2,3); needs no tokenizer."),
            Usage.Opt.flag("--json", "Write one JSON object with every step.")),
        new Usage.Parameters(
            "PROMPT", "The text so far; - takes standard input, less one final newline.", 1, 1),
        List.of(
            "quoth next \"Once upon a\"",
            "quoth next --temperature 1.5 --top-k 20 \"The king said\"",
            "quoth next -m path/to/gpt2 --top 20 \"The capital of France is\""));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var config = Sampling.config(arguments);
    int rows = arguments.integer("--top").orElse(ROWS);
    if (rows < 1 || rows > DEPTH) {
      throw new UsageException("--top: expected 1 to " + DEPTH + ", found " + rows);
    }
    boolean ids = arguments.has("--ids");
    String prompt = Input.text(arguments.parameters().getFirst(), console);
    int[] promptIds = ids ? Ids.parse("PROMPT", prompt) : new int[0];
    var folder = ModelOption.folder(console, arguments, ModelOption.CAUSAL);
    try (var model = Loading.causal(folder, console)) {
      NextToken next =
          ids ? model.next(promptIds, config, DEPTH) : model.next(prompt, config, DEPTH);
      if (arguments.has("--json")) {
        console.out().println(Json.write(json(next, rows)));
      } else {
        console.out().println(console.style().bold(prompt) + "…");
        console.out().println();
        show(console, model, next, rows);
        console.out().println();
        steps(console, next, config.orElse(model.generationConfig()));
      }
    }
    return Quoth.DONE;
  }

  private static void show(Console console, CausalLM model, NextToken next, int rows) {
    Style style = console.style();
    NextToken.Stage before = next.stages().getFirst();
    NextToken.Stage after = next.stages().getLast();
    int width = Math.clamp((console.columns() - 46) / 2, 8, 30);
    var grid = new Grid(">", "", "", ">", "", ">");
    grid.head(style, "id", "piece", "the model says", "", "drawn from", "");
    double scale = Math.max(peak(before), peak(after));
    for (var choice : before.top().subList(0, Math.min(rows, before.top().size()))) {
      double now = probability(after, choice.id());
      grid.row(
          String.valueOf(choice.id()),
          model.hasTokenizer() ? Pieces.readable(model.tokenizer(), choice.id()) : "",
          style.cyan(bar(choice.probability() / scale, width)),
          percent(choice.probability()),
          style.green(bar(now / scale, width)),
          now == 0 ? style.dim("never") : percent(now));
    }
    console.out().print(grid);
  }

  private static double peak(NextToken.Stage stage) {
    return stage.top().isEmpty() ? 0 : stage.top().getFirst().probability();
  }

  private static double probability(NextToken.Stage stage, int id) {
    for (var choice : stage.top()) {
      if (choice.id() == id) {
        return choice.probability();
      }
    }
    return 0;
  }

  private static String bar(double share, int width) {
    int eighths = (int) Math.round(share * width * 8);
    return "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
  }

  private static String percent(double probability) {
    return String.format(
        Locale.ROOT, probability < 0.001 ? "%.3f %%" : "%.1f %%", 100 * probability);
  }

  /** One line a processor: what it is set to and how many tokens it leaves. */
  private static void steps(Console console, NextToken next, GenerationConfig config) {
    var grid = new Grid("", ">", ">", ">");
    grid.head(console.style(), "step", "", "tokens left", "likeliest");
    for (var stage : next.stages()) {
      grid.row(
          stage.name(),
          setting(stage.name(), config),
          String.format(Locale.ROOT, "%,d", stage.candidates()),
          percent(peak(stage)));
    }
    console.out().print(grid);
  }

  private static String setting(String name, GenerationConfig config) {
    OptionalDouble value =
        switch (name) {
          case "temperature" -> config.temperature();
          case "top_p" -> config.topP();
          case "min_p" -> config.minP();
          case "repetition_penalty" -> config.repetitionPenalty();
          default -> OptionalDouble.empty();
        };
    if (name.equals("top_k") && config.topK().isPresent()) {
      return String.valueOf(config.topK().getAsInt());
    }
    return value.isPresent() ? String.valueOf(value.getAsDouble()) : "";
  }

  private static Object json(NextToken next, int rows) {
    var stages = new ArrayList<Object>();
    for (var stage : next.stages()) {
      var top = new ArrayList<Object>();
      for (var choice : stage.top().subList(0, Math.min(rows, stage.top().size()))) {
        var object = new LinkedHashMap<String, Object>();
        object.put("id", choice.id());
        object.put("piece", choice.piece());
        object.put("score", choice.score());
        object.put("probability", choice.probability());
        top.add(object);
      }
      var object = new LinkedHashMap<String, Object>();
      object.put("name", stage.name());
      object.put("candidates", stage.candidates());
      object.put("top", top);
      stages.add(object);
    }
    var object = new LinkedHashMap<String, Object>();
    object.put("prompt_ids", next.promptIds());
    object.put("stages", stages);
    return object;
  }
}
