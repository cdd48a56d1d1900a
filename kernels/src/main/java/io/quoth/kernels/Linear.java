package io.quoth.kernels;

/** A linear layer that an {@link Ops} prepared. Immutable. */
public interface Linear {
  /** Columns of the input. */
  int in();

  /** Columns of the output. */
  int out();
}
