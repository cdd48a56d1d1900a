package io.quoth.kernels;

/** The parameters of a normalisation that an {@link Ops} prepared. Immutable. */
public interface Norm {
  /** Numbers normalised together. */
  int features();
}
