package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Linear layers with vectors of 512 bits: one holds all 16 lanes. */
final class VectorLinear {
  private static final int LANES = Kernels.LANES;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Byte> B = ByteVector.SPECIES_128;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_256;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Register block of a matrix product: this many rows by this many outputs. */
  private static final int ROWS = 4;

  private static final int OUTPUTS = 6;

  /** Inputs of a panel of weights: with 48 outputs 384 KiB, half a second-level cache. */
  private static final int PIECE = 2048;

  private static final int BLOCK_SUMS = ROWS * OUTPUTS * LANES;

  /** Outputs of a strip of an [in, out] matrix when there are many rows. */
  private static final int IN_OUT_STRIP = 32;

  /** For each halving: which lanes come from the second vector, and the lane on the other side. */
  private static final VectorMask<Float> HIGH_8 = high(8);

  private static final VectorMask<Float> HIGH_4 = high(4);
  private static final VectorMask<Float> HIGH_2 = high(2);
  private static final VectorMask<Float> HIGH_1 = high(1);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private VectorLinear() {}

  private static VectorMask<Float> high(int half) {
    long bits = 0;
    for (int lane = 0; lane < LANES; lane++) {
      bits |= (lane & half) != 0 ? 1L << lane : 0;
    }
    return VectorMask.fromLong(F, bits);
  }

  private static VectorShuffle<Float> swap(int half) {
    return VectorShuffle.fromOp(F, lane -> lane ^ half);
  }

  /** One step of the tree for two vectors at once: a's sums stay low, b's go high. */
  private static FloatVector fold(
      FloatVector a, FloatVector b, VectorMask<Float> high, VectorShuffle<Float> swap) {
    return a.blend(b, high).add(b.blend(a, high).rearrange(swap));
  }

  /**
   * The trees of vectors that lie one behind the other from {@code from} on; the sum of vector i
   * goes to {@code into + i}. In small methods, since the compiler stops inlining, and then boxes
   * every vector, where one method holds more than some six folds.
   *
   * @param groups how many times 16 vectors
   */
  static void trees(float[] sums, int from, int groups, int into) {
    for (int g = 0; g < groups; g++) {
      int at = from + g * (LANES * LANES);
      for (int i = 0; i < 4; i++) {
        upperHalvings(sums, at + i * LANES, at + i * LANES);
      }
      lowerHalvings(sums, at, into + g * LANES);
    }
  }

  private static void upperHalvings(float[] sums, int at, int into) {
    var a0 = FloatVector.fromArray(F, sums, at);
    var a4 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    var a8 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    var a12 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    var b0 = fold(a0, a8, HIGH_8, SWAP_8);
    var b4 = fold(a4, a12, HIGH_8, SWAP_8);
    fold(b0, b4, HIGH_4, SWAP_4).intoArray(sums, into);
  }

  private static void lowerHalvings(float[] sums, int at, int into) {
    var a0 = FloatVector.fromArray(F, sums, at);
    var a1 = FloatVector.fromArray(F, sums, at + LANES);
    var a2 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    var a3 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    var b0 = fold(a0, a2, HIGH_2, SWAP_2);
    var b1 = fold(a1, a3, HIGH_2, SWAP_2);
    fold(b0, b1, HIGH_1, SWAP_1).intoArray(sums, into);
  }

  // ---- loads, each exact

  private static FloatVector f32(MemorySegment data, long offset) {
    return FloatVector.fromMemorySegment(F, data, offset, LITTLE_ENDIAN);
  }

