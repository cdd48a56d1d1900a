package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.generation.GenerationConfig;
import java.util.ArrayList;
import java.util.List;

/** The options that say how the next token is chosen, the same wherever tokens are. */
final class Sampling {
  private static final List<String> DRAWING =
      List.of("--temperature", "--top-k", "--top-p", "--min-p");

  static final List<Usage.Opt> OPTIONS =
      List.of(
          Usage.Opt.of(
              "--temperature",
              "T",
              "Divide the logits: below 1 sharper, above 1 flatter, 0 always the likeliest."),
          Usage.Opt.of("--top-k", "K", "Draw from the K likeliest tokens only; 0 for all."),
          Usage.Opt.of(
              "--top-p", "P", "Draw from the likeliest tokens that together reach probability P."),
          Usage.Opt.of(
              "--min-p", "P", "Draw from tokens at least P times as likely as the likeliest."),
          Usage.Opt.of(
              "--repetition-penalty", "R", "Make tokens that occurred less likely, above 1."),
          Usage.Opt.flag(
              "--greedy",
              "Always the likeliest token; what the model's own settings say of penalties"
                  + " stays."));

  private Sampling() {}

  /** Its options and more, for a command. */
  static List<Usage.Opt> and(Usage.Opt... others) {
    var all = new ArrayList<Usage.Opt>();
    all.add(ModelOption.OPTION);
    all.add(ModelOption.REFRESH);
    all.addAll(OPTIONS);
    all.addAll(List.of(others));
    return List.copyOf(all);
  }

  /**
   * The settings that a command line asks for; what it does not say is the model's.
   *
   * @throws UsageException when a value is out of range or options contradict each other
   */
  static GenerationConfig config(Arguments arguments) {
    if (arguments.has("--greedy")) {
      for (String option : DRAWING) {
        if (arguments.has(option)) {
          throw new UsageException(option + " has no effect with --greedy; leave one of them out");
        }
      }
    }
    try {
      return settings(arguments);
    } catch (BadArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static GenerationConfig settings(Arguments arguments) {
    var config =
        arguments.has("--greedy") ? GenerationConfig.greedy() : GenerationConfig.defaults();
    var temperature = arguments.number("--temperature");
    if (temperature.isPresent()) {
      config = config.temperature(temperature.getAsDouble());
    }
    var topK = arguments.integer("--top-k");
    if (topK.isPresent()) {
      config = config.topK(topK.getAsInt());
    }
    var topP = arguments.number("--top-p");
    if (topP.isPresent()) {
      config = config.topP(topP.getAsDouble());
    }
    var minP = arguments.number("--min-p");
    if (minP.isPresent()) {
      config = config.minP(minP.getAsDouble());
    }
    var penalty = arguments.number("--repetition-penalty");
    if (penalty.isPresent()) {
      config = config.repetitionPenalty(penalty.getAsDouble());
    }
    var maxNewTokens = arguments.integer("--max-new-tokens");
    if (maxNewTokens.isPresent()) {
      config = config.maxNewTokens(maxNewTokens.getAsInt());
    }
    var seed = arguments.longInteger("--seed");
    if (seed.isPresent()) {
      config = config.seed(seed.getAsLong());
    }
    if (arguments.has("--stop")) {
      config = config.stopStrings(arguments.all("--stop").toArray(new String[0]));
    }
    return arguments.has("--ignore-eos") ? config.ignoreEos(true) : config;
  }
}
