package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What this machine can do at best, measured: every claim of speed is a share of it. All in
 * thousand millions a second.
 *
 * @param readOneThread bytes read from memory by one thread
 * @param threads of the other two figures
 * @param read bytes read from memory by all threads together
 * @param arithmeticOneThread f32 operations of one thread, a fused multiply-add as two
 * @param arithmetic f32 operations of all threads together
 */
public record Limits(
    double readOneThread, int threads, double read, double arithmeticOneThread, double arithmetic) {

  private static final int BYTES = 256 << 20; // more than any cache here holds
  private static final int CHUNK = 1 << 20;

  private static final int NUMBERS = 1024; // stay in the first-level cache
  private static final int ROUNDS = 4_000;
  private static final int VECTOR_ROUNDS = 200_000; // long beside the time a thread takes to wake
  private static final int WARM_ROUNDS = 2_000;
  private static final long MOST_NANOSECONDS_TO_WARM = 5_000_000_000L;
  private static final int CHAIN = 8;

  private static final long NANOSECONDS_EACH = 400_000_000;

  /** Measures for some two seconds on an otherwise quiet machine, with as many threads. */
  public static Limits measure(int threads) {
    var workspace = new Workspace();
    boolean vectors = Rung.best() == Rung.VECTOR;
    try (var arena = Arena.ofShared()) {
      var memory = arena.allocate(BYTES, 64).fill((byte) 1);
      int[] sums = new int[BYTES / CHUNK];
      WorkerPool.Task reading =
          (share, w) ->
              sums[share] =
                  vectors
                      ? VectorLimits.sum(memory, (long) share * CHUNK, CHUNK / Integer.BYTES)
                      : sum(memory, (long) share * CHUNK, CHUNK / Integer.BYTES);
      double readOne = BYTES / lowerQuartile(reading, sums.length, 1, workspace);
      double read = BYTES / lowerQuartile(reading, sums.length, threads, workspace);
      if (Arrays.stream(sums).anyMatch(sum -> sum != (int) (CHUNK / 4 * 0x01010101L))) {
        throw new AssertionError("memory read wrong");
      }

      WorkerPool.Task calculating =
          (share, w) -> {
            if (vectors) {
              VectorLimits.chains(VECTOR_ROUNDS, w.weights(NUMBERS));
            } else {
              calculate(w.weights(NUMBERS));
            }
          };
      if (vectors) {
        warm();
      }
      int numbers = vectors ? VectorLimits.chains(1, new float[NUMBERS]) : NUMBERS * CHAIN;
      double operations = 2.0 * numbers * (vectors ? VECTOR_ROUNDS : ROUNDS);
      double one = operations / lowerQuartile(calculating, 1, 1, workspace);
      double all = operations * threads / lowerQuartile(calculating, threads, threads, workspace);
      return new Limits(readOne, threads, read, one, all);
    }
  }

  /** Until the loop is compiled, which shows: it is a thousand times as fast then. */
  private static void warm() {
    float[] numbers = new float[NUMBERS];
    long start = System.nanoTime();
    long before;
    do {
      before = System.nanoTime();
      VectorLimits.chains(WARM_ROUNDS, numbers);
    } while (System.nanoTime() - before > WARM_ROUNDS * 100L
        && System.nanoTime() - start < MOST_NANOSECONDS_TO_WARM);
  }

  /**
   * Nanoseconds of one run of a task, so that work divided by it is a thousand million a second.
   */
  private static double lowerQuartile(
      WorkerPool.Task task, int shares, int threads, Workspace workspace) {
    double[] times = new double[10_000];
    int count = 0;
    long start = System.nanoTime();
    while (count < times.length && System.nanoTime() - start < NANOSECONDS_EACH || count < 5) {
      long before = System.nanoTime();
      WorkerPool.SHARED.run(task, shares, threads, workspace);
      times[count++] = System.nanoTime() - before;
    }
    // The first half warmed up. A limit is what can be had: a run that another program of the
    // machine disturbed does not count.
    double[] second = Arrays.copyOfRange(times, count / 2, count);
    Arrays.sort(second);
    return second[second.length / 4];
  }

  /** The compiler makes vectors of it. */
  private static int sum(MemorySegment memory, long offset, int count) {
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += memory.get(JAVA_INT, offset + 4L * i);
    }
    return sum;
  }

  private static void calculate(float[] numbers) {
    for (int round = 0; round < ROUNDS; round++) {
      chains(numbers, 0.999f, 0.001f);
    }
  }

  /**
   * Eight operations on what was loaded, so that loads do not count; the compiler makes vectors.
   */
  private static void chains(float[] numbers, float a, float b) {
    for (int i = 0; i < NUMBERS; i++) {
      float x = numbers[i];
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      x = Math.fma(x, a, b);
      numbers[i] = x;
    }
  }
}
