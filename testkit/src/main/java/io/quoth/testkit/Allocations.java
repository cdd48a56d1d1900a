package io.quoth.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How many bytes of heap a piece of work allocates. */
public final class Allocations {
  private Allocations() {}

  /**
   * The bytes that {@code work} allocates on this thread once the compiler has seen it: the least
   * of {@code rounds} runs.
   */
  public static long steady(int rounds, Runnable work) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < rounds; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      work.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
