package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.Arrays;

/**
 * Embeddings in fewer bytes, as {@code sentence_transformers.quantize_embeddings} makes them: whole
 * numbers of 8 bits within a range a column, or one bit a number. All are stateless functions,
 * exact to the last step: each is rounded as numpy rounds it.
 */
public final class Quantization {
  private Quantization() {}

  /**
   * The smallest and the largest value of each column, between which 256 steps are laid.
   *
   * @param minima [dimension]
   * @param maxima [dimension]
   */
  public record Ranges(float[] minima, float[] maxima) {
    /** Checks that both are as long. */
    public Ranges {
      if (minima.length != maxima.length) {
        throw new BadArgumentException(
            minima.length + " smallest values and " + maxima.length + " largest");
      }
    }

    /**
     * The ranges that embeddings take.
     *
     * @param embeddings [n, dimension], n at least 1: many texts like those to be quantised
     */
    public static Ranges of(float[][] embeddings) {
      int dimension = Rows.dimension("the embeddings", embeddings);
      if (embeddings.length == 0) {
        throw new BadArgumentException("no embeddings: ranges need at least one");
      }
      float[] minima = embeddings[0].clone();
      float[] maxima = embeddings[0].clone();
      for (float[] row : embeddings) {
        for (int i = 0; i < dimension; i++) {
          minima[i] = Math.min(minima[i], row[i]);
          maxima[i] = Math.max(maxima[i], row[i]);
        }
      }
      return new Ranges(minima, maxima);
    }
  }

  /**
   * Quantises within the ranges of the embeddings themselves. One text alone has ranges of no
   * width: all its numbers become the lowest step, so quantise many together or give {@link
   * Ranges}.
   *
   * @param embeddings [n, dimension]
   * @return [n, dimension] for {@link Precision#INT8} and {@link Precision#UINT8}, [n, (dimension +
   *     7) / 8] for {@link Precision#BINARY} and {@link Precision#UBINARY}; unsigned values as the
   *     bits of the byte
   * @throws BadArgumentException for {@link Precision#FLOAT32}, or a number that is not finite
   */
  public static byte[][] quantize(float[][] embeddings, Precision precision) {
    return switch (precision) {
      case INT8, UINT8 ->
          embeddings.length == 0
              ? new byte[0][]
              : quantize(embeddings, precision, Ranges.of(embeddings));
      case BINARY, UBINARY -> bits(embeddings, precision);
      case FLOAT32 -> throw notBytes(precision);
    };
  }

  /**
   * Quantises within given ranges; what lies outside takes the nearest step. Ranges have no effect
   * on the binary forms.
   */
  public static byte[][] quantize(float[][] embeddings, Precision precision, Ranges ranges) {
    checkRanges(embeddings, ranges.minima.length);
    if (precision == Precision.BINARY || precision == Precision.UBINARY) {
      return bits(embeddings, precision);
    }
    float[] steps = new float[ranges.minima.length];
    for (int i = 0; i < steps.length; i++) {
      float step = (ranges.maxima[i] - ranges.minima[i]) / 255f;
      steps[i] = step == 0 ? 1 : step;
    }
    int zero = zero(precision);
    byte[][] result = new byte[embeddings.length][steps.length];
    for (int r = 0; r < result.length; r++) {
      for (int i = 0; i < steps.length; i++) {
        float value = (embeddings[r][i] - ranges.minima[i]) / steps[i];
        result[r][i] = step(value, zero);
      }
    }
    return result;
  }

  /**
   * As {@link #quantize(float[][], Precision, Ranges)} with ranges in double precision, which makes
   * the whole computation double, as in the reference.
   *
   * @param minima [dimension]
   * @param maxima [dimension]
   */
  public static byte[][] quantize(
      float[][] embeddings, Precision precision, double[] minima, double[] maxima) {
    if (minima.length != maxima.length) {
      throw new BadArgumentException(
          minima.length + " smallest values and " + maxima.length + " largest");
    }
    checkRanges(embeddings, minima.length);
    if (precision == Precision.BINARY || precision == Precision.UBINARY) {
      return bits(embeddings, precision);
    }
    int zero = zero(precision);
    byte[][] result = new byte[embeddings.length][minima.length];
    for (int r = 0; r < result.length; r++) {
      for (int i = 0; i < minima.length; i++) {
        double step = (maxima[i] - minima[i]) / 255;
        result[r][i] = step((embeddings[r][i] - minima[i]) / (step == 0 ? 1 : step), zero);
      }
    }
    return result;
  }

  private static byte step(double value, int zero) {
    return (byte) ((int) Math.clamp(Math.floor(value), 0, 255) - zero);
  }

  private static int zero(Precision precision) {
    return switch (precision) {
      case INT8 -> 128;
      case UINT8 -> 0;
      case BINARY, UBINARY, FLOAT32 -> throw notBytes(precision);
    };
  }

  private static void checkRanges(float[][] embeddings, int dimension) {
    int found = Rows.dimension("the embeddings", embeddings);
    if (embeddings.length > 0 && found != dimension) {
      throw new BadArgumentException(
          "the ranges have " + dimension + " columns, the embeddings " + found);
    }
  }

  /** One bit a number, set where it is positive; the first is the highest of its byte. */
  private static byte[][] bits(float[][] embeddings, Precision precision) {
    int dimension = Rows.dimension("the embeddings", embeddings);
    int flip = precision == Precision.BINARY ? 128 : 0;
    byte[][] result = new byte[embeddings.length][(dimension + 7) / 8];
    for (int r = 0; r < result.length; r++) {
      Arrays.fill(result[r], (byte) -flip);
      for (int i = 0; i < dimension; i++) {
        if (embeddings[r][i] > 0) {
          result[r][i / 8] += (byte) (128 >> i % 8);
        }
      }
    }
    return result;
  }

  private static BadArgumentException notBytes(Precision precision) {
    return new BadArgumentException(
        "precision " + precision + " has no bytes; give int8, uint8, binary or ubinary");
  }
}
