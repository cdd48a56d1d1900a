package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of one row: the weights go by once, straight from where they lie.
 *
 * <p>Four rows of weights at a time, a quarter of the share apart: each is then a stream of
 * consecutive bytes as long as the share, which the processor's prefetching can follow. Rows next
 * to each other would be streams that jump every few thousand bytes, a third slower.
 */
final class VectorOneRow {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_256;
  private static final int LANES = Kernels.LANES;

  private VectorOneRow() {}

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int step = part.weight().dtype() == DType.BF16 ? 2 * LANES : LANES;
    int whole = in / step * step;
    float[] input = x.numbers;
    int count = to - from;
    int quarter = count / 4;
    int groups = VectorLinear.pad(count);
    int results = groups * LANES;
    float[] sums = w.sums(results + groups + 3 * LANES);
    var weight = part.weight();
    quarters(weight, weight.at(from, 0), quarter, input, whole, sums, w);
    float[] decoded = w.weights(VectorLinear.pad(in));
    if (whole < in) {
      int tail = VectorLinear.pad(in - whole);
      Arrays.fill(decoded, 0, tail, 0f);
      for (int o = 0; o < 4 * quarter; o++) {
        weight.decode(from + o, whole, in - whole, decoded, 0);
        dot(decoded, input, whole, tail, sums, o * LANES);
      }
    }
    Arrays.fill(decoded, in, VectorLinear.pad(in), 0f);
    for (int o = 4 * quarter; o < count; o++) {
      weight.decode(from + o, 0, in, decoded, 0);
      Arrays.fill(sums, o * LANES, (o + 1) * LANES, 0f);
      dot(decoded, input, 0, VectorLinear.pad(in), sums, o * LANES);
    }
    VectorTrees.sum(sums, 0, groups / LANES, results);
    VectorLinear.write(part, from, count, sums, results, y, x.first);
  }

  /** Whole vectors of outputs o, o + quarter, o + 2 quarters, o + 3 quarters, for all o. */
  private static void quarters(
      Matrix weight, long base, int quarter, float[] input, int whole, float[] sums, Workspace w) {
    var data = weight.data();
    long stride = weight.at(1, 0);
    int apart = quarter * LANES;
    switch (weight.dtype()) {
      case F32 -> {
        for (int o = 0; o < quarter; o++) {
          dotsF32(data, base + o * stride, quarter * stride, input, whole, sums, o * LANES, apart);
        }
      }
      case BF16 -> {
        for (int o = 0; o < quarter; o++) {
          dotsBf16(data, base + o * stride, quarter * stride, input, whole, sums, o * LANES, apart);
        }
      }
      default -> {
        // F16 and Q8_0: four rows are decoded into the first-level cache.
        float[] decoded = w.weights(4 * VectorLinear.pad(whole));
        for (int o = 0; o < quarter; o++) {
          for (int i = 0; i < 4; i++) {
            long at = base + (o + (long) i * quarter) * stride;
            VectorLoads.decodeRow(weight, at, whole, decoded, i * whole);
          }
          dots(decoded, input, whole, sums, o * LANES, apart);
        }
      }
    }
  }

  /** Goes on with one sum: a[0 .. padded) times b[at .. at + padded). */
  private static void dot(float[] a, float[] b, int at, int padded, float[] sums, int into) {
    var sum = FloatVector.fromArray(F, sums, into);
    for (int i = 0; i < padded; i += LANES) {
      sum = FloatVector.fromArray(F, a, i).fma(FloatVector.fromArray(F, b, at + i), sum);
    }
    sum.intoArray(sums, into);
  }

  /**
   * Weights are the second factor: the processor then takes them from memory within the
   * multiplication, and the fewer instructions a line of memory has, the more lines are on their
   * way at a time.
   */
  private static void dotsF32(
      MemorySegment data,
      long at,
      long stride,
      float[] input,
      int whole,
      float[] sums,
      int into,
      int apart) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += LANES) {
      long o = at + 4L * i;
      var x = FloatVector.fromArray(F, input, i);
      s0 = x.fma(FloatVector.fromMemorySegment(F, data, o, LITTLE_ENDIAN), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, data, o + stride, LITTLE_ENDIAN), s1);
      s2 = x.fma(FloatVector.fromMemorySegment(F, data, o + 2 * stride, LITTLE_ENDIAN), s2);
      s3 = x.fma(FloatVector.fromMemorySegment(F, data, o + 3 * stride, LITTLE_ENDIAN), s3);
    }
    s0.intoArray(sums, into);
    s1.intoArray(sums, into + apart);
    s2.intoArray(sums, into + 2 * apart);
    s3.intoArray(sums, into + 3 * apart);
  }

  /** Two steps a round: half the instructions beside the loads. */
  private static void dotsBf16(
      MemorySegment data,
      long at,
      long stride,
      float[] input,
      int whole,
      float[] sums,
      int into,
      int apart) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += 2 * LANES) {
      long o = at + 2L * i;
      long p = o + 2 * LANES;
      var x = FloatVector.fromArray(F, input, i);
      s0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, o, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s0);
      s1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, o + stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s1);
      s2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, o + 2 * stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s2);
      s3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, o + 3 * stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s3);
      x = FloatVector.fromArray(F, input, i + LANES);
      s0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, p, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s0);
      s1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, p + stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s1);
      s2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, p + 2 * stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s2);
      s3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(S, data, p + 3 * stride, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s3);
    }
    s0.intoArray(sums, into);
    s1.intoArray(sums, into + apart);
    s2.intoArray(sums, into + 2 * apart);
    s3.intoArray(sums, into + 3 * apart);
  }

  private static void dots(
      float[] rows, float[] input, int whole, float[] sums, int into, int apart) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < whole; i += LANES) {
      var x = FloatVector.fromArray(F, input, i);
      s0 = FloatVector.fromArray(F, rows, i).fma(x, s0);
      s1 = FloatVector.fromArray(F, rows, whole + i).fma(x, s1);
      s2 = FloatVector.fromArray(F, rows, 2 * whole + i).fma(x, s2);
      s3 = FloatVector.fromArray(F, rows, 3 * whole + i).fma(x, s3);
    }
    s0.intoArray(sums, into);
    s1.intoArray(sums, into + apart);
    s2.intoArray(sums, into + 2 * apart);
    s3.intoArray(sums, into + 3 * apart);
  }
}
