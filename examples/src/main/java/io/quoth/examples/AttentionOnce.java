package io.quoth.examples;

import java.util.Random;

/**
 * Attention, implemented once with nothing but arrays: what {@code Ops.rotate} and {@code
 * Ops.attend} compute in one layer of a Llama, so that a reader can follow every number. The tests
 * hold it against the library.
 *
 * <p>Attention lets each token look back over the text. From its hidden state every token makes
 * three vectors: a query (what am I looking for?), a key (what do I have to offer?) and a value
 * (what do I pass on?). The better a query fits a key, the more of that key's value flows over.
 *
 * <p>Run it to see who looks at whom among six random tokens.
 */
public final class AttentionOnce {
  private AttentionOnce() {}

  /**
   * Causal self-attention with grouped heads (Vaswani et al. 2017; Ainslie et al. 2023).
   *
   * @param q queries, [tokens][heads][headSize]
   * @param k keys, [tokens][kvHeads][headSize]; query head h uses key head h / (heads / kvHeads)
   * @param v values, [tokens][kvHeads][headSize]
   * @return [tokens][heads * headSize]: the heads' results side by side
   */
  public static float[][] attend(float[][][] q, float[][][] k, float[][][] v) {
    int tokens = q.length;
    int heads = q[0].length;
    int headSize = q[0][0].length;
    float[][] out = new float[tokens][heads * headSize];
    for (int h = 0; h < heads; h++) {
      float[][] weights = weights(q, k, h);
      int kv = h / (heads / k[0].length);
      for (int t = 0; t < tokens; t++) {
        // The result is a weighted mean of the values seen.
        for (int s = 0; s <= t; s++) {
          for (int d = 0; d < headSize; d++) {
            out[t][h * headSize + d] += weights[t][s] * v[s][kv][d];
          }
        }
      }
    }
    return out;
  }

  /**
   * How much each token looks at each other in one head.
   *
   * @return [tokens][tokens]; each row sums to 1, and nobody looks ahead
   */
  public static float[][] weights(float[][][] q, float[][][] k, int head) {
    int tokens = q.length;
    int headSize = q[0][head].length;
    int kv = head / (q[0].length / k[0].length);
    float[][] weights = new float[tokens][tokens];
    for (int t = 0; t < tokens; t++) {
      // Scores: how well query t fits each key up to its own. Without the square root, longer heads
      // would make larger scores, and the softmax would see nothing but the largest.
      float largest = Float.NEGATIVE_INFINITY;
      for (int s = 0; s <= t; s++) {
        weights[t][s] = dot(q[t][head], k[s][kv]) / (float) Math.sqrt(headSize);
        largest = Math.max(largest, weights[t][s]);
      }
      // Softmax: scores become shares. Taking the largest off first changes nothing in the result
      // and keeps exp from overflowing.
      float sum = 0;
      for (int s = 0; s <= t; s++) {
        weights[t][s] = (float) Math.exp(weights[t][s] - largest);
        sum += weights[t][s];
      }
      for (int s = 0; s <= t; s++) {
        weights[t][s] /= sum;
      }
    }
    return weights;
  }

  /**
   * Tells queries or keys where they stand: token t's pair (i, i + half) turns by t * theta^(-2i /
   * headSize), in place (Su et al. 2021). A query and a key that both turned then fit by how far
   * apart they are.
   *
   * @param x [tokens][heads][headSize]
   */
  public static void rotate(float[][][] x, double theta) {
    for (int t = 0; t < x.length; t++) {
      for (float[] head : x[t]) {
        int half = head.length / 2;
        for (int i = 0; i < half; i++) {
          double angle = t * Math.pow(theta, -2.0 * i / head.length);
          float cos = (float) Math.cos(angle);
          float sin = (float) Math.sin(angle);
          float a = head[i];
          float b = head[i + half];
          head[i] = a * cos - b * sin;
          head[i + half] = b * cos + a * sin;
        }
      }
    }
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** Random vectors [tokens][heads][headSize], the same for the same generator. */
  static float[][][] random(Random random, int tokens, int heads, int headSize) {
    float[][][] x = new float[tokens][heads][headSize];
    for (float[][] token : x) {
      for (float[] head : token) {
        for (int d = 0; d < headSize; d++) {
          head[d] = (float) random.nextGaussian();
        }
      }
    }
    return x;
  }

  /** Prints who looks at whom. */
  public static void main(String[] args) {
    var random = new Random(1);
    float[][][] q = random(random, 6, 1, 16);
    float[][][] k = random(random, 6, 1, 16);
    rotate(q, 10_000);
    rotate(k, 10_000);
    float[][] weights = weights(q, k, 0);
    System.out.println("row: the token that looks; column: the token looked at");
    for (float[] row : weights) {
      for (float weight : row) {
        System.out.printf("%6.2f", weight);
      }
      System.out.println();
    }
  }
}
