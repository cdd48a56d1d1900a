package io.quoth.kernels;

import java.util.Optional;

/**
 * The ladder of kernels, slowest first. All rungs give the same bits; a better one is only faster.
 */
public enum Rung {
  /** Plain Java, on every processor and without any flag. */
  SCALAR,
  /** The Vector API: needs the module {@code jdk.incubator.vector}. */
  VECTOR;

  /** The best rung that may run here. */
  public static Rung best() {
    return VECTOR.obstacle().isEmpty() ? VECTOR : SCALAR;
  }

  /** Why this rung cannot run here and what to do about it; empty when it can. */
  public Optional<String> obstacle() {
    return switch (this) {
      case SCALAR -> Optional.empty();
      case VECTOR -> Optional.of("there are no vector kernels yet");
    };
  }

  /** Its kernels. */
  Kernels kernels() {
    return new ScalarKernels();
  }
}
