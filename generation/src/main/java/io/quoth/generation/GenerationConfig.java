package io.quoth.generation;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How to generate: immutable, changed by methods that return a copy.
 *
 * <pre>{@code
 * GenerationConfig.sampling().maxNewTokens(30).temperature(0.8).topP(0.9)
 * }</pre>
 *
 * <p>What is not set here comes from the model's {@code generation_config.json}, and what that does
 * not say from transformers' defaults: greedy; when sampling, {@code top_k} 50 and nothing else; at
 * most 256 new tokens. Setting anything that only sampling knows (temperature, top-k, top-p, …)
 * turns sampling on; together with greedy it is refused. Temperature 0 is greedy.
 *
 * <p>Names, meanings and defaults follow transformers' {@code GenerationConfig}. Each method throws
 * {@link BadArgumentException} for a value out of range or one that contradicts what is set.
 */
public final class GenerationConfig {
  private static final GenerationConfig EMPTY = new GenerationConfig(new EnumMap<>(Setting.class));

  private final Map<Setting, Object> settings;

  private GenerationConfig(Map<Setting, Object> settings) {
    this.settings = settings;
  }

  /** Nothing set: the model's own settings, else the defaults. */
  public static GenerationConfig defaults() {
    return EMPTY;
  }

  /** Always the likeliest token, after the model's own penalties. */
  public static GenerationConfig greedy() {
    return EMPTY.doSample(false);
  }

  /** Draws tokens by their probability. */
  public static GenerationConfig sampling() {
    return EMPTY.doSample(true);
  }

  /**
   * What a model's folder says: {@code generation_config.json}, or, where that is missing, the same
   * keys in {@code config.json}. Keys that Quoth does not know are passed over when they cannot
   * change the result, and refused when they would.
   *
   * @throws io.quoth.base.BadFileException when a value is out of range or of the wrong kind
   * @throws io.quoth.base.UnsupportedModelException when a key asks for what is not supported
   */
  public static GenerationConfig of(ModelFolder folder) {
    for (String file : List.of("generation_config.json", "config.json")) {
      if (folder.has(file)) {
        return of(folder.json(file));
      }
    }
    return EMPTY;
  }

  static GenerationConfig of(Json json) {
    UnsupportedSettings.refuse(json);
    var settings = new EnumMap<Setting, Object>(Setting.class);
    for (Setting setting : Setting.values()) {
      setting.read(json).ifPresent(value -> settings.put(setting, value));
    }
    return new GenerationConfig(settings);
  }

  // ---- how long

  /** At most so many new tokens, from 1. */
  public GenerationConfig maxNewTokens(int tokens) {
    return with(Setting.MAX_NEW_TOKENS, tokens);
  }

  /** At most so many tokens, the prompt's included, from 1. */
  public GenerationConfig maxLength(int tokens) {
    return with(Setting.MAX_LENGTH, tokens);
  }

  /** No end before so many new tokens, from 0. */
  public GenerationConfig minNewTokens(int tokens) {
    return with(Setting.MIN_NEW_TOKENS, tokens);
  }

  /** No end before so many tokens, the prompt's included, from 0. */
  public GenerationConfig minLength(int tokens) {
    return with(Setting.MIN_LENGTH, tokens);
  }

  /** The ids that end a text, in place of the model's own. */
  public GenerationConfig eosTokenIds(int... ids) {
    return with(Setting.EOS_TOKEN_ID, list(ids));
  }

  /** Whether to go on past the ids that end a text. */
  public GenerationConfig ignoreEos(boolean ignore) {
    return with(Setting.IGNORE_EOS, ignore);
  }

  /**
   * Texts that end generation where they come up, across the borders of tokens; they and what
   * follows them are not part of the text. Needs a tokenizer.
   */
  public GenerationConfig stopStrings(String... texts) {
    return with(Setting.STOP_STRINGS, List.of(texts));
  }

  // ---- sampling

  /** Whether to draw tokens by their probability rather than take the likeliest. */
  public GenerationConfig doSample(boolean sample) {
    return with(Setting.DO_SAMPLE, sample);
  }

  /** Divides the logits: below 1 sharper, above 1 flatter, 0 greedy. */
  public GenerationConfig temperature(double temperature) {
    return with(Setting.TEMPERATURE, temperature);
  }

  /** Only the k likeliest tokens; 0 for all. */
  public GenerationConfig topK(int k) {
    return with(Setting.TOP_K, k);
  }

  /** Only the likeliest tokens whose probabilities add up to p; in (0, 1]. */
  public GenerationConfig topP(double p) {
    return with(Setting.TOP_P, p);
  }

  /** Only tokens at least p times as likely as the likeliest; in [0, 1]. */
  public GenerationConfig minP(double p) {
    return with(Setting.MIN_P, p);
  }

