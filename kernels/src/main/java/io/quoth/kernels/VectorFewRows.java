package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of a few rows: too few to be lanes, so lanes hold inputs, and eight rows go along
 * three rows of weights at a time. Weights of f32 are read where they lie, since with few rows the
 * time goes into reading them; others are decoded first.
 *
 * <p>The three rows of weights are a third of the strip apart: each is then a stream of consecutive
 * bytes, which the processor's prefetching can follow.
 */
final class VectorFewRows {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Rows of a register block, and of a tile of packed rows. */
  static final int ROWS = 8;

  private static final int OUTPUTS = 3;

  /** Outputs of a strip. */
  static final int STRIP = 16 * OUTPUTS;

  private VectorFewRows() {}

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    var weight = part.weight();
    int in = part.in();
    int padded = VectorLinear.pad(in);
    int count = to - from;
    int third = (count + OUTPUTS - 1) / OUTPUTS;
    int width = VectorLinear.pad(third * OUTPUTS);
    int results = VectorLinear.pad(x.count, ROWS) * width * LANES;
    float[] sums = w.sums(results + results / LANES);
    boolean inPlace = weight.dtype() == DType.F32 && in == padded;
    var decoded = inPlace ? weight.data() : w.memory((long) OUTPUTS * padded * Float.BYTES);
    for (int o = 0; o < third; o++) {
      // Where the strip is no three thirds, its last output is calculated again.
      int second = from + Math.min(o + third, count - 1);
      int last = from + Math.min(o + 2 * third, count - 1);
      long a = 0;
      long b = 4L * padded;
      long c = 8L * padded;
      if (inPlace) {
        a = weight.at(from + o, 0);
        b = weight.at(second, 0);
        c = weight.at(last, 0);
      } else {
        decode(weight, from + o, decoded, a, w);
        decode(weight, second, decoded, b, w);
        decode(weight, last, decoded, c, w);
      }
      for (int r = 0; r < x.count; r += ROWS) {
        int into = (r * width + o) * LANES;
        block(
            x.numbers,
            r * padded,
            decoded,
            a,
            b,
            c,
            padded / LANES,
            sums,
            into,
            third * LANES,
            width * LANES);
      }
    }
    VectorTrees.sum(sums, 0, VectorLinear.pad(x.count, ROWS) * width / LANES, results);
    for (int r = 0; r < x.count; r++) {
      int at = results + r * width;
      VectorLinear.write(part, from, count, sums, at, y, x.first + r);
    }
  }

  private static void decode(Matrix weight, int row, MemorySegment into, long at, Workspace w) {
    int in = weight.columns();
    int whole = in / LANES * LANES;
    int padded = VectorLinear.pad(in);
    float[] numbers = w.weights(padded);
    VectorLoads.decodeRow(weight, weight.at(row, 0), whole, numbers, 0);
    weight.decode(row, whole, in - whole, numbers, whole);
    Arrays.fill(numbers, in, padded, 0f);
    MemorySegment.copy(numbers, 0, into, ValueLayout.JAVA_FLOAT, at, padded);
  }

  /**
   * 8 rows by 3 outputs.
   *
   * @param from where the packed rows begin
   * @param a bytes before the first row of weights, then the second and the third
   * @param into where the sum of the first row and output goes
   * @param apart from output to output
   * @param below from row to row
   */
  private static void block(
      float[] rows,
      int from,
      MemorySegment weights,
      long a,
      long b,
      long c,
      int steps,
      float[] sums,
      int into,
      int apart,
      int below) {
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
    for (int i = 0; i < steps; i++) {
      int q = from + i * (ROWS * LANES);
      long p = 4L * LANES * i;
      var w0 = FloatVector.fromMemorySegment(F, weights, a + p, LITTLE_ENDIAN);
      var w1 = FloatVector.fromMemorySegment(F, weights, b + p, LITTLE_ENDIAN);
      var w2 = FloatVector.fromMemorySegment(F, weights, c + p, LITTLE_ENDIAN);
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
    a1.intoArray(sums, into + apart);
    a2.intoArray(sums, into + 2 * apart);
    b0.intoArray(sums, into + below);
    b1.intoArray(sums, into + below + apart);
    b2.intoArray(sums, into + below + 2 * apart);
    c0.intoArray(sums, into + 2 * below);
    c1.intoArray(sums, into + 2 * below + apart);
    c2.intoArray(sums, into + 2 * below + 2 * apart);
    d0.intoArray(sums, into + 3 * below);
    d1.intoArray(sums, into + 3 * below + apart);
    d2.intoArray(sums, into + 3 * below + 2 * apart);
    e0.intoArray(sums, into + 4 * below);
    e1.intoArray(sums, into + 4 * below + apart);
    e2.intoArray(sums, into + 4 * below + 2 * apart);
    f0.intoArray(sums, into + 5 * below);
    f1.intoArray(sums, into + 5 * below + apart);
    f2.intoArray(sums, into + 5 * below + 2 * apart);
    g0.intoArray(sums, into + 6 * below);
    g1.intoArray(sums, into + 6 * below + apart);
    g2.intoArray(sums, into + 6 * below + 2 * apart);
    h0.intoArray(sums, into + 7 * below);
    h1.intoArray(sums, into + 7 * below + apart);
    h2.intoArray(sums, into + 7 * below + 2 * apart);
  }
}
