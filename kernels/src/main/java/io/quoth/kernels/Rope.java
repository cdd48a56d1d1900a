package io.quoth.kernels;

/**
 * Rotary positions of one kind of layer: how fast each pair of a head turns. The pair i of a head
 * is (i, i + rotaryDims / 2) in {@link Style#HALVES}, (2i, 2i + 1) in {@link Style#PAIRS}; numbers
 * behind {@code rotaryDims} stay as they are.
 *
 * @param frequencies the angle a position that pair i turns, [rotaryDims / 2]; not to be changed
 * @param attentionFactor what cosine and sine are multiplied by
 * @param dynamic how frequencies depend on the length, or null when they do not
 */
public record Rope(
    int rotaryDims,
    float[] frequencies,
    float attentionFactor,
    Style style,
    @org.jspecify.annotations.Nullable Dynamic dynamic) {

  /** Which numbers of a head form a pair. */
  public enum Style {
    /** i and i + half: Hugging Face's order. */
    HALVES,
    /** 2i and 2i + 1: the paper's order, kept by GPT-J and by GGUF's Llama. */
    PAIRS
  }

  /**
   * Rope type {@code dynamic}: the base of a row is that of L = max(length of the whole prompt,
   * position + 1); where L exceeds {@code trainedLength}, theta' = theta * (factor * L /
   * trainedLength - (factor - 1)) ^ (d / (d - 2)).
   */
  public record Dynamic(double theta, double factor, int trainedLength) {}
}
