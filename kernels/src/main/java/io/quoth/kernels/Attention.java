package io.quoth.kernels;

/**
 * What attention is in one layer. Query head h reads key and value head h / (heads / kvHeads).
 *
 * @param layer index of the layer, from 0: where a state keeps its keys and values
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headSize numbers a head
 * @param scale what scores are multiplied by before the softmax
 * @param causal whether a position sees only itself and those before it
 * @param reach how many positions away one may be to be seen; {@link Integer#MAX_VALUE} for all
 */
public record Attention(
    int layer, int heads, int kvHeads, int headSize, float scale, boolean causal, int reach) {

  /** Attention without bounds. */
  public Attention(int layer, int heads, int kvHeads, int headSize, float scale, boolean causal) {
    this(layer, heads, kvHeads, headSize, scale, causal, Integer.MAX_VALUE);
  }

  /** The same that sees no position farther away than {@code positions}. */
  public Attention within(int positions) {
    return new Attention(layer, heads, kvHeads, headSize, scale, causal, positions);
  }

  /** Columns of queries, keys and values side by side. */
  public int qkvColumns() {
    return (heads + 2 * kvHeads) * headSize;
  }

  /** The first position that position {@code p} sees. */
  int first(int p) {
    return Math.max(0, p - reach);
  }

  /**
   * One past the last position that position {@code p} sees.
   *
   * @param length positions of the sequence so far
   */
  int end(int p, int length) {
    return causal ? p + 1 : (int) Math.min(length, (long) p + reach + 1);
  }

  /** Columns of the result. */
  public int outColumns() {
    return heads * headSize;
  }
}