  /** Only tokens whose surprise is near the entropy, up to this mass; in (0, 1]. */
  public GenerationConfig typicalP(double mass) {
    return with(Setting.TYPICAL_P, mass);
  }

  /** Only tokens of this probability or more; in [0, 1], 0 and 1 for all. */
  public GenerationConfig epsilonCutoff(double epsilon) {
    return with(Setting.EPSILON_CUTOFF, epsilon);
  }

  /** As {@link #epsilonCutoff}, stricter where the distribution is flat; in [0, 1]. */
  public GenerationConfig etaCutoff(double eta) {
    return with(Setting.ETA_CUTOFF, eta);
  }

  /** Only the likeliest tokens that hold this share of the entropy; in (0, 1]. */
  public GenerationConfig topH(double share) {
    return with(Setting.TOP_H, share);
  }

  /**
   * The seed of the draws. One seed gives one text, on any machine with the same logits, in any
   * batch; without one a random seed is taken and reported in the result.
   */
  public GenerationConfig seed(long seed) {
    return with(Setting.SEED, seed);
  }

  // ---- what to like and dislike

  /** Makes tokens that occurred less likely above 1, likelier below; above 0. */
  public GenerationConfig repetitionPenalty(double penalty) {
    return with(Setting.REPETITION_PENALTY, penalty);
  }

  /** Never so many tokens in a row twice; 0 for off. */
  public GenerationConfig noRepeatNgramSize(int size) {
    return with(Setting.NO_REPEAT_NGRAM_SIZE, size);
  }

  /** Sequences of ids that must not come up. */
  public GenerationConfig badWordsIds(int[]... sequences) {
    return with(
        Setting.BAD_WORDS_IDS, Arrays.stream(sequences).map(GenerationConfig::list).toList());
  }

  /**
   * Adds {@code bias} to the score of the last of {@code sequence} where the others came before.
   */
  public GenerationConfig sequenceBias(int[] sequence, double bias) {
    if (sequence.length == 0) {
      throw new BadArgumentException("sequence_bias: a sequence must hold an id");
    }
    var biases =
        new java.util.ArrayList<>(
            this.<List<Adjustments.Bias>>find(Setting.SEQUENCE_BIAS).orElse(List.of()));
    biases.add(new Adjustments.Bias(list(sequence), (float) bias));
    return with(Setting.SEQUENCE_BIAS, List.copyOf(biases));
  }

  /** Tokens that must not come up. */
  public GenerationConfig suppressTokens(int... ids) {
    return with(Setting.SUPPRESS_TOKENS, list(ids));
  }

  /** Tokens that must not be the first new one. */
  public GenerationConfig beginSuppressTokens(int... ids) {
    return with(Setting.BEGIN_SUPPRESS_TOKENS, list(ids));
  }

  /** The token that follows a prompt of one token. */
  public GenerationConfig forcedBosTokenId(int id) {
    return with(Setting.FORCED_BOS_TOKEN_ID, List.of(id));
  }

  /** The tokens to choose the last from when the length is reached. */
  public GenerationConfig forcedEosTokenIds(int... ids) {
    return with(Setting.FORCED_EOS_TOKEN_ID, list(ids));
  }

  /**
   * From {@code start} new tokens on, raises the end tokens' scores by |score| * (factor ^ excess -
   * 1).
   */
  public GenerationConfig exponentialDecayLengthPenalty(int start, double factor) {
    return with(Setting.EXPONENTIAL_DECAY_LENGTH_PENALTY, new Setting.Decay(start, factor));
  }

  /**
   * Whether infinite scores, and NaN that processors make, are replaced. NaN among the logits of
   * the model itself is an error all the same: its weights are damaged.
   */
  public GenerationConfig removeInvalidValues(boolean remove) {
    return with(Setting.REMOVE_INVALID_VALUES, remove);
  }

  /** Whether scores are turned into logarithms of probabilities at the end. */
  public GenerationConfig renormalizeLogits(boolean renormalize) {
    return with(Setting.RENORMALIZE_LOGITS, renormalize);
  }

  /** The caller's own processors; they come behind the penalties and before the temperature. */
  public GenerationConfig processors(LogitsProcessor... processors) {
    return with(Setting.PROCESSORS, List.of(processors));
  }

  // ---- what to tell

  /** For each new token, its own probability and those of the {@code top} likeliest; 0 for off. */
  public GenerationConfig scores(int top) {
    return with(Setting.SCORES, top);
  }

  // ---- reading

  /** Whether to sample, if it is set. */
  public Optional<Boolean> doSample() {
    return find(Setting.DO_SAMPLE);
  }

  /** At most so many new tokens, if it is set. */
  public OptionalInt maxNewTokens() {
    return findInt(Setting.MAX_NEW_TOKENS);
  }

  /** The temperature, if it is set. */
  public OptionalDouble temperature() {
    return findDouble(Setting.TEMPERATURE);
  }

