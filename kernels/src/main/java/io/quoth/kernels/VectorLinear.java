package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Linear layers with vectors of 512 bits: one holds all 16 lanes. */
final class VectorLinear {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Outputs of a share when there is one row: long streams, but enough shares for all threads. */
  private static final int MOST_OUTPUTS = 512;

  private static final int SHARES_A_THREAD = 4;

  /** Outputs that may not be parted: a block of Q8_0 where weights lie [in, out]. */
  private static final int BLOCK = 32;

  /** Rows up to which lanes hold inputs; above that they hold rows. */
  private static final int FEW_ROWS = 24;

  /** Bytes of packed rows that stay in the third-level cache while all weights go by. */
  private static final int ROWS_BYTES = 16 << 20;

  private VectorLinear() {}

  static int strip(CpuLinear.Part part, int rows, int threads) {
    if (many(part.orientation(), rows)) {
      return VectorManyRows.STRIP;
    }
    if (rows > 1) {
      return VectorFewRows.STRIP;
    }
    if (part.orientation() == Orientation.IN_OUT && part.weight().dtype() == DType.F32) {
      // Streams are as long as a strip is wide.
      return pad((part.out() + threads - 1) / threads, BLOCK);
    }
    int shares = SHARES_A_THREAD * threads;
    return Math.min(MOST_OUTPUTS, pad((part.out() + shares - 1) / shares, BLOCK));
  }

  /** Where outputs lie beside each other there is nothing to fold, and lanes are always rows. */
  private static boolean many(Orientation orientation, int rows) {
    return rows > (orientation == Orientation.OUT_IN ? FEW_ROWS : 1);
  }

  private static boolean many(PackedRows rows) {
    return many(rows.orientation, rows.count);
  }

  static int rowsTogether(int in) {
    int rows = ROWS_BYTES / Float.BYTES / pad(in) / 64 * 64;
    return Math.clamp(rows, 64, 512);
  }

  static int packedSize(PackedRows rows, int in) {
    if (rows.count == 1) {
      return pad(in);
    }
    return many(rows)
        ? VectorManyRows.packedSize(in, rows.count)
        : packedTiles(rows) * VectorFewRows.ROWS * pad(in);
  }

  static int packedTiles(PackedRows rows) {
    return many(rows)
        ? VectorManyRows.vectors(rows.count)
        : (rows.count + VectorFewRows.ROWS - 1) / VectorFewRows.ROWS;
  }

  static void pack(PackedRows rows, int tile, Workspace w) {
    if (many(rows)) {
      VectorManyRows.pack(rows, tile, w);
    } else {
      packFew(rows, tile);
    }
  }

  /** [tile of 8 rows][step of 16 inputs][row of the tile][16]; what is not there is zero. */
  private static void packFew(PackedRows packed, int tile) {
    var x = packed.x;
    float[] numbers = packed.numbers;
    int in = x.columns;
    int padded = pad(in);
    int whole = in / LANES * LANES;
    int rows = packed.count == 1 ? 1 : VectorFewRows.ROWS;
    for (int r = 0; r < rows; r++) {
      int at = tile * rows * padded + r * LANES;
      int row = tile * rows + r;
      if (row >= packed.count) {
        for (int i = 0; i < padded; i += LANES) {
          FloatVector.zero(F).intoArray(numbers, at + i * rows);
        }
        continue;
      }
      long offset = x.at(packed.first + row);
      for (int i = 0; i < whole; i += LANES) {
        FloatVector.fromMemorySegment(F, x.memory, offset + 4L * i, LITTLE_ENDIAN)
            .intoArray(numbers, at + i * rows);
      }
      if (whole < in) {
        int tail = at + whole * rows;
        Arrays.fill(numbers, tail, tail + LANES, 0f);
        x.copy(packed.first + row, whole, numbers, tail, in - whole);
      }
    }
  }

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    if (many(x)) {
      VectorManyRows.linear(part, from, to, x, y, w);
    } else if (x.count > 1) {
      VectorFewRows.linear(part, from, to, x, y, w);
    } else if (part.orientation() == Orientation.OUT_IN) {
      VectorOneRow.linear(part, from, to, x, y, w);
    } else {
      VectorInOut.linear(part, from, to, x, y, w);
    }
  }

  /** One row of results of a strip, at {@code at}: the bias is added, the sums are given out. */
  static void write(
      CpuLinear.Part part, int from, int count, float[] sums, int at, CpuActivation y, int row) {
    float[] bias = part.bias();
    long target = y.at(row) + 4L * (part.column() + from);
    int whole = count / LANES * LANES;
    if (bias == null) {
      for (int o = 0; o < whole; o += LANES) {
        FloatVector.fromArray(F, sums, at + o)
            .intoMemorySegment(y.memory, target + 4L * o, LITTLE_ENDIAN);
      }
    } else {
      for (int o = 0; o < whole; o += LANES) {
        FloatVector.fromArray(F, sums, at + o)
            .add(FloatVector.fromArray(F, bias, from + o))
            .intoMemorySegment(y.memory, target + 4L * o, LITTLE_ENDIAN);
      }
    }
    for (int o = whole; o < count; o++) {
      float sum = sums[at + o];
      y.set(row, part.column() + from + o, bias == null ? sum : sum + bias[from + o]);
    }
  }

  /** A count rounded up to whole vectors. */
  static int pad(int count) {
    return pad(count, LANES);
  }

  /** A count rounded up to a multiple. */
  static int pad(int count, int of) {
    return (count + of - 1) / of * of;
  }
}
