package io.quoth.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Linear layers with vectors of 128 or 256 bits, which hold a quarter or half of the 16 lanes: see
 * {@link NarrowOneRow} and {@link NarrowManyRows}.
 */
final class NarrowLinear {
  private static final int WIDTH = FloatVector.SPECIES_PREFERRED.length();

  private static final int LANES = Kernels.LANES;

  /** Outputs of a share of many rows: what is packed for them stays in the second-level cache. */
  private static final int STRIP = 32;

  /** Outputs of a share of one row: long streams, but some shares for each thread. */
  private static final int MOST_OUTPUTS = 512;

  private static final int SHARES_A_THREAD = 4;

  /** Bytes of packed rows that stay in the third-level cache while all weights go by. */
  private static final int ROWS_BYTES = 8 << 20;

  private NarrowLinear() {}

  static int strip(CpuLinear.Part part, int rows, int threads) {
    if (rows > 1) {
      return STRIP;
    }
    int shares = SHARES_A_THREAD * threads;
    return Math.min(MOST_OUTPUTS, pad((part.out() + shares - 1) / shares, STRIP));
  }

  static int rowsTogether(int in) {
    int whole = NarrowManyRows.VECTORS * WIDTH;
    return Math.clamp(ROWS_BYTES / Float.BYTES / pad(in, LANES) / whole, 1, 512 / whole) * whole;
  }

  static int packedSize(PackedRows rows, int in) {
    return rows.count == 1
        ? pad(in, LANES)
        : packedTiles(rows) * WIDTH * length(rows.orientation, in);
  }

  static int packedTiles(PackedRows rows) {
    return rows.count == 1 ? 1 : (rows.count + WIDTH - 1) / WIDTH;
  }

  static int pad(int count, int of) {
    return (count + of - 1) / of * of;
  }

  /**
   * Chains of an output: the 16 lanes of the definition go by one after the other; [in, out] is a
   * chain by itself.
   */
  static int chains(Orientation orientation) {
    return orientation == Orientation.OUT_IN ? LANES : 1;
  }

  /** Inputs of all chains of an output, zeros among them. */
  static int length(Orientation orientation, int in) {
    return orientation == Orientation.OUT_IN ? pad(in, LANES) : in;
  }

  /** Where input i stands: those of a chain one behind the other. */
  private static int position(int i, int chains, int steps) {
    return i % chains * steps + i / chains;
  }

  /** [tile of a vector of rows][position][row of the tile]; what is not there is zero. */
  static void pack(PackedRows packed, int tile, Workspace w) {
    var x = packed.x;
    int in = x.columns;
    float[] numbers = packed.numbers;
    if (packed.count == 1) {
      x.copy(packed.first, 0, numbers, 0, in);
      Arrays.fill(numbers, in, pad(in, LANES), 0f);
      return;
    }
    int chains = chains(packed.orientation);
    int length = length(packed.orientation, in);
    int at = tile * WIDTH * length;
    Arrays.fill(numbers, at, at + WIDTH * length, 0f);
    float[] row = w.inputs(in);
    for (int r = 0; r < Math.min(WIDTH, packed.count - tile * WIDTH); r++) {
      x.copy(packed.first + tile * WIDTH + r, 0, row, 0, in);
      for (int i = 0; i < in; i++) {
        numbers[at + position(i, chains, length / chains) * WIDTH + r] = row[i];
      }
    }
  }

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int count = to - from;
    float[] results = w.results(x.count * count);
    if (x.count > 1) {
      NarrowManyRows.linear(part, from, count, x, results, w);
    } else if (part.orientation() == Orientation.OUT_IN) {
      NarrowOneRow.outIn(part, from, count, x.numbers, results, w);
    } else {
      NarrowOneRow.inOut(part, from, count, x.numbers, results, w);
    }
    var bias = part.bias();
    for (int r = 0; r < x.count; r++) {
      for (int o = 0; o < count && bias != null; o++) {
        results[r * count + o] += bias[from + o];
      }
      y.write(x.first + r, part.column() + from, results, r * count, count);
    }
  }
}
