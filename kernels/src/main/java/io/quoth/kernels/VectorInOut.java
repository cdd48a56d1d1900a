package io.quoth.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** A linear layer whose weights lie [in, out]: outputs in lanes, one chain over the inputs each. */
final class VectorInOut {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Outputs of a strip of an [in, out] matrix when there are many rows. */
  static final int STRIP = 32;

  private static final int ROWS = VectorFewRows.ROWS;

  private VectorInOut() {}

  /** Four inputs at a time, their weights decoded first; the sums stay in the first-level cache. */
  static void row(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int count = to - from;
    int width = VectorLinear.pad(count);
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
    VectorLinear.addBias(part.bias(), from, count, sums, 0);
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
    VectorLoads.decodeVectors(weight, weight.at(row, from), whole, into, at, 1);
    if (whole < count) {
      Arrays.fill(tail, 0f);
      weight.decode(row, from + whole, count - whole, tail, 0);
      FloatVector.fromArray(F, tail, 0).intoArray(into, at + whole);
    }
  }

  /** Four rows by 32 outputs at a time, the weights of the strip decoded once. */
  static void rows(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int padded = VectorLinear.pad(in);
    int count = to - from;
    float[] panel = w.weights(in * STRIP);
    for (int i = 0; i < in; i++) {
      Arrays.fill(panel, i * STRIP + VectorLinear.pad(count), (i + 1) * STRIP, 0f);
      decodeRow(part.weight(), i, from, count, panel, i * STRIP, w.lanes);
    }
    float[] sums = w.sums(ROWS * STRIP);
    for (int r = 0; r < x.count; r += ROWS) {
      block(x.numbers, r * padded, panel, in, sums);
      int rows = Math.min(ROWS, x.count - r);
      for (int i = 0; i < rows; i++) {
        VectorLinear.addBias(part.bias(), from, count, sums, i * STRIP);
        y.write(x.first + r + i, part.column() + from, sums, i * STRIP, count);
      }
    }
  }

  private static void block(float[] input, int from, float[] panel, int in, float[] sums) {
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
      var w0 = FloatVector.fromArray(F, panel, i * STRIP);
      var w1 = FloatVector.fromArray(F, panel, i * STRIP + LANES);
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
    b0.intoArray(sums, STRIP);
    b1.intoArray(sums, STRIP + LANES);
    c0.intoArray(sums, 2 * STRIP);
    c1.intoArray(sums, 2 * STRIP + LANES);
    d0.intoArray(sums, 3 * STRIP);
    d1.intoArray(sums, 3 * STRIP + LANES);
  }
}
