package io.quoth.kernels;

/** A table that an {@link Ops} prepared: [rows, columns]. Immutable. */
public interface Embedding {
  /** How many ids it knows. */
  int rows();

  /** Features a row. */
  int columns();
}
