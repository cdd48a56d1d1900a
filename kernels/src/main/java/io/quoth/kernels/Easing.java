package io.quoth.kernels;

/**
 * How the first forward of a JVM runs. Code on the Vector API is slow by orders of magnitude until
 * it is compiled, which takes a second; plain loops are not. All rungs give the same bits.
 */
public enum Easing {
  /** Its rung does all work from the first moment on. */
  NONE,
  /**
   * What is small in the first forward runs on scalar kernels, so that a first token comes soon.
   */
  IN
}
