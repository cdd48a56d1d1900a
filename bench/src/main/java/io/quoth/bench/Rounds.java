package io.quoth.bench;

import java.util.Arrays;
import java.util.function.DoubleSupplier;

/** Timing of work that is done again and again. */
final class Rounds {
  /** So that the threads of who ran before have gone to sleep. */
  private static final int REST_MILLISECONDS = 60;

  private Rounds() {}

  static void warm(Runnable work, double seconds) {
    long until = System.nanoTime() + (long) (seconds * 1e9);
    do {
      work.run();
    } while (System.nanoTime() < until);
  }

  /** Seconds of one run, over as many as fill the time. */
  static double seconds(Runnable work, double time) {
    try {
      Thread.sleep(REST_MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    long start = System.nanoTime();
    long until = start + (long) (time * 1e9);
    int runs = 0;
    do {
      work.run();
      runs++;
    } while (System.nanoTime() < until);
    return (System.nanoTime() - start) / 1e9 / runs;
  }

  /**
   * Runs work between two probes of a limit, so many times.
   *
   * @param limit what can be had a second, just now
   * @param work gives what was had a second
   * @return the median of what was had a second, and the median of its share of the limit
   */
  static double[] besideLimit(int rounds, DoubleSupplier limit, DoubleSupplier work) {
    double[] rates = new double[rounds];
    double[] shares = new double[rounds];
    double before = limit.getAsDouble();
    for (int round = 0; round < rounds; round++) {
      rates[round] = work.getAsDouble();
      double after = limit.getAsDouble();
      shares[round] = rates[round] / ((before + after) / 2);
      before = after;
    }
    return new double[] {median(rates), median(shares)};
  }

  static double median(double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
