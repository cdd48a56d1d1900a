package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Measures what the machine can do at this moment, again and again: a virtual machine's limits move
 * by a factor of two within seconds, so what is set against them is measured between two probes.
 * For one thread at a time.
 */
public final class LimitsProbe implements AutoCloseable {
  /**
   * Bytes of a run, and how many such parts take turns. What is read again after 256 MiB alone is
   * still in the third-level cache to a twentieth; weights of a large model never are.
   */
  private static final int BYTES = 256 << 20;

  private static final int MOST_PARTS = 4;
  private static final int CHUNK = 1 << 20;

  private static final int NUMBERS = 1024; // stay in the first-level cache
  private static final int ROUNDS = 4_000;
  private static final int VECTOR_ROUNDS = 200_000; // long beside the time a thread takes to wake
  private static final int WARM_ROUNDS = 2_000;
  private static final long MOST_NANOSECONDS_TO_WARM = 5_000_000_000L;
  private static final int CHAIN = 8;

  private final boolean vectors = Rung.best() == Rung.VECTOR;
  private final Workspace workspace = new Workspace();
  private final Arena arena = Arena.ofShared();
  private final int parts = parts(Memory.detect());
  private final MemorySegment memory = arena.allocate((long) parts * BYTES, 64).fill((byte) 1);
  private final int[] sums = new int[BYTES / CHUNK];
  private int part;

  /** Takes 1 GiB, less where memory is scarce, and warms the loops up. */
  public LimitsProbe() {
    if (vectors) {
      warm();
    }
  }

  /** At most a quarter of the memory that is free. */
  private static int parts(Memory memory) {
    long free = memory.available().orElse(Long.MAX_VALUE);
    long allowed = memory.containerLimit().orElse(Long.MAX_VALUE);
    return (int) Math.clamp(Math.min(free, allowed) / 4 / BYTES, 1L, MOST_PARTS);
  }

  /**
   * Thousand million bytes read from memory a second.
   *
   * @param threads how many read
   * @param nanoseconds how long to measure
   */
  public double read(int threads, long nanoseconds) {
    WorkerPool.Task task = this::read;
    double time =
        lowerQuartile(
            () -> {
              part = (part + 1) % parts;
              WorkerPool.SHARED.run(task, sums.length, threads, workspace);
            },
            nanoseconds);
    if (Arrays.stream(sums).anyMatch(sum -> sum != (int) (CHUNK / 4 * 0x01010101L))) {
      throw new AssertionError("memory read wrong");
    }
    return BYTES / time;
  }

  private void read(int share, Workspace w) {
    long at = (long) part * BYTES + (long) share * CHUNK;
    int count = CHUNK / Integer.BYTES;
    sums[share] = vectors ? VectorLimits.sum(memory, at, count) : sum(memory, at, count);
  }

  /**
   * Thousand million f32 operations a second, a fused multiply-add as two.
   *
   * @param threads how many calculate
   * @param nanoseconds how long to measure
   */
  public double arithmetic(int threads, long nanoseconds) {
    int numbers = vectors ? VectorLimits.chains(1, new float[NUMBERS]) : NUMBERS * CHAIN;
    double operations = 2.0 * numbers * (vectors ? VECTOR_ROUNDS : ROUNDS);
    WorkerPool.Task task = this::calculate;
    double time =
        lowerQuartile(() -> WorkerPool.SHARED.run(task, threads, threads, workspace), nanoseconds);
    return operations * threads / time;
  }

  private void calculate(int share, Workspace w) {
    if (vectors) {
      VectorLimits.chains(VECTOR_ROUNDS, w.weights(NUMBERS));
    } else {
      calculate(w.weights(NUMBERS));
    }
  }

  @Override
  public void close() {
    arena.close();
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

  /** Nanoseconds of one run, so that work divided by it is a thousand million a second. */
  private static double lowerQuartile(Runnable run, long nanoseconds) {
    double[] times = new double[10_000];
    int count = 0;
    long start = System.nanoTime();
    while (count < times.length && System.nanoTime() - start < nanoseconds || count < 5) {
      long before = System.nanoTime();
      run.run();
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
