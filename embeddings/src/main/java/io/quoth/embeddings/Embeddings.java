package io.quoth.embeddings;

import java.util.List;

/**
 * Embeddings of texts, in their order, and what was done to the texts. The arrays are the caller's
 * own.
 *
 * @param vectors [texts, dimension]
 * @param bytes the same in another precision, {@link Quantization#quantize} says how; no rows for
 *     {@link Precision#FLOAT32}
 * @param precision what {@code bytes} is
 * @param texts what became of each text
 * @param prompt what was put in front of each
 */
public record Embeddings(
    float[][] vectors, byte[][] bytes, Precision precision, List<TextInfo> texts, String prompt) {

  /**
   * What became of a text.
   *
   * @param tokens how many tokens the model saw
   * @param truncated whether the text was longer than the model takes, and cut off
   */
  public record TextInfo(int tokens, boolean truncated) {}

  /** Keeps the list as it is now. */
  public Embeddings {
    texts = List.copyOf(texts);
  }

  /** Whether any text was cut off. */
  public boolean anyTruncated() {
    return texts.stream().anyMatch(TextInfo::truncated);
  }
}
