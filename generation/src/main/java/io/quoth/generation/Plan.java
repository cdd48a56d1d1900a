package io.quoth.generation;

import io.quoth.base.BadArgumentException;
import io.quoth.models.ModelConfig;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a call and the model's own settings come to for one prompt.
 *
 * @param config call and model merged
 * @param maxLength tokens at which generation ends, the prompt's included
 * @param seed of the draws; empty for greedy
 * @param chain processors, in order
 */
record Plan(
    GenerationConfig config, int maxLength, OptionalLong seed, List<LogitsProcessor> chain) {
  /** New tokens where neither call nor model says how many. */
  private static final int DEFAULT_NEW_TOKENS = 256;

  Plan {
    chain = List.copyOf(chain);
  }

  static Plan of(
      GenerationConfig call, GenerationConfig ofModel, ModelConfig model, int promptLength) {
    if (promptLength > model.maxLength()) {
      throw new BadArgumentException(
          "the prompt has "
              + promptLength
              + " tokens, the model's context "
              + model.maxLength()
              + "; shorten it by "
              + (promptLength - model.maxLength()));
    }
    GenerationConfig config = call.orElse(ofModel);
    int maxLength = (int) Math.min(model.maxLength(), wantedLength(config, promptLength));
    var chain = ProcessorChain.of(config, model.vocabSize(), maxLength, 1);
    return new Plan(config, maxLength, seed(config), chain);
  }

  private static long wantedLength(GenerationConfig config, int promptLength) {
    var maxNewTokens = config.maxNewTokens();
    var maxLength = config.findInt(Setting.MAX_LENGTH);
    if (maxNewTokens.isPresent() || maxLength.isEmpty()) {
      return (long) promptLength + maxNewTokens.orElse(DEFAULT_NEW_TOKENS);
    }
    if (maxLength.getAsInt() <= promptLength) {
      throw new BadArgumentException(
          "the prompt has "
              + promptLength
              + " tokens, max_length "
              + maxLength.getAsInt()
              + " leaves no room for a new one; set max_new_tokens");
    }
    return maxLength.getAsInt();
  }

  private static OptionalLong seed(GenerationConfig config) {
    if (!ProcessorChain.samples(config)) {
      return OptionalLong.empty();
    }
    // Short enough to be typed again.
    return config.seed().isPresent()
        ? config.seed()
        : OptionalLong.of(ThreadLocalRandom.current().nextLong(1L << 31));
  }

  Sampler sampler() {
    return seed.isPresent() ? Sampler.multinomial(seed.getAsLong()) : Sampler.greedy();
  }

  /** The ids that end the text, in rising order; none where they are ignored. */
  int[] ends() {
    return config.isOn(Setting.IGNORE_EOS)
        ? new int[0]
        : config.eosTokenIds().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  int scores() {
    return config.findInt(Setting.SCORES).orElse(0);
  }
}
