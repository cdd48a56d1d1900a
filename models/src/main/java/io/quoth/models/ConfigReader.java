package io.quoth.models;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import java.util.Optional;

/**
 * A {@code config.json} being read: every number in bounds, every contradiction an error with its
 * place. Where a key has several names (GPT-2 says {@code n_embd}), all are given; they must agree.
 * Every method throws {@link BadFileException} when a value is missing, of another kind or out of
 * bounds.
 */
public final class ConfigReader {
  /** Far above any model; low enough that products of three fit a long. */
  private static final int MAX_SIZE = 1 << 24;

  private static final int MAX_LAYERS = 4096;
  private static final int MAX_CONTEXT = 1 << 30;

  private final Json json;

  /** Over the root of a configuration. */
  public ConfigReader(Json json) {
    this.json = json;
  }

  /** The object itself, for what has no method here. */
  public Json json() {
    return json;
  }

  /** An error at this configuration, for callers to throw. */
  public BadFileException error(String problem) {
    return json.error(problem);
  }

  /** The family: {@code model_type}. */
  public String modelType() {
    return json.getString("model_type");
  }

  /** A size that must be there: 1 to 2^24. */
  public int size(String... names) {
    return bounded(find(names).orElseThrow(() -> missing(names)), MAX_SIZE);
  }

  /** A size, or {@code otherwise} where the key is missing or null. */
  public int sizeOr(int otherwise, String... names) {
    return find(names).map(value -> bounded(value, MAX_SIZE)).orElse(otherwise);
  }

  /** The number of layers: 1 to 4096. */
  public int layers(String... names) {
    return bounded(find(names).orElseThrow(() -> missing(names)), MAX_LAYERS);
  }

  /** The number of positions: 1 to 2^30. */
  public int contextLength(int otherwise, String... names) {
    return find(names).map(value -> bounded(value, MAX_CONTEXT)).orElse(otherwise);
  }

  /** A number above 0 and finite. */
  public double positive(double otherwise, String name) {
    return json.find(name).map(ConfigReader::positive).orElse(otherwise);
  }

  /** What is added to a variance: 0 or above, and finite. */
  public double epsilon(double otherwise, String name) {
    Optional<Json> value = json.find(name);
    double epsilon = value.map(Json::asDouble).orElse(otherwise);
    if (!(epsilon >= 0) || Double.isInfinite(epsilon)) {
      throw value.orElseThrow().error("expected a small number >= 0, found " + epsilon);
    }
    return epsilon;
  }

  /** A truth value. */
  public boolean flag(boolean otherwise, String name) {
    return json.getBoolean(name, otherwise);
  }

  /** A text. */
  public String text(String otherwise, String name) {
    return json.getString(name, otherwise);
  }

  /**
   * The numbers of a head: what the key says, else {@code hiddenSize / heads}, which must be whole.
   */
  public int headDim(int hiddenSize, int heads, String... names) {
    var stated = names.length == 0 ? Optional.<Json>empty() : find(names);
    if (stated.isPresent()) {
      return bounded(stated.get(), MAX_SIZE / heads);
    }
    if (hiddenSize % heads != 0) {
      throw error(
          "the hidden size "
              + hiddenSize
              + " is no multiple of the "
              + heads
              + " attention heads, and no head_dim is given");
    }
    return hiddenSize / heads;
  }

  /** Key and value heads: what the key says, else {@code heads}; must divide {@code heads}. */
  public int kvHeads(int heads, String name) {
    int kvHeads = sizeOr(heads, name);
    if (heads % kvHeads != 0) {
      throw json.get(name)
          .error(kvHeads + " key and value heads do not divide the " + heads + " attention heads");
    }
    return kvHeads;
  }

  private Optional<Json> find(String... names) {
    Json found = null;
    for (String name : names) {
      var value = json.find(name);
      if (value.isPresent()) {
        if (found != null && !found.toString().equals(value.get().toString())) {
          throw value.get().error("is " + value.get() + ", but " + found.place() + " is " + found);
        }
        found = value.get();
      }
    }
    return Optional.ofNullable(found);
  }

  private BadFileException missing(String... names) {
    return error("has no \"" + String.join("\" or \"", names) + "\"");
  }

  private static int bounded(Json value, int most) {
    int number = value.asInt();
    if (number < 1 || number > most) {
      throw value.error("expected 1 to " + most + ", found " + number);
    }
    return number;
  }

  static double positive(Json value) {
    double number = value.asDouble();
    if (!(number > 0) || Double.isInfinite(number)) {
      throw value.error("expected a number above 0, found " + number);
    }
    return number;
  }
}
