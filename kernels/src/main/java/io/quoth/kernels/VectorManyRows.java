package io.quoth.kernels;

import java.util.Arrays;

/**
 * A linear layer of many rows, for either orientation of the weights. Rows are the lanes: 64, 32 or
 * 16 of them stand side by side, and each weight is broadcast to them.
 *
 * <p>Where weights lie [out, in] the definition wants 16 sums an output, one for each remainder of
 * the input's number by 16, and a tree over them. So the inputs of one remainder go by after each
 * other, which is one chain, and the chains' sums are folded as the tree wants it: that of 0 waits
 * for that of 8, both for that of 4 and 12, and so on. No vector is ever summed across its lanes.
 * Where weights lie [in, out] there is one chain over all inputs. To have either as a stretch of
 * memory, rows and weights are copied first, turned about: rows once for all outputs, the weights
 * of a strip once for all rows.
 */
final class VectorManyRows {
  private static final int LANES = Kernels.LANES;

  /** Outputs of a strip. */
  static final int STRIP = VectorBlocks.WIDTH;

  /** Vectors of rows in a block at most. */
  private static final int MOST_VECTORS = 4;

  /** Inputs that are turned about at a time. */
  private static final int STRETCH = 512;

  /** From one row of such a stretch to the next: not a power of two, which caches dislike. */
  private static final int STRETCH_ROW = STRETCH + LANES;

  /** Remainders in the order in which the tree over the lanes can fold their sums. */
  private static final int[] FOLDING = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

  private VectorManyRows() {}

  // ---- where things lie

  /** Numbers of 16 packed rows. */
  private static int packedVector(int in) {
    return LANES * (VectorLinear.pad(in) + LANES);
  }

  static int packedSize(int in, int rows) {
    return vectors(rows) * packedVector(in);
  }

  static int vectors(int rows) {
    return (rows + LANES - 1) / LANES;
  }

  /** How many vectors the block of rows has that begins with vector {@code first}. */
  private static int blockVectors(int first, int vectors) {
    return Integer.highestOneBit(Math.min(MOST_VECTORS, vectors - first));
  }

  /** From the packed rows of one remainder to those of the next: again no power of two. */
  private static int remainder(int in, int blockVectors) {
    return VectorLinear.pad(in) * blockVectors + LANES;
  }

  // ---- packing

  /**
   * Packs 16 rows: [remainder][step][row of the block], or where weights lie [in, out] [in][row].
   */
  static void pack(PackedRows rows, int vector, Workspace w) {
    int in = rows.x.columns;
    int vectors = vectors(rows.count);
    int first = vector / MOST_VECTORS * MOST_VECTORS;
    while (vector >= first + blockVectors(first, vectors)) {
      first += blockVectors(first, vectors);
    }
    int width = blockVectors(first, vectors) * LANES;
    int to = first * packedVector(in) + (vector - first) * LANES;
    boolean chains = rows.orientation == Orientation.OUT_IN;
    int step = chains ? width : LANES * width;
    int apart = chains ? remainder(in, blockVectors(first, vectors)) : width;
    float[] stretch = w.inputs(LANES * STRETCH_ROW + VectorTranspose.BETWEEN);
    for (int from = 0; from < in; from += STRETCH) {
      int size = Math.min(STRETCH, in - from);
      int steps = (size + LANES - 1) / LANES;
      for (int r = 0; r < LANES; r++) {
        int row = Math.min(vector * LANES + r, rows.count - 1); // any number does behind the last
        int at = r * STRETCH_ROW;
        rows.x.copy(rows.first + row, from, stretch, at, size);
        Arrays.fill(stretch, at + size, at + steps * LANES, 0f);
      }
      turn(stretch, steps, rows.numbers, to + from / LANES * step, step, apart);
    }
  }

  private static void turn(float[] stretch, int steps, float[] into, int to, int step, int apart) {
    for (int s = 0; s < steps; s++) {
      VectorTranspose.square(
          stretch,
          s * LANES,
          STRETCH_ROW,
          into,
          to + s * step,
          apart,
          stretch,
          LANES * STRETCH_ROW);
    }
  }