  /** Only the k likeliest tokens, if it is set. */
  public OptionalInt topK() {
    return findInt(Setting.TOP_K);
  }

  /** The mass of the likeliest tokens, if it is set. */
  public OptionalDouble topP() {
    return findDouble(Setting.TOP_P);
  }

  /** The least share of the likeliest token's probability, if it is set. */
  public OptionalDouble minP() {
    return findDouble(Setting.MIN_P);
  }

  /** The penalty of repetition, if it is set. */
  public OptionalDouble repetitionPenalty() {
    return findDouble(Setting.REPETITION_PENALTY);
  }

  /** The seed, if it is set. */
  public OptionalLong seed() {
    Long seed = (Long) settings.get(Setting.SEED);
    return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
  }

  /** The ids that end a text; empty where none are set. */
  public List<Integer> eosTokenIds() {
    return this.<List<Integer>>find(Setting.EOS_TOKEN_ID).orElse(List.of());
  }

  /** The texts that end generation; empty where none are set. */
  public List<String> stopStrings() {
    return this.<List<String>>find(Setting.STOP_STRINGS).orElse(List.of());
  }

  /** All that is set, by the reference's names. */
  public Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    settings.forEach((setting, value) -> map.put(setting.key(), value));
    return Collections.unmodifiableMap(map);
  }

  /**
   * These settings, and where one is missing that of {@code others}. Whether to sample is decided
   * here: by {@link #doSample} of this, else by anything set here that only sampling knows, else by
   * {@code others}.
   */
  public GenerationConfig orElse(GenerationConfig others) {
    var all = new EnumMap<Setting, Object>(Setting.class);
    all.putAll(others.settings);
    if (settings.keySet().stream().anyMatch(Setting::samplingOnly)) {
      all.put(Setting.DO_SAMPLE, true);
    }
    // A limit of one kind replaces the other kind's as well.
    replace(all, Setting.MAX_NEW_TOKENS, Setting.MAX_LENGTH);
    replace(all, Setting.MIN_NEW_TOKENS, Setting.MIN_LENGTH);
    all.putAll(settings);
    return new GenerationConfig(all);
  }

  private void replace(Map<Setting, Object> all, Setting one, Setting other) {
    if (settings.containsKey(one) || settings.containsKey(other)) {
      all.remove(one);
      all.remove(other);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // a setting knows its type
  <T> Optional<T> find(Setting setting) {
    return Optional.ofNullable((T) settings.get(setting));
  }

  OptionalInt findInt(Setting setting) {
    Integer value = (Integer) settings.get(setting);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  OptionalDouble findDouble(Setting setting) {
    Double value = (Double) settings.get(setting);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  boolean isOn(Setting setting) {
    return Boolean.TRUE.equals(settings.get(setting));
  }

  private GenerationConfig with(Setting setting, Object value) {
    String problem = setting.problem(value);
    if (problem != null) {
      throw new BadArgumentException(setting.key() + " " + problem);
    }
    var changed = new EnumMap<Setting, Object>(Setting.class);
    changed.putAll(settings);
    changed.put(setting, value);
    var config = new GenerationConfig(changed);
    config.refuseContradictions();
    return config;
  }

  private void refuseContradictions() {
    if (Boolean.FALSE.equals(settings.get(Setting.DO_SAMPLE))) {
      for (var entry : settings.entrySet()) {
        if (entry.getKey().samplingOnly() && !isZeroTemperature(entry.getKey())) {
          throw new BadArgumentException(
              entry.getKey().key()
                  + " "
                  + entry.getValue()
                  + " has no effect with do_sample false (greedy); leave one of them out");
        }
      }
    }
    refuseAbove(Setting.MIN_NEW_TOKENS, Setting.MAX_NEW_TOKENS);
    refuseAbove(Setting.MIN_LENGTH, Setting.MAX_LENGTH);
    if (settings.containsKey(Setting.MAX_NEW_TOKENS) && settings.containsKey(Setting.MAX_LENGTH)) {
      throw new BadArgumentException(
          "max_new_tokens and max_length are both set; leave one of them out");
    }
  }

  private boolean isZeroTemperature(Setting setting) {
    return setting == Setting.TEMPERATURE && Objects.equals(settings.get(setting), 0.0);
  }

  private void refuseAbove(Setting low, Setting high) {
    @Nullable Object least = settings.get(low);
    @Nullable Object most = settings.get(high);
    if (least != null && most != null && (int) least > (int) most) {
      throw new BadArgumentException(
          low.key() + " " + least + " is above " + high.key() + " " + most);
    }
  }

  private static List<Integer> list(int[] ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GenerationConfig config && settings.equals(config.settings);
  }

  @Override
  public int hashCode() {
    return settings.hashCode();
  }

  /** What is set, by the reference's names. */
  @Override
  public String toString() {
    return "GenerationConfig" + toMap();
  }
}
