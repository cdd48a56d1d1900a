package io.quoth.kernels;

/**
 * A matrix of f32 that an {@link Ops} owns: [rows, columns], and nothing else to see. Valid until
 * its layer ends ({@link Ops#layer}) or the next forward begins.
 */
public interface Activation {
  /** Tokens. */
  int rows();

  /** Features. */
  int columns();
}
