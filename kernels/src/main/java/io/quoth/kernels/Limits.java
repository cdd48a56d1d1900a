package io.quoth.kernels;

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

  private static final long NANOSECONDS_EACH = 400_000_000;

  /** Measures for some two seconds on an otherwise quiet machine, with as many threads. */
  public static Limits measure(int threads) {
    try (var probe = new LimitsProbe()) {
      return new Limits(
          probe.read(1, NANOSECONDS_EACH),
          threads,
          probe.read(threads, NANOSECONDS_EACH),
          probe.arithmetic(1, NANOSECONDS_EACH),
          probe.arithmetic(threads, NANOSECONDS_EACH));
    }
  }
}
