package io.quoth.bench;

import io.quoth.tensors.DType;

/**
 * The sizes of a Llama, all that its speed depends on.
 *
 * @param tied whether the head is the table of embeddings
 */
record Shape(
    String name,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int headSize,
    int feedForward,
    int vocabulary,
    DType dtype,
    boolean tied) {

  /** Llama-3.2-1B. */
  static Shape llama1B(DType dtype) {
    return new Shape("Llama-3.2-1B", 2048, 16, 32, 8, 64, 8192, 128_256, dtype, true);
  }

  /** The embedded model. */
  static Shape tales() {
    return new Shape("tales", 384, 8, 6, 2, 64, 1024, 4096, DType.BF16, true);
  }

  /** Weights of the matrices of all layers: what each token of a prompt is multiplied with. */
  long layerWeights() {
    long qkv = (long) hidden * (heads + 2 * kvHeads) * headSize;
    long output = (long) heads * headSize * hidden;
    return layers * (qkv + output + 3L * hidden * feedForward);
  }

  long headWeights() {
    return (long) hidden * vocabulary;
  }

  /** Bytes of weights that one generated token reads. */
  long bytesPerToken() {
    return dtype.bytes(layerWeights() + headWeights());
  }

  /** Bytes of keys and values of one position. */
  long cacheBytesPerPosition() {
    return 2L * layers * kvHeads * headSize * Float.BYTES;
  }

  /** Operations of a prompt of {@code tokens}, attention included, logits for the last alone. */
  long promptOperations(int tokens) {
    long pairs = (long) tokens * (tokens + 1) / 2;
    return 2 * layerWeights() * tokens + 2 * headWeights() + 4L * layers * heads * headSize * pairs;
  }

  @Override
  public String toString() {
    return name + " " + dtype;
  }
}
