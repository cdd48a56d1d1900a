package io.quoth.embeddings;

/**
 * An embedding of which nearly all numbers are 0. The arrays are the caller's own.
 *
 * @param dimension how many numbers there are in all: the vocabulary
 * @param indices where numbers stand that are not 0, rising
 * @param values these numbers
 */
public record SparseVector(int dimension, int[] indices, float[] values) {
  /** All numbers: [dimension]. */
  public float[] dense() {
    float[] dense = new float[dimension];
    for (int i = 0; i < indices.length; i++) {
      dense[indices[i]] = values[i];
    }
    return dense;
  }

  /** The sum of products with another. */
  public float dot(SparseVector other) {
    double sum = 0;
    int j = 0;
    for (int i = 0; i < indices.length; i++) {
      while (j < other.indices.length && other.indices[j] < indices[i]) {
        j++;
      }
      if (j < other.indices.length && other.indices[j] == indices[i]) {
        sum += (double) values[i] * other.values[j];
      }
    }
    return (float) sum;
  }
}
