package io.quoth.generation;

import io.quoth.base.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One thing that can be set about generation: its name, its values, where it comes into play. */
@SuppressWarnings("ImmutableEnumChecker") // its functions keep nothing
enum Setting {
  DO_SAMPLE(As.FLAG, Is.ANYTHING),
  MAX_NEW_TOKENS(As.INT, wholeFrom(1)),
  MAX_LENGTH(As.INT, wholeFrom(1)),
  MIN_NEW_TOKENS(As.INT, wholeFrom(0)),
  MIN_LENGTH(As.INT, wholeFrom(0)),

  TEMPERATURE(As.NUMBER, Setting::temperatures, true),
  TOP_H(As.NUMBER, within(0, 1, false), true),
  TOP_K(As.INT, wholeFrom(0), true),
  TOP_P(As.NUMBER, within(0, 1, false), true),
  MIN_P(As.NUMBER, within(0, 1, true), true),
  TYPICAL_P(As.NUMBER, within(0, 1, false), true),
  EPSILON_CUTOFF(As.NUMBER, within(0, 1, true), true),
  ETA_CUTOFF(As.NUMBER, within(0, 1, true), true),

  SEQUENCE_BIAS(Setting::biases, Is.ANYTHING),
  REPETITION_PENALTY(As.NUMBER, within(0, Float.MAX_VALUE, false)),
  NO_REPEAT_NGRAM_SIZE(As.INT, wholeFrom(0)),
  BAD_WORDS_IDS(Setting::idLists, Is.NONE_EMPTY),
  FORCED_BOS_TOKEN_ID(As.IDS, Is.IDS),
  FORCED_EOS_TOKEN_ID(As.IDS, Is.IDS),
  REMOVE_INVALID_VALUES(As.FLAG, Is.ANYTHING),
  EXPONENTIAL_DECAY_LENGTH_PENALTY(Setting::decay, Is.ANYTHING),
  SUPPRESS_TOKENS(As.IDS, Is.ANYTHING),
  BEGIN_SUPPRESS_TOKENS(As.IDS, Is.IDS),
  RENORMALIZE_LOGITS(As.FLAG, Is.ANYTHING),

  EOS_TOKEN_ID(As.IDS, Is.IDS),
  BOS_TOKEN_ID(As.INT, wholeFrom(0)),
  IGNORE_EOS(null, Is.ANYTHING),
  STOP_STRINGS(Setting::strings, Is.NONE_EMPTY),
  SEED(null, Is.ANYTHING),
  SCORES(null, wholeFrom(0)),
  PROCESSORS(null, Is.ANYTHING);

  /** Readers, each made once: every mention of a method is a class to make at the start. */
  private static final class As {
    static final Function<Json, Object> FLAG = Json::asBoolean;
    static final Function<Json, Object> INT = Json::asInt;
    static final Function<Json, Object> NUMBER = Json::asDouble;
    static final Function<Json, Object> IDS = Setting::ids;
  }

  /** Rules, each made once. */
  private static final class Is {
    static final Function<Object, @Nullable String> ANYTHING = Setting::anything;
    static final Function<Object, @Nullable String> IDS = Setting::idsFromZero;
    static final Function<Object, @Nullable String> NONE_EMPTY = Setting::noneEmpty;
  }

  /** How long generation may grow before the end tokens rise, and how fast they do. */
  record Decay(int start, double factor) {}

  private final @Nullable Function<Json, Object> reader;
  private final Function<Object, @Nullable String> rule;
  private final boolean samplingOnly;

  Setting(@Nullable Function<Json, Object> reader, Function<Object, @Nullable String> rule) {
    this(reader, rule, false);
  }

  Setting(
      @Nullable Function<Json, Object> reader,
      Function<Object, @Nullable String> rule,
      boolean samplingOnly) {
    this.reader = reader;
    this.rule = rule;
    this.samplingOnly = samplingOnly;
  }

  /** The name in generation_config.json. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has no effect without sampling. */
  boolean samplingOnly() {
    return samplingOnly;
  }

  /** What is wrong with a value, or null. */
  @Nullable String problem(Object value) {
    return rule.apply(value);
  }

  /** The value in a model's file, where it is set there; an error when it cannot be one. */
  Optional<Object> read(Json file) {
    if (reader == null) {
      return Optional.empty(); // Quoth's own
    }
    return file.find(key())
        .map(json -> {
          Object value = reader.apply(json);
          String problem = problem(value);
          if (problem != null) {
            throw json.error(problem);
          }
          return value;
        });
  }

  // ---- rules

  private static @Nullable String anything(Object value) {
    return null;
  }

  private static Function<Object, @Nullable String> wholeFrom(int least) {
    return value -> (int) value < least ? "must be >= " + least + ": " + value : null;
  }

  private static Function<Object, @Nullable String> within(
      double low, double high, boolean lowIncluded) {
    return value -> {
      double number = (double) value;
      boolean fits = (lowIncluded ? number >= low : number > low) && number <= high;
      String upper = high == Float.MAX_VALUE ? " and finite" : " and <= " + (int) high;
      return fits
          ? null
          : "must be " + (lowIncluded ? ">= " : "> ") + (int) low + upper + ": " + value;
    };
  }

  /** Scores divided by less than 1e-5 would overflow. */
  private static @Nullable String temperatures(Object value) {
    double number = (double) value;
    return number > 0 && number < 1e-5
        ? "must be 0 (greedy) or >= 1e-5: " + value
        : within(0, Float.MAX_VALUE, true).apply(value);
  }

  private static @Nullable String noneEmpty(Object value) {
    for (Object item : (List<?>) value) {
      if (item.equals("") || item.equals(List.of())) {
        return "must not hold anything empty: " + value;
      }
    }
    return null;
  }

  private static @Nullable String idsFromZero(Object value) {
    return ((List<?>) value).stream().allMatch(id -> (int) id >= 0)
        ? null
        : "must hold ids >= 0: " + value;
  }

  // ---- readers

  private static List<Integer> ids(Json json) {
    return json.isArray() ? json.items().stream().map(Json::asInt).toList() : List.of(json.asInt());
  }

  private static List<String> strings(Json json) {
    return json.isArray()
        ? json.items().stream().map(Json::asString).toList()
        : List.of(json.asString());
  }

  private static List<List<Integer>> idLists(Json json) {
    return json.items().stream().map(Setting::ids).toList();
  }

  private static List<Adjustments.Bias> biases(Json json) {
    var biases = new ArrayList<Adjustments.Bias>();
    for (Json item : json.items()) {
      List<Integer> sequence = ids(item.item(0));
      if (sequence.isEmpty()) {
        throw item.error("has no tokens");
      }
      biases.add(new Adjustments.Bias(sequence, (float) item.item(1).asDouble()));
    }
    return List.copyOf(biases);
  }

  private static Decay decay(Json json) {
    if (json.size() != 2) {
      throw json.error("expected [start, factor]");
    }
    return new Decay(json.item(0).asInt(), json.item(1).asDouble());
  }
}
