package io.quoth.generation;

import io.quoth.base.BadArgumentException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;

/** Builds the processors that a configuration asks for, in the reference's order. */
final class ProcessorChain {
  /** What transformers takes when sampling and nobody set it. */
  private static final int DEFAULT_TOP_K = 50;

  private final GenerationConfig config;
  private final int vocabSize;
  private final int[] eos;
  private final int minKeep;
  private final List<LogitsProcessor> chain = new ArrayList<>();

  private ProcessorChain(GenerationConfig config, int vocabSize, int minKeep) {
    this.config = config;
    this.vocabSize = vocabSize;
    this.minKeep = minKeep;
    // Ids beyond the vocabulary never come up; some published files name them.
    eos =
        config.eosTokenIds().stream()
            .mapToInt(Integer::intValue)
            .filter(id -> id < vocabSize)
            .toArray();
  }

  /**
   * The processors of a configuration in which call and model are already merged.
   *
   * @param maxLength the length at which generation ends, prompt included
   * @param minKeep how many tokens a truncation leaves at least
   */
  static List<LogitsProcessor> of(
      GenerationConfig config, int vocabSize, int maxLength, int minKeep) {
    var builder = new ProcessorChain(config, vocabSize, minKeep);
    builder.adjust(maxLength);
    config.<List<LogitsProcessor>>find(Setting.PROCESSORS).ifPresent(builder.chain::addAll);
    if (samples(config)) {
      builder.truncate();
    }
    if (config.isOn(Setting.RENORMALIZE_LOGITS)) {
      builder.chain.add(new Adjustments.Renormalize());
    }
    return List.copyOf(builder.chain);
  }

  /** Whether tokens are drawn; temperature 0 is greedy. */
  static boolean samples(GenerationConfig config) {
    return config.isOn(Setting.DO_SAMPLE) && config.temperature().orElse(1) > 0;
  }

  private void adjust(int maxLength) {
    config
        .<List<Adjustments.Bias>>find(Setting.SEQUENCE_BIAS)
        .ifPresent(biases -> addBias("sequence_bias", biases));
    config
        .repetitionPenalty()
        .ifPresent(penalty -> {
          if (penalty != 1) {
            chain.add(new Adjustments.RepetitionPenalty((float) penalty));
          }
        });
    config
        .findInt(Setting.NO_REPEAT_NGRAM_SIZE)
        .ifPresent(size -> {
          if (size > 0) {
            chain.add(new Adjustments.NoRepeatNgram(size));
          }
        });
    config
        .<List<List<Integer>>>find(Setting.BAD_WORDS_IDS)
        .ifPresent(words -> addBias("bad_words_ids", badWords(words)));
    addMinimum(Setting.MIN_LENGTH, true);
    addMinimum(Setting.MIN_NEW_TOKENS, false);
    withIds(
        Setting.FORCED_BOS_TOKEN_ID,
        ids -> chain.add(new Adjustments.Force("forced_bos_token_id", 1, ids)));
    withIds(
        Setting.FORCED_EOS_TOKEN_ID,
        ids -> chain.add(new Adjustments.Force("forced_eos_token_id", maxLength - 1, ids)));
    if (config.isOn(Setting.REMOVE_INVALID_VALUES)) {
      chain.add(new Adjustments.RemoveInvalid());
    }
    config
        .<Setting.Decay>find(Setting.EXPONENTIAL_DECAY_LENGTH_PENALTY)
        .ifPresent(
            decay -> chain.add(new Adjustments.DecayLength(decay.start(), decay.factor(), eos)));
    withIds(Setting.SUPPRESS_TOKENS, ids -> chain.add(new Adjustments.Suppress(ids)));
    boolean forcedBegin = config.find(Setting.FORCED_BOS_TOKEN_ID).isPresent();
    withIds(
        Setting.BEGIN_SUPPRESS_TOKENS,
        ids -> chain.add(new Adjustments.BeginSuppress(ids, forcedBegin)));
  }

  private void truncate() {
    add(Setting.TEMPERATURE, t -> t != 1, t -> new Adjustments.Temperature((float) t));
    add(Setting.TOP_H, _ -> true, Truncations.TopH::new);
    int topK = config.topK().orElse(DEFAULT_TOP_K);
    if (topK > 0) {
      chain.add(new Truncations.TopK(topK, minKeep));
    }
    add(Setting.TOP_P, p -> p < 1, p -> new Truncations.TopP(p, minKeep));
    add(Setting.MIN_P, _ -> true, p -> new Truncations.MinP(p, minKeep));
    add(Setting.TYPICAL_P, p -> p < 1, p -> new Truncations.TypicalP(p, minKeep));
    add(Setting.EPSILON_CUTOFF, e -> e > 0 && e < 1, e -> new Truncations.Epsilon(e, minKeep));
    add(Setting.ETA_CUTOFF, e -> e > 0 && e < 1, e -> new Truncations.Eta(e, minKeep));
  }

  private void add(
      Setting setting,
      java.util.function.DoublePredicate matters,
      DoubleFunction<LogitsProcessor> make) {
    config
        .findDouble(setting)
        .ifPresent(value -> {
          if (matters.test(value)) {
            chain.add(make.apply(value));
          }
        });
  }

  private void addMinimum(Setting setting, boolean countPrompt) {
    int least = config.findInt(setting).orElse(0);
    if (least > 0 && eos.length > 0) {
      chain.add(new Adjustments.Below(setting.key(), least, countPrompt, eos));
    }
  }

  private List<Adjustments.Bias> badWords(List<List<Integer>> words) {
    var biases = new ArrayList<Adjustments.Bias>();
    for (List<Integer> word : words) {
      boolean end = word.size() == 1 && config.eosTokenIds().contains(word.getFirst());
      if (!end) {
        biases.add(new Adjustments.Bias(word, Float.NEGATIVE_INFINITY));
      }
    }
    return biases;
  }

  private void addBias(String name, List<Adjustments.Bias> biases) {
    biases.forEach(bias -> bias.sequence().forEach(id -> check(name, id)));
    chain.add(new Adjustments.SequenceBias(name, biases));
  }

  private void withIds(Setting setting, Consumer<int[]> use) {
    config
        .<List<Integer>>find(setting)
        .ifPresent(ids -> {
          ids.forEach(id -> check(setting.key(), id));
          use.accept(ids.stream().mapToInt(Integer::intValue).sorted().distinct().toArray());
        });
  }

  private void check(String name, int id) {
    if (id < 0 || id >= vocabSize) {
      throw new BadArgumentException(
          name + ": id " + id + " is not in the vocabulary, 0 to " + (vocabSize - 1));
    }
  }
}