  /** [remainder][step][output of the strip]; behind the last output is anything. */
  private static void packOutIn(Matrix weight, int from, int count, float[] panel, Workspace w) {
    int in = weight.columns();
    int apart = VectorLinear.pad(in) / LANES * STRIP;
    float[] stretch = w.inputs(LANES * STRETCH_ROW + VectorTranspose.BETWEEN);
    for (int o = 0; o < count; o += LANES) {
      for (int first = 0; first < in; first += STRETCH) {
        int size = Math.min(STRETCH, in - first);
        int whole = size / LANES * LANES;
        int steps = (size + LANES - 1) / LANES;
        for (int i = 0; i < LANES; i++) {
          int row = from + Math.min(o + i, count - 1);
          int at = i * STRETCH_ROW;
          VectorLoads.decodeRow(weight, weight.at(row, first), whole, stretch, at);
          if (whole < size) {
            weight.decode(row, first + whole, size - whole, stretch, at + whole);
            Arrays.fill(stretch, at + size, at + steps * LANES, 0f);
          }
        }
        turn(stretch, steps, panel, o + first / LANES * STRIP, STRIP, apart);
      }
    }
  }

  /** [input][output of the strip]; behind the last output is anything. */
  private static void packInOut(Matrix weight, int from, int count, float[] panel) {
    int whole = count / LANES * LANES;
    for (int i = 0; i < weight.rows(); i++) {
      VectorLoads.decodeVectors(weight, weight.at(i, from), whole, panel, i * STRIP, 1);
      if (whole < count) {
        weight.decode(i, from + whole, count - whole, panel, i * STRIP + whole);
      }
    }
  }

  // ---- the product

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int padded = VectorLinear.pad(in);
    int count = to - from;
    boolean outIn = part.orientation() == Orientation.OUT_IN;
    float[] panel = w.weights(padded * STRIP);
    if (outIn) {
      packOutIn(part.weight(), from, count, panel, w);
    } else {
      packInOut(part.weight(), from, count, panel);
    }
    int results = VectorBlocks.LEVELS * MOST_VECTORS * LANES * STRIP;
    int between = results + MOST_VECTORS * LANES * STRIP;
    float[] sums = w.sums(between + VectorTranspose.BETWEEN);
    int vectors = vectors(x.count);
    int wide;
    for (int v = 0; v < vectors; v += wide) {
      wide = blockVectors(v, vectors);
      int rows = v * packedVector(in);
      if (outIn) {
        int steps = padded / LANES;
        for (int n = 0; n < LANES; n++) {
          int chain = rows + FOLDING[n] * remainder(in, wide);
          int weights = FOLDING[n] * steps * STRIP;
          int folds = Integer.numberOfTrailingZeros(~n);
          blocks(wide, x.numbers, chain, panel, weights, count, steps, sums, folds);
        }
      } else {
        blocks(wide, x.numbers, rows, panel, 0, count, in, sums, 0);
      }
      for (int o = 0; o < count; o += LANES) {
        for (int i = 0; i < wide; i++) {
          int at = (o * wide + i) * LANES;
          int into = results + i * LANES * STRIP + o;
          VectorTranspose.square(sums, at, wide * LANES, sums, into, STRIP, sums, between);
        }
      }
      write(
          part, from, count, x, v * LANES, Math.min(x.count, (v + wide) * LANES), y, sums, results);
    }
  }

  /** One chain of {@code wide} vectors of rows and all outputs of the strip. */
  private static void blocks(
      int wide,
      float[] rows,
      int chain,
      float[] panel,
      int weights,
      int count,
      int steps,
      float[] sums,
      int folds) {
    switch (wide) {
      case 4 -> {
        for (int o = 0; o < count; o += 6) {
          VectorBlocks.block4(rows, chain, panel, weights + o, steps, sums, o * 4 * LANES, folds);
        }
      }
      case 2 -> {
        for (int o = 0; o < count; o += 12) {
          VectorBlocks.block2(rows, chain, panel, weights + o, steps, sums, o * 2 * LANES, folds);
        }
      }
      default -> {
        for (int o = 0; o < count; o += 12) {
          VectorBlocks.block1(rows, chain, panel, weights + o, steps, sums, o * LANES, folds);
        }
      }
    }
  }

  private static void write(
      CpuLinear.Part part,
      int from,
      int count,
      PackedRows x,
      int first,
      int end,
      CpuActivation y,
      float[] sums,
      int results) {
    for (int r = first; r < end; r++) {
      int at = results + (r - first) * STRIP;
      VectorLinear.addBias(part.bias(), from, count, sums, at);
      y.write(x.first + r, part.column() + from, sums, at, count);
    }
  }
}
