package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Sorts embeddings into a given number of clusters so that each lies near the mean of its own
 * (Lloyd 1982), started by k-means++ (Arthur and Vassilvitskii 2007). One seed gives one result.
 *
 * @param clusters how many
 * @param seed of the start
 * @param maxIterations rounds at most
 */
public record KMeans(int clusters, long seed, int maxIterations) {

  /** Clusters from seed 0 in at most 300 rounds. */
  public KMeans(int clusters) {
    this(clusters, 0, 300);
  }

  /** Checks that the counts are at least 1. */
  public KMeans {
    if (clusters < 1 || maxIterations < 1) {
      throw new BadArgumentException(
          "clusters and maxIterations must be at least 1: " + clusters + ", " + maxIterations);
    }
  }

  /**
   * What belongs together.
   *
   * @param labels the cluster of each row, [n], from 0
   * @param centres the mean of each cluster, [clusters, dimension]
   * @param inertia the sum of squared distances of rows to their centres
   * @param iterations rounds until nothing moved, or all that were allowed
   */
  public record Clusters(int[] labels, float[][] centres, double inertia, int iterations) {}

  /**
   * Sorts the rows.
   *
   * @param embeddings [n, dimension], n at least the number of clusters
   * @throws BadArgumentException when there are fewer rows than clusters, rows differ in length, or
   *     a number is not finite
   */
  public Clusters fit(float[][] embeddings) {
    int dimension = Rows.dimension("the embeddings", embeddings);
    if (embeddings.length < clusters) {
      throw new BadArgumentException(
          embeddings.length + " embeddings cannot make " + clusters + " clusters");
    }
    float[][] centres = start(embeddings);
    int[] labels = new int[embeddings.length];
    Arrays.fill(labels, -1);
    int iterations = 0;
    while (iterations < maxIterations && assign(embeddings, centres, labels)) {
      iterations++;
      centres = means(embeddings, labels, dimension, centres);
    }
    double inertia = 0;
    for (int row = 0; row < labels.length; row++) {
      inertia += distance(embeddings[row], centres[labels[row]]);
    }
    return new Clusters(labels, centres, inertia, iterations);
  }

  /** Chooses rows far from those chosen before, by chance in proportion to squared distance. */
  private float[][] start(float[][] rows) {
    var random = new SplittableRandom(seed);
    float[][] centres = new float[clusters][];
    double[] nearest = new double[rows.length];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    centres[0] = rows[random.nextInt(rows.length)].clone();
    for (int c = 1; c < clusters; c++) {
      double total = 0;
      for (int row = 0; row < rows.length; row++) {
        nearest[row] = Math.min(nearest[row], distance(rows[row], centres[c - 1]));
        total += nearest[row];
      }
      centres[c] = rows[draw(nearest, total * random.nextDouble())].clone();
    }
    return centres;
  }

  private static int draw(double[] weights, double rest) {
    int last = 0;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        last = i;
        rest -= weights[i];
        if (rest < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** Gives each row to its nearest centre, the lower one of equals; whether any row moved. */
  private static boolean assign(float[][] rows, float[][] centres, int[] labels) {
    boolean moved = false;
    for (int row = 0; row < rows.length; row++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int c = 0; c < centres.length; c++) {
        double distance = distance(rows[row], centres[c]);
        if (distance < least) {
          least = distance;
          best = c;
        }
      }
      moved |= labels[row] != best;
      labels[row] = best;
    }
    return moved;
  }

  /** The mean of each cluster; one that lost all its rows keeps its centre. */
  private static float[][] means(float[][] rows, int[] labels, int dimension, float[][] before) {
    double[][] sums = new double[before.length][dimension];
    int[] counts = new int[before.length];
    for (int row = 0; row < rows.length; row++) {
      counts[labels[row]]++;
      for (int i = 0; i < dimension; i++) {
        sums[labels[row]][i] += rows[row][i];
      }
    }
    float[][] centres = new float[before.length][dimension];
    for (int c = 0; c < centres.length; c++) {
      for (int i = 0; i < dimension; i++) {
        centres[c][i] = counts[c] == 0 ? before[c][i] : (float) (sums[c][i] / counts[c]);
      }
    }
    return centres;
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
