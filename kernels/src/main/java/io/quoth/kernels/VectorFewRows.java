package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of a few rows: too few to be lanes, so lanes hold inputs, and eight rows go along
 * three rows of weights at a time.
 *
 * <p>Weights are copied, or decoded, into the second-level cache, a panel of outputs at a time, and
 * each eight rows go along all of them. Where they lie in memory it would cost 350 instructions to
 * check three ranges before each block, a third of its time.
 */
final class VectorFewRows {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final int LANES = Kernels.LANES;

  /** Rows of a register block, and of a tile of packed rows. */
  static final int ROWS = 8;

  private static final int OUTPUTS = 3;

  /** Outputs of a strip. */
  static final int STRIP = 16 * OUTPUTS;

  /** Numbers of a panel: 256 KB of the second-level cache. */
  private static final int PANEL = 64 << 10;

  private VectorFewRows() {}

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int padded = VectorLinear.pad(part.in());
    int count = to - from;
    int width = VectorLinear.pad(VectorLinear.pad(count, OUTPUTS));
    int results = VectorLinear.pad(x.count, ROWS) * width * LANES;
    float[] sums = w.sums(results + results / LANES);
    int together = OUTPUTS * Math.clamp(PANEL / (OUTPUTS * padded), 1, STRIP / OUTPUTS);
    float[] panel = w.weights(together * padded);
    for (int first = 0; first < count; first += together) {
      int outputs = Math.min(together, count - first);
      copy(part.weight(), from + first, outputs, panel, w);
      for (int r = 0; r < x.count; r += ROWS) {
        for (int o = 0; o < outputs; o += OUTPUTS) {
          int into = (r * width + first + o) * LANES;
          block(x.numbers, r * padded, panel, o * padded, padded, sums, into, width * LANES);
        }
      }
    }
    VectorTrees.sum(sums, 0, VectorLinear.pad(x.count, ROWS) * width / LANES, results);
    for (int r = 0; r < x.count; r++) {
      int at = results + r * width;
      VectorLinear.write(part, from, count, sums, at, y, x.first + r);
    }
  }

  /** [output][padded input]; behind the last output is anything. */
  private static void copy(Matrix weight, int from, int count, float[] panel, Workspace w) {
    int in = weight.columns();
    int padded = VectorLinear.pad(in);
    VectorLoads.bringNear(weight, from, count, w);
    if (weight.dtype() == DType.F32 && in == padded) {
      MemorySegment.copy(weight.data(), FLOAT, weight.at(from, 0), panel, 0, count * in);
      return;
    }
    for (int o = 0; o < count; o++) {
      VectorLoads.decodeRow(weight, from + o, panel, o * padded);
    }
  }

  /**
   * 8 rows by 3 outputs.
   *
   * @param from where the packed rows begin
   * @param at where the first row of weights begins, and each is {@code in} long
   * @param into where the sum of the first row and output goes; outputs lie side by side
   * @param below from row to row
   */
  private static void block(
      float[] rows, int from, float[] weights, int at, int in, float[] sums, int into, int below) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var e0 = a0;
    var e1 = a0;
    var e2 = a0;
    var f0 = a0;
    var f1 = a0;
    var f2 = a0;
    var g0 = a0;
    var g1 = a0;
    var g2 = a0;
    var h0 = a0;
    var h1 = a0;
    var h2 = a0;
    for (int i = 0; i < in; i += LANES) {
      int q = from + i * ROWS;
      int p = at + i;
      var w0 = FloatVector.fromArray(F, weights, p);
      var w1 = FloatVector.fromArray(F, weights, p + in);
      var w2 = FloatVector.fromArray(F, weights, p + 2 * in);
      var x = FloatVector.fromArray(F, rows, q);
      a0 = x.fma(w0, a0);
      a1 = x.fma(w1, a1);
      a2 = x.fma(w2, a2);
      x = FloatVector.fromArray(F, rows, q + LANES);
      b0 = x.fma(w0, b0);
      b1 = x.fma(w1, b1);
      b2 = x.fma(w2, b2);
      x = FloatVector.fromArray(F, rows, q + 2 * LANES);
      c0 = x.fma(w0, c0);
      c1 = x.fma(w1, c1);
      c2 = x.fma(w2, c2);
      x = FloatVector.fromArray(F, rows, q + 3 * LANES);
      d0 = x.fma(w0, d0);
      d1 = x.fma(w1, d1);
      d2 = x.fma(w2, d2);
      x = FloatVector.fromArray(F, rows, q + 4 * LANES);
      e0 = x.fma(w0, e0);
      e1 = x.fma(w1, e1);
      e2 = x.fma(w2, e2);
      x = FloatVector.fromArray(F, rows, q + 5 * LANES);
      f0 = x.fma(w0, f0);
      f1 = x.fma(w1, f1);
      f2 = x.fma(w2, f2);
      x = FloatVector.fromArray(F, rows, q + 6 * LANES);
      g0 = x.fma(w0, g0);
      g1 = x.fma(w1, g1);
      g2 = x.fma(w2, g2);
      x = FloatVector.fromArray(F, rows, q + 7 * LANES);
      h0 = x.fma(w0, h0);
      h1 = x.fma(w1, h1);
      h2 = x.fma(w2, h2);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + LANES);
    a2.intoArray(sums, into + 2 * LANES);
    b0.intoArray(sums, into + below);
    b1.intoArray(sums, into + below + LANES);
    b2.intoArray(sums, into + below + 2 * LANES);
    c0.intoArray(sums, into + 2 * below);
    c1.intoArray(sums, into + 2 * below + LANES);
    c2.intoArray(sums, into + 2 * below + 2 * LANES);
    d0.intoArray(sums, into + 3 * below);
    d1.intoArray(sums, into + 3 * below + LANES);
    d2.intoArray(sums, into + 3 * below + 2 * LANES);
    e0.intoArray(sums, into + 4 * below);
    e1.intoArray(sums, into + 4 * below + LANES);
    e2.intoArray(sums, into + 4 * below + 2 * LANES);
    f0.intoArray(sums, into + 5 * below);
    f1.intoArray(sums, into + 5 * below + LANES);
    f2.intoArray(sums, into + 5 * below + 2 * LANES);
    g0.intoArray(sums, into + 6 * below);
    g1.intoArray(sums, into + 6 * below + LANES);
    g2.intoArray(sums, into + 6 * below + 2 * LANES);
    h0.intoArray(sums, into + 7 * below);
    h1.intoArray(sums, into + 7 * below + LANES);
    h2.intoArray(sums, into + 7 * below + 2 * LANES);
  }
}
