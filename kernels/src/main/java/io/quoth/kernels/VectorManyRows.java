package io.quoth.kernels;

/**
 * A linear layer of many rows, for either orientation of the weights. Rows are the lanes: 64 or 32
 * of them stand side by side, and each weight is broadcast to them.
 *
 * <p>Where weights lie [out, in] the definition wants 16 sums an output, one for each remainder of
 * the input's number by 16, and a tree over them. So the inputs of one remainder go by after each
 * other, which is one chain, and the chains' sums are folded as the tree wants it: that of 0 waits
 * for that of 8, both for that of 4 and 12, and so on. No vector is ever summed across its lanes.
 * Where weights lie [in, out] there is one chain over all inputs. To have the inputs of a chain
 * side by side, rows are turned about first, once for all outputs; so are the weights of a strip,
 * but for what {@link VectorTiles} do better.
 */
final class VectorManyRows {
  private static final int LANES = Kernels.LANES;

  /** Outputs of a strip. */
  static final int STRIP = VectorBlocks.WIDTH;

  /** Vectors of rows in a block at most. */
  static final int MOST_VECTORS = 4;

  /** Numbers of a block's results and of what turning them needs. */
  static final int ROOM = MOST_VECTORS * LANES * STRIP + VectorTranspose.BETWEEN;

  /** Inputs that are turned about at a time. */
  private static final int STRETCH = 512;

  /** From one row of such a stretch to the next: no power of two, which caches dislike. */
  private static final int STRETCH_ROW = STRETCH + LANES;

  /** Remainders in the order in which the tree over the lanes can fold their sums. */
  static final int[] FOLDING = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

  private VectorManyRows() {}

  // ---- where things lie

  /** Numbers of 16 packed rows. */
  static int packedVector(int in) {
    return LANES * (VectorLinear.pad(in) + LANES);
  }

  static int packedSize(int in, int rows) {
    return vectors(rows) * packedVector(in);
  }

  /** Vectors of packed rows; an even number, since a block of one would take as long as of two. */
  static int vectors(int rows) {
    return (rows + 2 * LANES - 1) / (2 * LANES) * 2;
  }

  /** How many vectors the block of rows has that begins with vector {@code first}. */
  static int blockVectors(int first, int vectors) {
    return Math.min(MOST_VECTORS, vectors - first);
  }

  /** From the packed rows of one remainder to those of the next: no power of two. */
  static int remainder(int in, int blockVectors) {
    return VectorLinear.pad(in) * blockVectors + LANES;
  }

  /** Likewise from the weights of one remainder to those of the next. */
  private static int chain(int in) {
    return VectorLinear.pad(in) / LANES * STRIP + LANES;
  }

  // ---- packing

  /**
   * Packs 16 rows: [remainder][step][row of the block], or where weights lie [in, out] [in][row].
   */
  static void pack(PackedRows rows, int vector, Workspace w) {
    var x = rows.x;
    int in = x.columns;
    int first = vector / MOST_VECTORS * MOST_VECTORS;
    int wide = blockVectors(first, vectors(rows.count));
    int to = first * packedVector(in) + (vector - first) * LANES;
    boolean chains = rows.orientation == Orientation.OUT_IN;
    int step = (chains ? wide : LANES * wide) * LANES;
    int apart = chains ? remainder(in, wide) : wide * LANES;
    float[] room = w.inputs(VectorTranspose.BETWEEN);
    int row = vector * LANES;
    int whole = 0;
    if (row + LANES <= rows.count) {
      whole = in / LANES;
      long source = x.at(rows.first + row);
      for (int s = 0; s < whole; s++) {
        VectorTranspose.squareOfMemory(
            x.memory, source + 64L * s, 4L * in, rows.numbers, to + s * step, apart, room, 0);
      }
    }
    // What is no square: the last inputs, or all inputs of the last rows.
    for (int i = 0; i < LANES && row + i < rows.count; i++) {
      for (int k = whole * LANES; k < VectorLinear.pad(in); k++) {
        int into = to + k / LANES * step + k % LANES * apart + i;
        rows.numbers[into] = k < in ? x.get(rows.first + row + i, k) : 0f;
      }
    }
  }

