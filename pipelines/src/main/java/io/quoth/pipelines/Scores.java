package io.quoth.pipelines;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Logits to scores. */
final class Scores {
  private Scores() {}

  /** The softmax, in double precision. */
  static float[] softmax(float[] logits) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      greatest = Math.max(greatest, logit);
    }
    double[] powers = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      powers[i] = Math.exp(logits[i] - greatest);
      sum += powers[i];
    }
    float[] scores = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      scores[i] = (float) (powers[i] / sum);
    }
    return scores;
  }

  /** The sigmoid of each. */
  static float[] sigmoid(float[] logits) {
    float[] scores = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      scores[i] = (float) (1 / (1 + Math.exp(-(double) logits[i])));
    }
    return scores;
  }

  /** The first of the greatest. */
  static int argmax(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** The places of the greatest scores, best first; of equal ones the first. */
  static int[] top(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(count)
        .mapToInt(i -> i)
        .toArray();
  }
}
