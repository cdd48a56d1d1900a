package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Linear layers with vectors of 512 bits: one holds all 16 lanes. */
final class VectorLinear {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Outputs of a share when there is one row: long streams, but enough shares for all threads. */
  private static final int MOST_OUTPUTS = 512;

  private static final int SHARES_A_THREAD = 4;

  /** Outputs that may not be parted: a block of Q8_0 where weights lie [in, out]. */
  private static final int BLOCK = 32;

  /** Bytes of packed rows that stay in the third-level cache while all weights go by. */
  private static final int ROWS_BYTES = 4 << 20;

  private VectorLinear() {}

  static int strip(CpuLinear.Part part, int rows, int threads) {
    if (rows > 1) {
      return part.orientation() == Orientation.IN_OUT ? VectorInOut.STRIP : VectorManyRows.STRIP;
    }
    int blocks = part.out() / (SHARES_A_THREAD * threads * BLOCK) + 1;
    return Math.min(MOST_OUTPUTS, blocks * BLOCK);
  }

  static int rowsTogether(int in) {
    int rows = ROWS_BYTES / Float.BYTES / pad(in) / VectorManyRows.ROWS * VectorManyRows.ROWS;
    return Math.clamp(rows, 64, 512);
  }

  static int packedSize(int in, int rows) {
    return rows == 1 ? pad(in) : packedTiles(rows) * VectorManyRows.ROWS * pad(in);
  }

  static int packedTiles(int rows) {
    return (rows + VectorManyRows.ROWS - 1) / VectorManyRows.ROWS;
  }

  /** [tile of 4 rows][step of 16 inputs][row of the tile][16]; what is not there is zero. */
  static void pack(CpuActivation x, int first, int count, int tile, float[] packed) {
    int in = x.columns;
    int padded = pad(in);
    int whole = in / LANES * LANES;
    int rows = count == 1 ? 1 : VectorManyRows.ROWS;
    for (int r = 0; r < rows; r++) {
      int at = tile * rows * padded + r * LANES;
      int row = tile * rows + r;
      if (row >= count) {
        for (int i = 0; i < padded; i += LANES) {
          FloatVector.zero(F).intoArray(packed, at + i * rows);
        }
        continue;
      }
      long offset = x.at(first + row);
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromMemorySegment(F, x.memory, offset + 4L * i, LITTLE_ENDIAN)
            .intoArray(packed, at + i * rows);
      }
      if (whole < in) {
        int tail = at + whole * rows;
        Arrays.fill(packed, tail, tail + LANES, 0f);
        x.copy(first + row, whole, packed, tail, in - whole);
      }
    }
  }

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    boolean one = x.count == 1;
    switch (part.orientation()) {
      case OUT_IN -> {
        if (one) {
          VectorOneRow.linear(part, from, to, x, y, w);
        } else {
          VectorManyRows.linear(part, from, to, x, y, w);
        }
      }
      case IN_OUT -> {
        if (one) {
          VectorInOut.row(part, from, to, x, y, w);
        } else {
          VectorInOut.rows(part, from, to, x, y, w);
        }
      }
    }
  }

  static void addBias(float @Nullable [] bias, int from, int count, float[] results, int at) {
    if (bias != null) {
      for (int o = 0; o < count; o++) {
        results[at + o] += bias[from + o];
      }
    }
  }

  /** A count rounded up to whole vectors. */
  static int pad(int count) {
    return (count + LANES - 1) / LANES * LANES;
  }
}
