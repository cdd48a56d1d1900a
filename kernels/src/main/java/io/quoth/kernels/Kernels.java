package io.quoth.kernels;

import java.util.Arrays;

/**
 * The loops that take the time, once for each rung. {@link ScalarKernels} is the definition: its
 * order of summation is the kernel, and every other rung gives the same bits. Each method does a
 * share of the work that no other share depends on, so that any number of threads gives the same
 * result.
 */
interface Kernels {
  /** Partial sums along a row: number i goes to lane i mod 16. */
  int LANES = 16;

  /** Positions of a page of the cache. */
  int PAGE = 64;

  /** How many outputs make a good share of one matrix of a linear layer. */
  int strip(CpuLinear.Part part, int rows, int threads);

  /** How many rows of so many inputs go through a linear layer together at most. */
  default int rowsTogether(int in) {
    return 512;
  }

  /** Numbers that {@link #pack} needs for so many rows; 0 when this rung reads them as they lie. */
  default int packedSize(PackedRows rows, int in) {
    return 0;
  }

  /** In how many shares rows are packed. */
  default int packedTiles(PackedRows rows) {
    return 0;
  }

  /** Packs one share of the rows the way this rung likes it. */
  default void pack(PackedRows rows, int tile, Workspace w) {}

  /**
   * Outputs {@code from} to {@code to} of one matrix for some rows: y = x W + b.
   *
   * <p>{@link Orientation#OUT_IN}: input i is added to lane i mod 16 with a fused multiply-add, in
   * rising order, as if the row were padded with zeros to whole vectors; then the tree. {@link
   * Orientation#IN_OUT}: one chain of fused multiply-adds over the inputs in rising order. The bias
   * is added last.
   */
  void linear(CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w);

  /** Rows {@code from} to {@code to} divided by their root mean square, times the weight. */
  void rmsNorm(CpuNorm norm, CpuActivation x, CpuActivation y, int from, int to, Workspace w);

  /** The numbers from {@code column} on of one row, in place, as {@link #rmsNorm} does rows. */
  default void rmsNormHead(CpuNorm norm, CpuActivation x, int row, int column, Workspace w) {
    int features = norm.features();
    float[] lanes = w.lanes;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < features; i++) {
      float value = x.get(row, column + i);
      lanes[i % LANES] = Math.fma(value, value, lanes[i % LANES]);
    }
    float scale = inverseRoot(tree(lanes) / features, norm.epsilon());
    var weight = norm.weight();
    for (int i = 0; i < features; i++) {
      float value = x.get(row, column + i) * scale;
      x.set(row, column + i, weight == null ? value : value * weight[i]);
    }
  }

  /**
   * The numbers from {@code column} on of one row to mean 0 and variance 1, times weight, plus
   * bias; at the same place of {@code y}.
   */
  void layerNorm(CpuNorm norm, CpuActivation x, int row, int column, CpuActivation y, Workspace w);

  /**
   * Turns the pairs of one head.
   *
   * @param table the cosines of all pairs from {@code at} on, then their sines
   */
  void rotate(CpuActivation x, int row, int column, Rope rope, float[] table, int at, Workspace w);

  /** Rows {@code from} to {@code to}, in place. */
  void activate(Nonlinearity function, CpuActivation x, int from, int to, Workspace w);

  /** Rows {@code from} to {@code to}: y = function(left half of x) * right half. */
  void gate(Nonlinearity function, CpuActivation x, CpuActivation y, int from, int to, Workspace w);

  /** Rows {@code from} to {@code to}: x = x + y. */
  void add(CpuActivation x, CpuActivation y, int from, int to, Workspace w);

  /** Rows of one sequence that one share of an attention works on. */
  default int attentionRows(Attention attention) {
    return 8;
  }

  /**
   * The query heads of some key and value heads, for rows of one sequence at consecutive positions.
   *
   * <p>A score is one chain of fused multiply-adds over the head in rising order, times the scale.
   * The greatest score is subtracted, {@link Functions#exp} taken; the sum of position p goes to
   * lane p mod 16 in rising order, then the tree. Values are one chain of fused multiply-adds over
   * the positions in rising order, times 1 / sum. All of it hangs on absolute positions alone, not
   * on how they came in.
   *
   * @param state keys and values of the sequence up to {@link KvState#end}
   * @param row first row in {@code qkv} and {@code out}
   * @param position its position; the rows behind it are at the positions behind it
   * @param firstHead first key and value head
   * @param endHead the one behind the last
   */
  void attend(
      Attention attention,
      CpuActivation qkv,
      CpuActivation out,
      KvState state,
      int row,
      int rows,
      int position,
      int firstHead,
      int endHead,
      Workspace w);

  /** The tree over the lanes: i with i + 8, then + 4, + 2, + 1. Destroys {@code lanes}. */
  static float tree(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  /** 1 / sqrt(mean + epsilon), rounded once. */
  static float inverseRoot(float mean, double epsilon) {
    return (float) (1.0 / Math.sqrt(mean + epsilon));
  }
}
