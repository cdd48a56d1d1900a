package io.quoth.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.embeddings.Similarity;
import io.quoth.embeddings.VectorIndex;
import io.quoth.kernels.LimitsProbe;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Exact search among a million vectors of 384 numbers, beside the time that reading them once, or
 * the multiplications, would take at the limits of the machine, whichever is longer.
 */
final class Search {
  private static final int SIZE = 1_000_000;
  private static final int DIMENSION = 384;
  private static final int TOP = 10;
  private static final int ROUNDS = 7;
  private static final int CHUNK = 10_000;

  private Search() {}

  static void run(int threads) {
    try (var arena = Arena.ofShared();
        var probe = new LimitsProbe()) {
      long bytes = (long) SIZE * DIMENSION * Float.BYTES;
      var memory = arena.allocate(bytes, 64);
      IntStream.range(0, SIZE / CHUNK).parallel().forEach(chunk -> fill(memory, chunk));
      var shape = new long[] {SIZE, DIMENSION};
      var vectors = new Tensor("vectors", DType.F32, shape, memory);
      try (var index = VectorIndex.over(vectors, Similarity.COSINE)) {
        for (int queries : new int[] {1, 32, 256}) {
          measure(probe, threads, index, memory, queries);
        }
      }
    }
  }

  private static void measure(
      LimitsProbe probe, int threads, VectorIndex index, MemorySegment memory, int count) {
    var random = new SplittableRandom(2);
    float[][] queries = new float[count][DIMENSION];
    for (float[] query : queries) {
      for (int i = 0; i < DIMENSION; i++) {
        query[i] = (float) random.nextGaussian();
      }
    }
    requireBest(index.search(queries, TOP).getFirst(), queries[0], memory);
    Runnable work = () -> index.search(queries, TOP);
    Rounds.warm(work, 2);
    double operations = 2.0 * SIZE * DIMENSION * count / 1e9;
    double gigabytes = memory.byteSize() / 1e9;
    boolean[] calculates = {false};
    double[] median =
        Rounds.besideLimit(
            ROUNDS,
            () -> {
              double arithmetic = operations / probe.arithmetic(threads, Bench.PROBE);
              double reading = gigabytes / probe.read(threads, Bench.PROBE);
              calculates[0] = arithmetic > reading;
              return 1 / Math.max(arithmetic, reading);
            },
            () -> 1 / Rounds.seconds(work, 0.2));
    double time = 1 / median[0];
    System.out.printf(
        Locale.ROOT,
        "search, %d queries among %,d x %d: %.1f ms, %.0f GFLOP/s, %.1f GB/s; %.0f %% of the %s%n",
        count,
        SIZE,
        DIMENSION,
        time * 1e3,
        operations / time,
        gigabytes / time,
        100 * median[1],
        calculates[0] ? "f32 peak" : "read bandwidth");
  }

  /** That the best found is the best of a plain loop. */
  private static void requireBest(List<Hit> hits, float[] query, MemorySegment memory) {
    double[] cosines =
        IntStream.range(0, SIZE)
            .parallel()
            .mapToDouble(row -> cosine(query, memory, row))
            .toArray();
    int best = 0;
    for (int row = 1; row < SIZE; row++) {
      best = cosines[row] > cosines[best] ? row : best;
    }
    if (hits.size() != TOP || hits.getFirst().corpusId() != best) {
      throw new AssertionError("found " + hits + ", the best is row " + best);
    }
  }

  private static double cosine(float[] query, MemorySegment memory, int row) {
    double dot = 0;
    double squares = 0;
    for (int i = 0; i < DIMENSION; i++) {
      float x = memory.getAtIndex(JAVA_FLOAT, (long) row * DIMENSION + i);
      dot += x * (double) query[i];
      squares += x * (double) x;
    }
    return dot / Math.sqrt(squares);
  }

  private static void fill(MemorySegment memory, int chunk) {
    var random = new SplittableRandom(chunk);
    long first = (long) chunk * CHUNK * DIMENSION;
    for (long i = first; i < first + (long) CHUNK * DIMENSION; i++) {
      memory.setAtIndex(JAVA_FLOAT, i, (float) random.nextGaussian());
    }
  }
}
