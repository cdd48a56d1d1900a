package io.quoth.kernels;

/** A table where it lies. */
record CpuEmbedding(Matrix table) implements Embedding {
  @Override
  public int rows() {
    return table.rows();
  }

  @Override
  public int columns() {
    return table.columns();
  }
}
