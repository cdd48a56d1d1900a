package io.quoth.kernels;

import java.util.Optional;

/**
 * The ladder of kernels, slowest first. All rungs give the same bits; a better one is only faster.
 */
public enum Rung {
  /** Plain Java, on every processor and without any flag. */
  SCALAR,
  /** The Vector API, vectors of 128 bits or more: needs the module {@code jdk.incubator.vector}. */
  VECTOR;

  /** Floats of the narrowest vectors there are kernels for. */
  private static final int LEAST_FLOATS = 4;

  /** The best rung that may run here. */
  public static Rung best() {
    return VECTOR.obstacle().isEmpty() ? VECTOR : SCALAR;
  }

  /** Why this rung cannot run here and what to do about it; empty when it can. */
  public Optional<String> obstacle() {
    return switch (this) {
      case SCALAR -> Optional.empty();
      case VECTOR -> vectorObstacle();
    };
  }

  /** How many f32 numbers it calculates with at a time here; it must be able to run. */
  public int width() {
    return this == SCALAR ? 1 : VectorLimits.lanes();
  }

  /** Its kernels. */
  Kernels kernels() {
    return switch (this) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> new VectorKernels();
    };
  }

  private static Optional<String> vectorObstacle() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return Optional.of(
          "the module jdk.incubator.vector is not there; run java with --add-modules"
              + " jdk.incubator.vector, or set JDK_JAVA_OPTIONS=\"--add-modules"
              + " jdk.incubator.vector\"");
    }
    if (VectorLimits.lanes() < LEAST_FLOATS) {
      return Optional.of(
          "the widest vectors here hold "
              + VectorLimits.lanes()
              + " floats; the vector kernels want "
              + LEAST_FLOATS);
    }
    return Optional.empty();
  }
}
