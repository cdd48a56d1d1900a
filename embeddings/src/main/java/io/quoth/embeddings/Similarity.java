package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How alike two embeddings are: a larger number is always more alike. Follows {@code
 * sentence_transformers.util.similarity}, with one difference: the Euclidean distance is exact for
 * any number of rows, where the reference loses digits above 25.
 */
public enum Similarity {
  /** The cosine of the angle between them, -1 to 1; 0 where one is all zeros. */
  COSINE,
  /** The sum of products; the same as {@link #COSINE} for embeddings of length 1. */
  DOT,
  /** The negative of the straight distance. */
  EUCLIDEAN,
  /** The negative of the sum of absolute differences. */
  MANHATTAN;

  /**
   * The similarity that a configuration names.
   *
   * @param name {@code cosine}, {@code dot}, {@code euclidean} or {@code manhattan}
   * @throws BadArgumentException for any other
   */
  public static Similarity named(String name) {
    for (Similarity similarity : values()) {
      if (similarity.toString().equals(name)) {
        return similarity;
      }
    }
    throw new BadArgumentException(
        "similarity \"" + name + "\" is not known; known are " + Arrays.toString(values()));
  }

  /**
   * How alike two embeddings are.
   *
   * @throws BadArgumentException when their dimensions differ or a number is not finite
   */
  public float of(float[] a, float[] b) {
    return pairwise(new float[][] {a}, new float[][] {b})[0];
  }

  /**
   * How alike each of {@code a} is to each of {@code b}.
   *
   * @param a [n, dimension]
   * @param b [m, dimension]
   * @return [n, m]
   * @throws BadArgumentException when dimensions differ or a number is not finite
   */
  public float[][] between(float[][] a, float[][] b) {
    Rows.sameDimension("the first embeddings", a, "the second", b);
    float[][] left = prepare(a);
    float[][] right = prepare(b);
    float[][] scores = new float[a.length][b.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        scores[i][j] = score(left[i], right[j]);
      }
    }
    return scores;
  }

  /**
   * How alike row i of {@code a} is to row i of {@code b}.
   *
   * @param a [n, dimension]
   * @param b [n, dimension]
   * @return [n]
   * @throws BadArgumentException when counts or dimensions differ or a number is not finite
   */
  public float[] pairwise(float[][] a, float[][] b) {
    if (a.length != b.length) {
      throw new BadArgumentException(
          "pairs need as many embeddings on both sides: " + a.length + " and " + b.length);
    }
    Rows.sameDimension("the first embeddings", a, "the second", b);
    float[][] left = prepare(a);
    float[][] right = prepare(b);
    float[] scores = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      scores[i] = score(left[i], right[i]);
    }
    return scores;
  }

  /** Rows as {@link #score} wants them: of length 1 for the cosine. */
  float[][] prepare(float[][] rows) {
    return this == COSINE ? Rows.normalized(rows) : rows;
  }

  /** The score of two rows that {@link #prepare} gave. */
  float score(float[] a, float[] b) {
    return switch (this) {
      case COSINE, DOT -> (float) Rows.dot(a, b);
      case EUCLIDEAN -> {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
          double difference = (double) a[i] - b[i];
          sum += difference * difference;
        }
        yield (float) (0 - Math.sqrt(sum));
      }
      case MANHATTAN -> {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
          sum += Math.abs((double) a[i] - b[i]);
        }
        yield (float) (0 - sum);
      }
    };
  }

  /** Its name in configurations. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
