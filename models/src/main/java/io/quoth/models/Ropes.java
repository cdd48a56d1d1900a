package io.quoth.models;

import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Rope;
import org.jspecify.annotations.Nullable;

/**
 * Rotary positions as configurations describe them: {@code rope_parameters}, or {@code rope_theta}
 * with {@code rope_scaling} in older files. Arithmetic in f32 where the reference's is
 * (transformers {@code modeling_rope_utils.py}).
 */
final class Ropes {
  private final ConfigReader config;
  private final @Nullable Json dictionary;
  private final int dims;
  private final double theta;

  /** Positions that the model was made for. */
  private final int contextLength;

  private Ropes(
      ConfigReader config, int headDim, int contextLength, double theta, double partialFactor) {
    this.config = config;
    // The older spelling wins where a file has both.
    dictionary =
        config
            .json()
            .find("rope_scaling")
            .or(() -> config.json().find("rope_parameters"))
            .orElse(null);
    double partial = number("partial_rotary_factor", partialFactor);
    if (partial > 1) {
      throw config.error("partial_rotary_factor is " + partial + ", expected at most 1");
    }
    dims = (int) (headDim * partial);
    if (dims < 2 || dims % 2 != 0) {
      throw config.error(
          "rotary positions turn "
              + dims
              + " of the "
              + headDim
              + " numbers of a head; expected an even number of at least 2");
    }
    this.theta = number("rope_theta", theta);
    this.contextLength = contextLength;
  }

  /**
   * The rotary positions of a model.
   *
   * @param theta the base where the file names none
   * @param partialFactor how much of a head turns where the file does not say
   */
  static Rope read(
      ConfigReader config, int headDim, int contextLength, double theta, double partialFactor) {
    return new Ropes(config, headDim, contextLength, theta, partialFactor).rope();
  }

  /** Rotary positions of whole heads, nothing stretched. */
  static Rope plain(int headDim, double theta) {
    return new Rope(
        headDim, frequencies(theta, headDim), 1, Rope.Style.HALVES, /* dynamic= */ null);
  }

  private Rope rope() {
    String type = type();
    return switch (type) {
      case "default" -> rope(frequencies(), 1, null);
      case "linear" -> rope(linear(factor()), 1, null);
      case "dynamic" -> rope(frequencies(), 1, new Rope.Dynamic(theta, factor(), contextLength));
      case "llama3" -> rope(llama3(), 1, null);
      case "yarn" -> yarn();
      default ->
          throw new UnsupportedModelException(
              config.json().place()
                  + ": rope type \""
                  + type
                  + "\" is not supported; supported are default, linear, dynamic, llama3, yarn");
    };
  }

  private Rope rope(float[] frequencies, double attentionFactor, Rope.@Nullable Dynamic dynamic) {
    return new Rope(dims, frequencies, (float) attentionFactor, Rope.Style.HALVES, dynamic);
  }

  private String type() {
    if (dictionary == null) {
      return "default";
    }
    return dictionary.getString("rope_type", dictionary.getString("type", "default"));
  }

  /** From the dictionary, else from the file, else a default. */
  private double number(String name, double otherwise) {
    double outside = config.positive(otherwise, name);
    return dictionary == null ? outside : positive(name, outside);
  }

  private double positive(String name, double otherwise) {
    return new ConfigReader(required()).positive(otherwise, name);
  }

  private Json required() {
    if (dictionary == null) {
      throw new IllegalStateException("only types with a dictionary have parameters");
    }
    return dictionary;
  }

  private double factor() {
    return ConfigReader.positive(required().get("factor"));
  }

  private int originalLength() {
    return new ConfigReader(required())
        .contextLength(contextLength, "original_max_position_embeddings");
  }

  private float[] frequencies() {
    return frequencies(theta, dims);
  }

  /** theta^(-2i / dims): Su et al. 2021. */
  private static float[] frequencies(double theta, int dims) {
    float[] frequencies = new float[dims / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1f / (float) Math.pow(theta, 2f * i / dims);
    }
    return frequencies;
  }

  private float[] linear(double factor) {
    float[] frequencies = frequencies();
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= (float) factor;
    }
    return frequencies;
  }

  /** Long waves are stretched, short ones kept, those between blended (Llama 3.1). */
  private float[] llama3() {
    float factor = (float) factor();
    float low = (float) ConfigReader.positive(required().get("low_freq_factor"));
    float high = (float) ConfigReader.positive(required().get("high_freq_factor"));
    float length = originalLength();
    if (!(low < high)) {
      throw required().error("low_freq_factor " + low + " must be below high_freq_factor " + high);
    }
    float[] frequencies = frequencies();
    for (int i = 0; i < frequencies.length; i++) {
      float wave = (float) (2 * Math.PI) / frequencies[i];
      if (wave > length / low) {
        frequencies[i] /= factor;
      } else if (wave >= length / high) {
        float smooth = (length / wave - low) / (high - low);
        frequencies[i] = (1 - smooth) * frequencies[i] / factor + smooth * frequencies[i];
      }
    }
    return frequencies;
  }

  /** YaRN (Peng et al. 2023): a ramp over the pairs, and hotter attention. */
  private Rope yarn() {
    int length = originalLength();
    double factor =
        required()
            .find("factor")
            .map(ConfigReader::positive)
            .orElse(contextLength / (double) length);
    double low = rampEnd(positive("beta_fast", 32), length);
    double high = rampEnd(positive("beta_slow", 1), length);
    if (required().getBoolean("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, dims - 1.0);
    if (low == high) {
      high += 0.001;
    }
    float[] frequencies = frequencies();
    for (int i = 0; i < frequencies.length; i++) {
      float ramp = Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
      float stretched = 1f / ((float) factor * (1f / frequencies[i]));
      frequencies[i] = stretched * ramp + frequencies[i] * (1 - ramp);
    }
    return rope(frequencies, yarnAttentionFactor(factor), null);
  }

  /** The pair that turns {@code rotations} times over {@code length} positions. */
  private double rampEnd(double rotations, int length) {
    return dims * Math.log(length / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
  }

  private double yarnAttentionFactor(double factor) {
    var given = required().find("attention_factor");
    if (given.isPresent()) {
      return ConfigReader.positive(given.get());
    }
    double scale = required().getDouble("mscale", 0);
    double scaleAll = required().getDouble("mscale_all_dim", 0);
    return scale != 0 && scaleAll != 0
        ? yarnScale(factor, scale) / yarnScale(factor, scaleAll)
        : yarnScale(factor, 1);
  }

  private static double yarnScale(double factor, double scale) {
    return factor > 1 ? 0.1 * scale * Math.log(factor) + 1 : 1;
  }
}