  private static FloatVector bf16(MemorySegment data, long offset) {
    return ((IntVector)
            ShortVector.fromMemorySegment(S, data, offset, LITTLE_ENDIAN)
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
        .lanewise(VectorOperators.LSHL, 16)
        .reinterpretAsFloats();
  }

  private static FloatVector f16(MemorySegment data, long offset) {
    var bits =
        (IntVector)
            ShortVector.fromMemorySegment(S, data, offset, LITTLE_ENDIAN)
                .convertShape(VectorOperators.S2I, I, 0);
    var sign = bits.and(0x80000000);
    var magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
    // The exponent's bias goes from 15 to 127; infinities and NaN once more; what has exponent 0
    // is made a normal number with a hidden 1 that is then subtracted.
    var normal = magnitude.add(112 << 23);
    var infinite = magnitude.add(224 << 23);
    var tiny = magnitude.add(113 << 23).reinterpretAsFloats().sub(0x1p-14f).reinterpretAsInts();
    return normal
        .blend(infinite, magnitude.compare(VectorOperators.GE, 0x1f << 23))
        .blend(tiny, magnitude.compare(VectorOperators.LT, 1 << 23))
        .or(sign)
        .reinterpretAsFloats();
  }

  /** Half a block of Q8_0. */
  private static FloatVector q8(MemorySegment data, long block, int from) {
    float d = Float.float16ToFloat(data.get(SHORT, block));
    return ((FloatVector)
            ByteVector.fromMemorySegment(B, data, block + 2 + from, LITTLE_ENDIAN)
                .convertShape(VectorOperators.B2F, F, 0))
        .mul(d);
  }

  // ---- linear layers

  static int strip(CpuLinear linear, int rows) {
    if (linear.parts().getFirst().orientation() == Orientation.IN_OUT) {
      return rows == 1 ? 8 * IN_OUT_STRIP : IN_OUT_STRIP;
    }
    if (rows == 1) {
      return 128;
    }
    return 8 * OUTPUTS;
  }

  static int packedSize(int in, int rows) {
    return rows == 1 ? pad(in) : (rows + ROWS - 1) / ROWS * ROWS * pad(in);
  }

  static int packedTiles(int rows) {
    return (rows + ROWS - 1) / ROWS;
  }

  /** [tile of 4 rows][step of 16 inputs][row of the tile][16]; what is not there is zero. */
  static void pack(CpuActivation x, int first, int count, int tile, float[] packed) {
    int in = x.columns;
    int padded = pad(in);
    int whole = in / LANES * LANES;
    int rows = count == 1 ? 1 : ROWS;
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
        f32(x.memory, offset + 4L * i).intoArray(packed, at + i * rows);
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
    switch (part.orientation()) {
      case OUT_IN -> {
        if (x.count == 1) {
          row(part, from, to, x, y, w);
        } else {
          rows(part, from, to, x, y, w);
        }
      }
      case IN_OUT -> inOut(part, from, to, x, y, w);
    }
  }

  /** One row: four streams of weights at a time, straight from where they lie. */
  private static void row(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int padded = pad(in);
    int whole = in / LANES * LANES;
    float[] input = x.numbers;
    int count = to - from;
    int groups = pad(count);
    int results = groups * LANES;
    float[] sums = w.sums(results + groups + 3 * LANES);
    var weight = part.weight();
    var data = weight.data();
    long stride = weight.at(1, 0);
    long base = weight.at(from, 0);
    int o = 0;
    switch (weight.dtype()) {
      case F32 -> {
        for (; o + 4 <= count; o += 4) {
          dots4F32(data, base + o * stride, stride, input, whole, sums, o * LANES);
        }
      }
      case BF16 -> {
        for (; o + 4 <= count; o += 4) {
          dots4Bf16(data, base + o * stride, stride, input, whole, sums, o * LANES);
        }
      }
      default -> {}
    }
    float[] decoded = w.weights(4 * padded);
    for (; o + 4 <= count; o += 4) {
      // F16 and Q8_0: four rows are decoded into the first-level cache.
      for (int i = 0; i < 4; i++) {
        decodeRow(weight, base + (o + i) * stride, whole, decoded, i * padded);
      }
      dots4(decoded, padded, input, whole, sums, o * LANES);
    }
    if (whole < in) {
      Arrays.fill(decoded, 0, LANES, 0f);
      for (int i = 0; i < o; i++) {
        weight.decode(from + i, whole, in - whole, decoded, 0);
        FloatVector.fromArray(F, decoded, 0)
            .fma(FloatVector.fromArray(F, input, whole), FloatVector.fromArray(F, sums, i * LANES))
            .intoArray(sums, i * LANES);
      }
    }
    Arrays.fill(decoded, in, padded, 0f);
    for (; o < count; o++) {
      weight.decode(from + o, 0, in, decoded, 0);
      dot(decoded, input, padded, sums, o * LANES);
    }
    trees(sums, 0, groups / LANES, results);
    addBias(part.bias(), from, count, sums, results);
    y.write(x.first, part.column() + from, sums, results, count);
  }

  private static void decodeRow(Matrix weight, long offset, int whole, float[] into, int at) {
    if (weight.dtype() == DType.F16) {
      halves(weight.data(), offset, into, at, whole);
    } else {
      decodeVectors(weight, offset, whole, into, at, 1);
    }
  }

  /**
   * The compiler makes the processor's own conversion of this loop, twice as fast as {@link #f16}.
   */
  private static void halves(MemorySegment data, long offset, float[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
    }
  }

  private static void addBias(
      float @Nullable [] bias, int from, int count, float[] results, int at) {
    if (bias != null) {
      for (int o = 0; o < count; o++) {
        results[at + o] += bias[from + o];
      }
    }
  }

  private static int pad(int count) {
    return (count + LANES - 1) / LANES * LANES;
  }

  private static void dot(float[] a, float[] b, int padded, float[] sums, int into) {
    var sum = FloatVector.zero(F);
    for (int i = 0; i < padded; i += LANES) {
      sum = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, i), sum);
    }
    sum.intoArray(sums, into);
  }

  private static void dots4F32(
      MemorySegment data, long at, long stride, float[] input, int whole, float[] sums, int into) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += LANES) {
      long o = at + 4L * i;
      var x = FloatVector.fromArray(F, input, i);
      s0 = f32(data, o).fma(x, s0);
      s1 = f32(data, o + stride).fma(x, s1);
      s2 = f32(data, o + 2 * stride).fma(x, s2);
      s3 = f32(data, o + 3 * stride).fma(x, s3);
    }
    store4(s0, s1, s2, s3, sums, into);
  }

  private static void dots4Bf16(
      MemorySegment data, long at, long stride, float[] input, int whole, float[] sums, int into) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += LANES) {
      long o = at + 2L * i;
      var x = FloatVector.fromArray(F, input, i);
      s0 = bf16(data, o).fma(x, s0);
      s1 = bf16(data, o + stride).fma(x, s1);
      s2 = bf16(data, o + 2 * stride).fma(x, s2);
      s3 = bf16(data, o + 3 * stride).fma(x, s3);
    }
    store4(s0, s1, s2, s3, sums, into);
  }

  private static void dots4(
      float[] rows, int stride, float[] input, int whole, float[] sums, int into) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += LANES) {
      var x = FloatVector.fromArray(F, input, i);
      s0 = FloatVector.fromArray(F, rows, i).fma(x, s0);
      s1 = FloatVector.fromArray(F, rows, stride + i).fma(x, s1);
      s2 = FloatVector.fromArray(F, rows, 2 * stride + i).fma(x, s2);
      s3 = FloatVector.fromArray(F, rows, 3 * stride + i).fma(x, s3);
    }
    store4(s0, s1, s2, s3, sums, into);
  }

  private static void store4(
      FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3, float[] sums, int into) {
    s0.intoArray(sums, into);
    s1.intoArray(sums, into + LANES);
    s2.intoArray(sums, into + 2 * LANES);
    s3.intoArray(sums, into + 3 * LANES);
  }

  /**
   * Many rows: a piece of the strip's weights is decoded into a panel that stays in the
   * second-level cache, four rows of input go through it at a time. Sums of rows longer than a
   * piece wait for the next piece as they are, lane by lane.
   */
  private static void rows(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int padded = pad(part.in());
    int count = to - from;
    int tiles = (count + OUTPUTS - 1) / OUTPUTS;
    int width = tiles * OUTPUTS;
    boolean whole = padded <= PIECE;
    int sumsOfTile = tiles * BLOCK_SUMS;
    int sumsOfAll = whole ? sumsOfTile : (x.count + ROWS - 1) / ROWS * sumsOfTile;
    int groups = (sumsOfTile + LANES * LANES - 1) / (LANES * LANES);
    int trees = sumsOfAll + LANES * LANES;
    int results = trees + groups * LANES;
    float[] panel = w.weights(width * Math.min(padded, PIECE));
    float[] sums = w.sums(results + ROWS * width);
    for (int p = 0; p < padded; p += PIECE) {
      int size = Math.min(PIECE, padded - p);
      packWeights(part.weight(), from, count, width, p, size, panel, w.lanes);
      for (int r = 0; r < x.count; r += ROWS) {
        int at = whole ? 0 : r / ROWS * sumsOfTile;
        if (p == 0) {
          Arrays.fill(sums, at, at + sumsOfTile, 0f);
        }
        int input = r * padded + p * ROWS;
        for (int t = 0; t < tiles; t++) {
          int into = at + t * BLOCK_SUMS;
          block(x.numbers, input, panel, t * OUTPUTS * size, size / LANES, sums, into);
        }
        if (p + size == padded) {
          trees(sums, at, groups, trees);
          arrange(sums, trees, tiles, results);
          writeRows(part, from, count, x, r, y, sums, results, width);
        }
      }
    }
  }

  private static void writeRows(
      CpuLinear.Part part,
      int from,
      int count,
      PackedRows x,
      int first,
      CpuActivation y,
      float[] results,
      int at,
      int width) {
    int rows = Math.min(ROWS, x.count - first);
    for (int i = 0; i < rows; i++) {
      addBias(part.bias(), from, count, results, at + i * width);
      y.write(x.first + first + i, part.column() + from, results, at + i * width, count);
    }
  }

  /** From [tile][row][output of the tile] to [row][output]. */
  private static void arrange(float[] sums, int from, int tiles, int into) {
    for (int t = 0; t < tiles; t++) {
      for (int i = 0; i < ROWS; i++) {
        for (int o = 0; o < OUTPUTS; o++) {
          sums[into + (i * tiles + t) * OUTPUTS + o] = sums[from + (t * ROWS + i) * OUTPUTS + o];
        }
      }
    }
  }

  /**
   * Inputs {@code first} to {@code first + size} of the strip's outputs: [tile of 6 outputs][step
   * of 16 inputs][output of the tile][16]. What is not there is zero.
   */
  private static void packWeights(
      Matrix weight,
      int from,
      int count,
      int width,
      int first,
      int size,
      float[] panel,
      float[] tail) {
    int there = Math.min(size, weight.columns() - first);
    int whole = there / LANES * LANES;
    for (int o = 0; o < width; o++) {
      int at = o / OUTPUTS * OUTPUTS * size + o % OUTPUTS * LANES;
      if (o >= count) {
        for (int i = 0; i < size; i += LANES) {
          Arrays.fill(panel, at + i * OUTPUTS, at + i * OUTPUTS + LANES, 0f);
        }
        continue;
      }
      decodeVectors(weight, weight.at(from + o, first), whole, panel, at, OUTPUTS);
      if (whole < there) {
        Arrays.fill(tail, 0f);
        weight.decode(from + o, first + whole, there - whole, tail, 0);
        FloatVector.fromArray(F, tail, 0).intoArray(panel, at + whole * OUTPUTS);
      }
    }
  }

  /** Whole vectors as f32, {@code step} vectors apart. */
  private static void decodeVectors(
      Matrix weight, long offset, int whole, float[] into, int at, int step) {
    var data = weight.data();
    switch (weight.dtype()) {
      case F32 -> decodeF32(data, offset, whole, into, at, step);
      case BF16 -> decodeBf16(data, offset, whole, into, at, step);
      case F16 -> decodeF16(data, offset, whole, into, at, step);
      case Q8_0 -> decodeQ8(data, offset, whole, into, at, step);
      default -> throw new AssertionError(weight.dtype());
    }
  }

  private static void decodeF32(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      f32(data, offset + 4L * i).intoArray(into, at + i * step);
    }
  }

  private static void decodeBf16(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      bf16(data, offset + 2L * i).intoArray(into, at + i * step);
    }
  }

  private static void decodeF16(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      f16(data, offset + 2L * i).intoArray(into, at + i * step);
    }
  }

  private static void decodeQ8(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      q8(data, offset + i / 32 * 34L, i % 32).intoArray(into, at + i * step);
    }
  }

  /** 4 rows times 6 outputs: goes on with the 24 vectors of sums, row by row. */
  static void block(
      float[] input, int from, float[] panel, int at, int steps, float[] sums, int into) {
    var a0 = FloatVector.fromArray(F, sums, into);
    var a1 = FloatVector.fromArray(F, sums, into + LANES);
    var a2 = FloatVector.fromArray(F, sums, into + 2 * LANES);
    var a3 = FloatVector.fromArray(F, sums, into + 3 * LANES);
    var a4 = FloatVector.fromArray(F, sums, into + 4 * LANES);
    var a5 = FloatVector.fromArray(F, sums, into + 5 * LANES);
    var b0 = FloatVector.fromArray(F, sums, into + 6 * LANES);
    var b1 = FloatVector.fromArray(F, sums, into + 7 * LANES);
    var b2 = FloatVector.fromArray(F, sums, into + 8 * LANES);
    var b3 = FloatVector.fromArray(F, sums, into + 9 * LANES);
    var b4 = FloatVector.fromArray(F, sums, into + 10 * LANES);
    var b5 = FloatVector.fromArray(F, sums, into + 11 * LANES);
    var c0 = FloatVector.fromArray(F, sums, into + 12 * LANES);
    var c1 = FloatVector.fromArray(F, sums, into + 13 * LANES);
    var c2 = FloatVector.fromArray(F, sums, into + 14 * LANES);
    var c3 = FloatVector.fromArray(F, sums, into + 15 * LANES);
    var c4 = FloatVector.fromArray(F, sums, into + 16 * LANES);
    var c5 = FloatVector.fromArray(F, sums, into + 17 * LANES);
    var d0 = FloatVector.fromArray(F, sums, into + 18 * LANES);
    var d1 = FloatVector.fromArray(F, sums, into + 19 * LANES);
    var d2 = FloatVector.fromArray(F, sums, into + 20 * LANES);
    var d3 = FloatVector.fromArray(F, sums, into + 21 * LANES);
    var d4 = FloatVector.fromArray(F, sums, into + 22 * LANES);
    var d5 = FloatVector.fromArray(F, sums, into + 23 * LANES);
    for (int i = 0; i < steps; i++) {
      int p = at + i * (OUTPUTS * LANES);
      int q = from + i * (ROWS * LANES);
      var xa = FloatVector.fromArray(F, input, q);
      var xb = FloatVector.fromArray(F, input, q + LANES);
      var xc = FloatVector.fromArray(F, input, q + 2 * LANES);
      var xd = FloatVector.fromArray(F, input, q + 3 * LANES);
      var w = FloatVector.fromArray(F, panel, p);
      a0 = w.fma(xa, a0);
      b0 = w.fma(xb, b0);
      c0 = w.fma(xc, c0);
      d0 = w.fma(xd, d0);
      w = FloatVector.fromArray(F, panel, p + LANES);
      a1 = w.fma(xa, a1);
      b1 = w.fma(xb, b1);
      c1 = w.fma(xc, c1);
      d1 = w.fma(xd, d1);
      w = FloatVector.fromArray(F, panel, p + 2 * LANES);
      a2 = w.fma(xa, a2);
      b2 = w.fma(xb, b2);
      c2 = w.fma(xc, c2);
      d2 = w.fma(xd, d2);
      w = FloatVector.fromArray(F, panel, p + 3 * LANES);
      a3 = w.fma(xa, a3);
      b3 = w.fma(xb, b3);
      c3 = w.fma(xc, c3);
      d3 = w.fma(xd, d3);
      w = FloatVector.fromArray(F, panel, p + 4 * LANES);
      a4 = w.fma(xa, a4);
      b4 = w.fma(xb, b4);
      c4 = w.fma(xc, c4);
      d4 = w.fma(xd, d4);
      w = FloatVector.fromArray(F, panel, p + 5 * LANES);
      a5 = w.fma(xa, a5);
      b5 = w.fma(xb, b5);
      c5 = w.fma(xc, c5);
      d5 = w.fma(xd, d5);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + LANES);
    a2.intoArray(sums, into + 2 * LANES);
    a3.intoArray(sums, into + 3 * LANES);
    a4.intoArray(sums, into + 4 * LANES);
    a5.intoArray(sums, into + 5 * LANES);
    b0.intoArray(sums, into + 6 * LANES);
    b1.intoArray(sums, into + 7 * LANES);
    b2.intoArray(sums, into + 8 * LANES);
    b3.intoArray(sums, into + 9 * LANES);
    b4.intoArray(sums, into + 10 * LANES);
    b5.intoArray(sums, into + 11 * LANES);
    c0.intoArray(sums, into + 12 * LANES);
    c1.intoArray(sums, into + 13 * LANES);
    c2.intoArray(sums, into + 14 * LANES);
    c3.intoArray(sums, into + 15 * LANES);
    c4.intoArray(sums, into + 16 * LANES);
    c5.intoArray(sums, into + 17 * LANES);
    d0.intoArray(sums, into + 18 * LANES);
    d1.intoArray(sums, into + 19 * LANES);
    d2.intoArray(sums, into + 20 * LANES);
    d3.intoArray(sums, into + 21 * LANES);
    d4.intoArray(sums, into + 22 * LANES);
    d5.intoArray(sums, into + 23 * LANES);
  }

  /** Outputs in lanes, one chain over the inputs each. */
  private static void inOut(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    if (x.count == 1) {
      inOutRow(part, from, to, x, y, w);
    } else {
      inOutRows(part, from, to, x, y, w);
    }
  }

  /** Four inputs at a time, their weights decoded first; the sums stay in the first-level cache. */
  private static void inOutRow(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int count = to - from;
    int width = pad(count);
    float[] rows = w.weights(4 * width);
    float[] sums = w.sums(width);
    Arrays.fill(sums, 0, width, 0f);
    int in = part.in();
    int i = 0;
    for (; i + 4 <= in; i += 4) {
      for (int j = 0; j < 4; j++) {
        decodeRow(part.weight(), i + j, from, count, rows, j * width, w.lanes);
      }
      addFour(x.numbers, i, rows, width, sums);
    }
    for (; i < in; i++) {
      decodeRow(part.weight(), i, from, count, rows, 0, w.lanes);
      addOne(x.numbers[i], rows, width, sums);
    }
    addBias(part.bias(), from, count, sums, 0);
    y.write(x.first, part.column() + from, sums, 0, count);
  }

  private static void addFour(float[] input, int i, float[] rows, int width, float[] sums) {
    var x0 = FloatVector.broadcast(F, input[i]);
    var x1 = FloatVector.broadcast(F, input[i + 1]);
    var x2 = FloatVector.broadcast(F, input[i + 2]);
    var x3 = FloatVector.broadcast(F, input[i + 3]);
    for (int o = 0; o < width; o += LANES) {
      var sum = x0.fma(FloatVector.fromArray(F, rows, o), FloatVector.fromArray(F, sums, o));
      sum = x1.fma(FloatVector.fromArray(F, rows, o + width), sum);
      sum = x2.fma(FloatVector.fromArray(F, rows, o + 2 * width), sum);
      sum = x3.fma(FloatVector.fromArray(F, rows, o + 3 * width), sum);
      sum.intoArray(sums, o);
    }
  }

  private static void addOne(float input, float[] row, int width, float[] sums) {
    var x = FloatVector.broadcast(F, input);
    for (int o = 0; o < width; o += LANES) {
      x.fma(FloatVector.fromArray(F, row, o), FloatVector.fromArray(F, sums, o)).intoArray(sums, o);
    }
  }

  /** A stretch of a stored row as f32, zeros up to whole vectors behind it. */
  private static void decodeRow(
      Matrix weight, int row, int from, int count, float[] into, int at, float[] tail) {
    int whole = count / LANES * LANES;
    decodeVectors(weight, weight.at(row, from), whole, into, at, 1);
    if (whole < count) {
      Arrays.fill(tail, 0f);
      weight.decode(row, from + whole, count - whole, tail, 0);
      FloatVector.fromArray(F, tail, 0).intoArray(into, at + whole);
    }
  }

  /** Four rows by 32 outputs at a time, the weights of the strip decoded once. */
  private static void inOutRows(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int padded = pad(in);
    int count = to - from;
    float[] panel = w.weights(in * IN_OUT_STRIP);
    for (int i = 0; i < in; i++) {
      Arrays.fill(panel, i * IN_OUT_STRIP + pad(count), (i + 1) * IN_OUT_STRIP, 0f);
      decodeRow(part.weight(), i, from, count, panel, i * IN_OUT_STRIP, w.lanes);
    }
    float[] sums = w.sums(ROWS * IN_OUT_STRIP);
    for (int r = 0; r < x.count; r += ROWS) {
      inOutBlock(x.numbers, r * padded, panel, in, sums);
      int rows = Math.min(ROWS, x.count - r);
      for (int i = 0; i < rows; i++) {
        addBias(part.bias(), from, count, sums, i * IN_OUT_STRIP);
        y.write(x.first + r + i, part.column() + from, sums, i * IN_OUT_STRIP, count);
      }
    }
  }

  private static void inOutBlock(float[] input, int from, float[] panel, int in, float[] sums) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var b0 = a0;
    var b1 = a0;
    var c0 = a0;
    var c1 = a0;
    var d0 = a0;
    var d1 = a0;
    for (int i = 0; i < in; i++) {
      int q = from + i / LANES * (ROWS * LANES) + i % LANES;
      var w0 = FloatVector.fromArray(F, panel, i * IN_OUT_STRIP);
      var w1 = FloatVector.fromArray(F, panel, i * IN_OUT_STRIP + LANES);
      var x = FloatVector.broadcast(F, input[q]);
      a0 = x.fma(w0, a0);
      a1 = x.fma(w1, a1);
      x = FloatVector.broadcast(F, input[q + LANES]);
      b0 = x.fma(w0, b0);
      b1 = x.fma(w1, b1);
      x = FloatVector.broadcast(F, input[q + 2 * LANES]);
      c0 = x.fma(w0, c0);
      c1 = x.fma(w1, c1);
      x = FloatVector.broadcast(F, input[q + 3 * LANES]);
      d0 = x.fma(w0, d0);
      d1 = x.fma(w1, d1);
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, LANES);
    b0.intoArray(sums, IN_OUT_STRIP);
    b1.intoArray(sums, IN_OUT_STRIP + LANES);
    c0.intoArray(sums, 2 * IN_OUT_STRIP);
    c1.intoArray(sums, 2 * IN_OUT_STRIP + LANES);
    d0.intoArray(sums, 3 * IN_OUT_STRIP);
    d1.intoArray(sums, 3 * IN_OUT_STRIP + LANES);
  }
}