  /** [remainder][step][output of the strip]; behind the last output is anything. */
  private static void turnWeights(Matrix weight, int from, int count, float[] panel, Workspace w) {
    int in = weight.columns();
    float[] stretch = w.inputs(VectorTranspose.BETWEEN + LANES * STRETCH_ROW);
    for (int o = 0; o < count; o += LANES) {
      VectorLoads.bringNear(weight, from + o, Math.min(LANES, count - o), w);
      for (int first = 0; first < in; first += STRETCH) {
        int size = Math.min(STRETCH, in - first);
        for (int i = 0; i < LANES; i++) {
          int row = from + Math.min(o + i, count - 1);
          int at = VectorTranspose.BETWEEN + i * STRETCH_ROW;
          VectorLoads.decodePadded(weight, row, first, size, stretch, at, 1, w.lanes);
        }
        int to = o + first / LANES * STRIP;
        for (int s = 0; s < VectorLinear.pad(size) / LANES; s++) {
          int at = VectorTranspose.BETWEEN + s * LANES;
          VectorTranspose.square(
              stretch, at, STRETCH_ROW, panel, to + s * STRIP, chain(in), stretch, 0);
        }
      }
    }
  }

  /** [input][output of the strip]; behind the last output is anything. */
  private static void copyWeights(Matrix weight, int from, int count, float[] panel, Workspace w) {
    for (int i = 0; i < weight.rows(); i++) {
      VectorLoads.decodePadded(weight, i, from, count, panel, i * STRIP, 1, w.lanes);
    }
  }

  // ---- the product

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    if (VectorTiles.suit(part, x.count)) {
      VectorTiles.linear(part, from, to, x, y, w);
      return;
    }
    int in = part.in();
    int count = to - from;
    boolean outIn = part.orientation() == Orientation.OUT_IN;
    float[] panel = w.weights(LANES * chain(in));
    if (outIn) {
      turnWeights(part.weight(), from, count, panel, w);
    } else {
      copyWeights(part.weight(), from, count, panel, w);
    }
    int results = VectorBlocks.LEVELS * VectorBlocks.LEVEL;
    float[] sums = w.sums(results + ROOM);
    int vectors = vectors(x.count);
    for (int v = 0; v < vectors; v += MOST_VECTORS) {
      int wide = blockVectors(v, vectors);
      int rows = v * packedVector(in);
      if (outIn) {
        int steps = VectorLinear.pad(in) / LANES;
        for (int n = 0; n < LANES; n++) {
          int chain = rows + FOLDING[n] * remainder(in, wide);
          int weights = FOLDING[n] * chain(in);
          turned(wide, x.numbers, chain, panel, weights, count, steps, sums, folds(n));
        }
      } else {
        turned(wide, x.numbers, rows, panel, 0, count, in, sums, 0);
      }
      write(part, from, count, sums, 0, results, v, x, y);
    }
  }

  /**
   * Gives out the sums of a block of rows, which lie [output][row of the block].
   *
   * @param at where they lie
   * @param room where there is room for a whole block's and for turning
   * @param v the first vector of the block
   */
  static void write(
      CpuLinear.Part part,
      int from,
      int count,
      float[] sums,
      int at,
      int room,
      int v,
      PackedRows x,
      CpuActivation y) {
    int wide = blockVectors(v, vectors(x.count));
    int between = room + MOST_VECTORS * LANES * STRIP;
    for (int o = 0; o < count; o += LANES) {
      for (int i = 0; i < wide; i++) {
        int square = at + (o * wide + i) * LANES;
        int into = room + i * LANES * STRIP + o;
        VectorTranspose.square(sums, square, wide * LANES, sums, into, STRIP, sums, between);
      }
    }
    for (int r = v * LANES; r < Math.min(x.count, (v + wide) * LANES); r++) {
      int row = room + (r - v * LANES) * STRIP;
      VectorLinear.write(part, from, count, sums, row, y, x.first + r);
    }
  }

  /** How many sums wait for that of the chain that is the n-th in the order of folding. */
  static int folds(int n) {
    return Integer.numberOfTrailingZeros(~n);
  }

  /** One chain of a block of rows and all outputs of the strip. */
  private static void turned(
      int wide,
      float[] rows,
      int from,
      float[] panel,
      int at,
      int count,
      int steps,
      float[] sums,
      int folds) {
    if (wide == 4) {
      for (int o = 0; o < count; o += VectorBlocks.TILE) {
        VectorBlocks.turned4(rows, from, panel, at + o, steps, sums, o * 4 * LANES, folds);
      }
    } else {
      for (int o = 0; o < count; o += 2 * VectorBlocks.TILE) {
        VectorBlocks.turned2(rows, from, panel, at + o, steps, sums, o * 2 * LANES, folds);
      }
    }
  }
}
