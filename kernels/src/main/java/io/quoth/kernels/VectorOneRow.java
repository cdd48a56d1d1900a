package io.quoth.kernels;

import io.quoth.tensors.DType;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of one row: the weights go by once, straight from where they lie.
 *
 * <p>Two or four rows of weights at a time, a half or a quarter of the share apart: each is then a
 * stream of consecutive bytes as long as the share, which the processor's prefetching can follow.
 * Rows next to each other would be streams that jump every few thousand bytes, a third slower.
 */
final class VectorOneRow {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /**
   * Inputs of bf16 weights up to which two streams are faster than four: a line of weights goes
   * with two of inputs, which would drive each other out of the first-level cache.
   */
  private static final int TWO_STREAMS = 3072;

  private VectorOneRow() {}

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int count = to - from;
    var type = part.weight().dtype();
    boolean streams =
        part.in() % VectorStreams.STEP == 0 && (type == DType.F32 || type == DType.BF16);
    // Vectors of sums that still are to be folded, or results of the streams; then all results.
    int results = LANES * VectorLinear.pad(count);
    float[] sums = w.sums(results + VectorLinear.pad(count) + LANES);
    int done = streams ? streams(part, from, count, x.numbers, sums, results) : 0;
    if (done < count) {
      decoded(part, from + done, count - done, x.numbers, sums, results + done, w);
    }
    VectorLinear.write(part, from, count, sums, results, y, x.first);
  }

  /** As many outputs as all streams have: how many are done. */
  private static int streams(
      CpuLinear.Part part, int from, int count, float[] input, float[] sums, int results) {
    var weight = part.weight();
    var data = weight.data();
    int in = part.in();
    boolean f32 = weight.dtype() == DType.F32;
    int streams = f32 || in <= TWO_STREAMS ? 2 : 4;
    int each = count / streams;
    long apart = weight.at(each, 0);
    for (int o = 0; o < each; o += VectorStreams.ROWS) {
      int rows = Math.min(VectorStreams.ROWS, each - o);
      long at = weight.at(from + o, 0);
      if (f32) {
        VectorStreams.twoF32(data, at, apart, input, in, rows, sums);
      } else if (streams == 2) {
        VectorStreams.twoBf16(data, at, apart, input, in, rows, sums);
      } else {
        VectorStreams.fourBf16(data, at, apart, input, in, rows, sums);
      }
      for (int s = 0; s < streams; s++) {
        System.arraycopy(sums, s * LANES, sums, results + s * each + o, rows);
      }
    }
    return streams * each;
  }

  /** Four rows at a time are decoded into the first-level cache. */
  private static void decoded(
      CpuLinear.Part part,
      int from,
      int count,
      float[] input,
      float[] sums,
      int results,
      Workspace w) {
    var weight = part.weight();
    int padded = VectorLinear.pad(part.in());
    float[] rows = w.weights(4 * padded);
    for (int o = 0; o < count; o += 4) {
      for (int r = 0; r < Math.min(4, count - o); r++) {
        VectorLoads.decodeRow(weight, from + o + r, rows, r * padded);
      }
      dots(rows, padded, input, sums, o * LANES);
    }
    VectorTrees.sum(sums, 0, VectorLinear.pad(count) / LANES, results);
  }

  private static void dots(float[] rows, int padded, float[] input, float[] sums, int into) {
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    for (int i = 0; i < padded; i += LANES) {
      var x = FloatVector.fromArray(F, input, i);
      s0 = FloatVector.fromArray(F, rows, i).fma(x, s0);
      s1 = FloatVector.fromArray(F, rows, padded + i).fma(x, s1);
      s2 = FloatVector.fromArray(F, rows, 2 * padded + i).fma(x, s2);
      s3 = FloatVector.fromArray(F, rows, 3 * padded + i).fma(x, s3);
    }
    s0.intoArray(sums, into);
    s1.intoArray(sums, into + LANES);
    s2.intoArray(sums, into + 2 * LANES);
    s3.intoArray(sums, into + 3 * LANES);
  }
}
