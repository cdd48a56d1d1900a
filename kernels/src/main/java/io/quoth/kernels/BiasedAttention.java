package io.quoth.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Attention of encoders whose scores hang on distances. A share is one head of one sequence. All
 * loops run along arrays in steps of one, which the compiler makes vectors of; every sum is one
 * chain of fused multiply-adds in rising order, so that the result is the same in any case.
 */
@SuppressWarnings("NullAway.Init") // its fields are set before shares run
final class BiasedAttention implements WorkerPool.Task {
  private Attention attention;
  private ScoreBias bias;
  private Batch batch;
  private CpuActivation qkv;
  private CpuActivation y;

  void run(
      Attention a,
      ScoreBias b,
      CpuActivation input,
      CpuActivation output,
      Batch sequences,
      int threads,
      Workspace workspace) {
    attention = a;
    bias = b;
    batch = sequences;
    qkv = input;
    y = output;
    WorkerPool.SHARED.run(this, sequences.sequences() * a.heads(), threads, workspace);
  }

  @Override
  public void run(int share, Workspace w) {
    int sequence = share / attention.heads();
    new Head(share % attention.heads(), batch.start(sequence), batch.end(sequence), w).run();
  }

  /** One head of one sequence. */
  private final class Head {
    private final int head;
    private final int start;
    private final int length;
    private final int size = attention.headSize();
    private final int distances;
    private final float[] keys;
    private final float[] values;
    private final float[] scores;
    private final float[] added;
    private final float[] query = new float[size];

    Head(int head, int start, int end, Workspace w) {
      this.head = head;
      this.start = start;
      length = end - start;
      distances = 2 * length - 1;
      keys = transposed(attention.heads() + head / group());
      values = w.inputs(length * size);
      int column = (attention.heads() + attention.kvHeads() + head / group()) * size;
      for (int p = 0; p < length; p++) {
        qkv.copy(start + p, column, values, p * size, size);
      }
      scores = new float[length];
      added = new float[length];
    }

    private int group() {
      return attention.heads() / attention.kvHeads();
    }

    void run() {
      switch (bias) {
        case RelativeBias relative -> run(null, null, ofDistances(relative));
        case Disentangled both ->
            run(
                ofDistances((CpuEmbedding) both.keys()),
                ofDistances((CpuEmbedding) both.queries()),
                null);
      }
    }

    /**
     * All rows.
     *
     * @param distanceKeys keys of distances, [size][distances], or null
     * @param distanceQueries queries of distances, [size][distances], or null
     * @param numbers what is added to scaled scores, [distances], or null
     */
    private void run(
        float @Nullable [] distanceKeys,
        float @Nullable [] distanceQueries,
        float @Nullable [] numbers) {
      for (int row = 0; row < length; row++) {
        int first = attention.first(row);
        int end = attention.end(row, length);
        int nearest = length - 1 - row; // the place of position 0 among the distances
        qkv.copy(start + row, head * size, query, 0, size);
        Arrays.fill(scores, first, end, 0f);
        for (int d = 0; d < size; d++) {
          addProduct(query[d], keys, d * length, scores, first, end);
        }
        if (distanceKeys != null) {
          Arrays.fill(added, first, end, 0f);
          for (int d = 0; d < size; d++) {
            addProduct(query[d], distanceKeys, d * distances + nearest, added, first, end);
          }
          addAll(added, scores, first, end);
        }
        if (distanceQueries != null) {
          Arrays.fill(added, first, end, 0f);
          for (int d = 0; d < size; d++) {
            addProducts(
                keys, d * length, distanceQueries, d * distances + nearest, added, first, end);
          }
          addAll(added, scores, first, end);
        }
        finish(row, first, end, numbers, nearest);
      }
    }

    private void finish(int row, int first, int end, float @Nullable [] numbers, int nearest) {
      float scale = attention.scale();
      float greatest = Float.NEGATIVE_INFINITY;
      for (int p = first; p < end; p++) {
        float score = scores[p] * scale;
        scores[p] = numbers == null ? score : score + numbers[nearest + p];
        greatest = Math.max(greatest, scores[p]);
      }
      float sum = 0f;
      for (int p = first; p < end; p++) {
        scores[p] = Functions.exp(scores[p] - greatest);
        sum += scores[p];
      }
      float share = 1f / sum;
      float[] result = query; // of the same size, and no longer needed
      Arrays.fill(result, 0f);
      for (int p = first; p < end; p++) {
        addProduct(scores[p], values, p * size, result, 0, size);
      }
      for (int d = 0; d < size; d++) {
        result[d] *= share;
      }
      y.write(start + row, head * size, result, 0, size);
    }

    /** Numbers of one head, [size][length]. */
    private float[] transposed(int column) {
      float[] rows = new float[size * length];
      float[] one = new float[size];
      for (int p = 0; p < length; p++) {
        qkv.copy(start + p, column * size, one, 0, size);
        for (int d = 0; d < size; d++) {
          rows[d * length + p] = one[d];
        }
      }
      return rows;
    }

    /** The number of each distance. */
    private float[] ofDistances(RelativeBias relative) {
      float[] numbers = new float[distances];
      for (int i = 0; i < distances; i++) {
        ((CpuEmbedding) relative.table()).table().decode(row(i), head, 1, numbers, i);
      }
      return numbers;
    }

    /**
     * The row of the distance at place {@code i}, 0 being that of the last position to the first.
     */
    private int row(int i) {
      int reach = bias.reach();
      return bias.rows()[Math.clamp(i - (length - 1), -reach, reach) + reach];
    }

    /** The rows of a table by distance, [size][distances]. */
    private float @Nullable [] ofDistances(@Nullable CpuEmbedding embedding) {
      if (embedding == null) {
        return null;
      }
      float[] expanded = new float[size * distances];
      float[] one = new float[size];
      int last = -1;
      for (int i = 0; i < distances; i++) {
        if (row(i) != last) {
          last = row(i);
          embedding.table().decode(last, head * size, size, one, 0);
        }
        for (int d = 0; d < size; d++) {
          expanded[d * distances + i] = one[d];
        }
      }
      return expanded;
    }
  }

  private static void addProduct(float factor, float[] x, int at, float[] sums, int from, int to) {
    for (int i = from; i < to; i++) {
      sums[i] = Math.fma(factor, x[at + i], sums[i]);
    }
  }

  private static void addProducts(
      float[] x, int atX, float[] y, int atY, float[] sums, int from, int to) {
    for (int i = from; i < to; i++) {
      sums[i] = Math.fma(x[atX + i], y[atY + i], sums[i]);
    }
  }

  private static void addAll(float[] x, float[] sums, int from, int to) {
    for (int i = from; i < to; i++) {
      sums[i] += x[i];
    }
  }
}
