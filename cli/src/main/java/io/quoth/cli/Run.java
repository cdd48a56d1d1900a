package io.quoth.cli;

import io.quoth.generation.CausalLM;
import io.quoth.generation.FinishReason;
import io.quoth.generation.GenerationConfig;
import io.quoth.generation.GenerationResult;
import io.quoth.generation.TokenStream;
import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code quoth run}. */
final class Run implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "run",
        List.of(
            "Continue a text, token by token, as it is written.",
            "Only the new text goes to standard output; on a terminal the prompt stands before"
                + " it. Settings that are not given are the model's own; any of --temperature,"
                + " --top-k, --top-p, --min-p turns sampling on."),
        Sampling.and(
            Usage.Opt.of(
                "--max-new-tokens", "N", "At most so many new tokens (the model's own, else 256)."),
            Usage.Opt.of("--seed", "N", "One seed gives one text; without it, a random one."),
            Usage.Opt.many("--stop", "TEXT", "End before this text; may be given several times."),
            Usage.Opt.flag("--ignore-eos", "Go on where the model would end."),
            Usage.Opt.flag(
                "--ids",
                "PROMPT is token ids (1,2,3); print the new ids alone. Needs no tokenizer."),
            Usage.Opt.flag(
                "--stats",
                "Tell speed, time to the first token, memory, kernels and seed on standard"
                    + " error.")),
        new Usage.Parameters(
            "PROMPT",
            "The text to continue; - takes standard input, less one final newline.",
            1,
            1),
        List.of(
            "quoth run \"Once upon a time\"",
            "quoth run --seed 1 --temperature 1.2 --max-new-tokens 50 \"The king said\"",
            "quoth run -m path/to/gpt2 --greedy --stop . \"The quick brown fox\"",
            "quoth run -m path/to/gpt2 --ids --greedy 15496,11,995",
            "quoth run --stats - < beginning.txt"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var config = Sampling.config(arguments);
    boolean ids = arguments.has("--ids");
    String prompt = Input.text(arguments.parameters().getFirst(), console);
    int @Nullable [] promptIds = ids ? Ids.parse("PROMPT", prompt) : null;
    var folder = ModelOption.folder(console, arguments, ModelOption.CAUSAL);
    try (var model = Loading.causal(folder, console)) {
      @Nullable GenerationResult result =
          promptIds != null
              ? printIds(console, model, promptIds, config)
              : printText(console, model, prompt, config);
      if (result == null) {
        return Quoth.DONE;
      }
      if (arguments.has("--stats")) {
        new Stats(console.errStyle()).print(console.err(), model, result);
      }
      return result.finishReason() == FinishReason.CANCELLED ? Quoth.INTERRUPTED : Quoth.DONE;
    }
  }

  private static GenerationResult printIds(
      Console console, CausalLM model, int[] promptIds, GenerationConfig config) {
    var result = model.generate(promptIds, config);
    console.out().println(Ids.text(result.ids()));
    return result;
  }

  /** The result, or null where the reader of the text has gone away. */
  private static @Nullable GenerationResult printText(
      Console console, CausalLM model, String prompt, GenerationConfig config) {
    PrintStream out = console.out();
    try (TokenStream tokens = model.stream(prompt, config)) {
      if (console.outIsTerminal()) {
        out.print(console.style().bold(prompt));
      }
      while (tokens.hasNext()) {
        out.print(tokens.next().text());
        if (out.checkError()) { // which also makes the text seen at once
          return null;
        }
      }
      out.println();
      return tokens.result();
    }
  }
}
