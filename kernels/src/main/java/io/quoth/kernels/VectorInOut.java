package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
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

  /** The sums of a strip stay in the first-level cache while its weights go by. */
  static void row(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int count = to - from;
    float[] sums = w.sums(VectorLinear.pad(count));
    Arrays.fill(sums, 0, VectorLinear.pad(count), 0f);
    // What is no eight inputs by whole vectors of f32 is decoded first.
    int whole = part.weight().dtype() == DType.F32 ? count / LANES * LANES : 0;
    int eights = part.in() / 8 * 8;
    var data = part.weight().data();
    long row = part.weight().at(1, 0);
    for (int i = 0; i < eights && whole > 0; i += 8) {
      addEight(x.numbers, i, data, part.weight().at(i, from), row, whole, sums);
    }
    addDecoded(part, from, whole, eights, x.numbers, sums, 0, w);
    addDecoded(part, from + whole, count - whole, 0, x.numbers, sums, whole, w);
    VectorLinear.write(part, from, count, sums, 0, y, x.first);
  }

  /**
   * Eight inputs go on together, so that sums come and go once for eight. A stream of weights is as
   * long as a strip is wide.
   */
  private static void addEight(
      float[] input, int i, MemorySegment data, long at, long row, int width, float[] sums) {
    var x0 = FloatVector.broadcast(F, input[i]);
    var x1 = FloatVector.broadcast(F, input[i + 1]);
    var x2 = FloatVector.broadcast(F, input[i + 2]);
    var x3 = FloatVector.broadcast(F, input[i + 3]);
    var x4 = FloatVector.broadcast(F, input[i + 4]);
    var x5 = FloatVector.broadcast(F, input[i + 5]);
    var x6 = FloatVector.broadcast(F, input[i + 6]);
    var x7 = FloatVector.broadcast(F, input[i + 7]);
    for (int o = 0; o < width; o += LANES) {
      long p = at + 4L * o;
      var sum = FloatVector.fromArray(F, sums, o);
      sum = x0.fma(FloatVector.fromMemorySegment(F, data, p, LITTLE_ENDIAN), sum);
      sum = x1.fma(FloatVector.fromMemorySegment(F, data, p + row, LITTLE_ENDIAN), sum);
      sum = x2.fma(FloatVector.fromMemorySegment(F, data, p + 2 * row, LITTLE_ENDIAN), sum);
      sum = x3.fma(FloatVector.fromMemorySegment(F, data, p + 3 * row, LITTLE_ENDIAN), sum);
      sum = x4.fma(FloatVector.fromMemorySegment(F, data, p + 4 * row, LITTLE_ENDIAN), sum);
      sum = x5.fma(FloatVector.fromMemorySegment(F, data, p + 5 * row, LITTLE_ENDIAN), sum);
      sum = x6.fma(FloatVector.fromMemorySegment(F, data, p + 6 * row, LITTLE_ENDIAN), sum);
      sum = x7.fma(FloatVector.fromMemorySegment(F, data, p + 7 * row, LITTLE_ENDIAN), sum);
      sum.intoArray(sums, o);
    }
  }

  /** Inputs from {@code first} on, four at a time, their weights decoded first. */
  private static void addDecoded(
      CpuLinear.Part part,
      int from,
      int count,
      int first,
      float[] input,
      float[] sums,
      int at,
      Workspace w) {
    int width = VectorLinear.pad(count);
    float[] rows = w.weights(4 * width);
    int in = part.in();
    for (int i = first; i < in && count > 0; i += 4) {
      int inputs = Math.min(4, in - i);
      for (int j = 0; j < inputs; j++) {
        VectorLoads.decodePadded(part.weight(), i + j, from, count, rows, j * width, 1, w.lanes);
      }
      if (inputs == 4) {
        addFour(input, i, rows, width, sums, at);
      } else {
        for (int j = 0; j < inputs; j++) {
          addOne(input[i + j], rows, j * width, width, sums, at);
        }
      }
    }
  }

  private static void addFour(float[] input, int i, float[] rows, int width, float[] sums, int at) {
    var x0 = FloatVector.broadcast(F, input[i]);
    var x1 = FloatVector.broadcast(F, input[i + 1]);
    var x2 = FloatVector.broadcast(F, input[i + 2]);
    var x3 = FloatVector.broadcast(F, input[i + 3]);
    for (int o = 0; o < width; o += LANES) {
      var sum = x0.fma(FloatVector.fromArray(F, rows, o), FloatVector.fromArray(F, sums, at + o));
      sum = x1.fma(FloatVector.fromArray(F, rows, o + width), sum);
      sum = x2.fma(FloatVector.fromArray(F, rows, o + 2 * width), sum);
      sum = x3.fma(FloatVector.fromArray(F, rows, o + 3 * width), sum);
      sum.intoArray(sums, at + o);
    }
  }

  private static void addOne(float input, float[] rows, int from, int width, float[] sums, int at) {
    var x = FloatVector.broadcast(F, input);
    for (int o = 0; o < width; o += LANES) {
      x.fma(FloatVector.fromArray(F, rows, from + o), FloatVector.fromArray(F, sums, at + o))
          .intoArray(sums, at + o);
    }
  }

  /** Eight rows by 32 outputs at a time, the weights of the strip decoded once. */
  static void rows(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int padded = VectorLinear.pad(in);
    int count = to - from;
    float[] panel = w.weights(in * STRIP);
    for (int i = 0; i < in; i++) {
      Arrays.fill(panel, i * STRIP + VectorLinear.pad(count), (i + 1) * STRIP, 0f);
      VectorLoads.decodePadded(part.weight(), i, from, count, panel, i * STRIP, 1, w.lanes);
    }
    float[] sums = w.sums(ROWS * STRIP);
    for (int r = 0; r < x.count; r += ROWS) {
      block(x.numbers, r * padded, panel, in, sums);
      int rows = Math.min(ROWS, x.count - r);
      for (int i = 0; i < rows; i++) {
        VectorLinear.write(part, from, count, sums, i * STRIP, y, x.first + r + i);
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
    var e0 = a0;
    var e1 = a0;
    var f0 = a0;
    var f1 = a0;
    var g0 = a0;
    var g1 = a0;
    var h0 = a0;
    var h1 = a0;
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
      x = FloatVector.broadcast(F, input[q + 4 * LANES]);
      e0 = x.fma(w0, e0);
      e1 = x.fma(w1, e1);
      x = FloatVector.broadcast(F, input[q + 5 * LANES]);
      f0 = x.fma(w0, f0);
      f1 = x.fma(w1, f1);
      x = FloatVector.broadcast(F, input[q + 6 * LANES]);
      g0 = x.fma(w0, g0);
      g1 = x.fma(w1, g1);
      x = FloatVector.broadcast(F, input[q + 7 * LANES]);
      h0 = x.fma(w0, h0);
      h1 = x.fma(w1, h1);
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, LANES);
    b0.intoArray(sums, STRIP);
    b1.intoArray(sums, STRIP + LANES);
    c0.intoArray(sums, 2 * STRIP);
    c1.intoArray(sums, 2 * STRIP + LANES);
    d0.intoArray(sums, 3 * STRIP);
    d1.intoArray(sums, 3 * STRIP + LANES);
    e0.intoArray(sums, 4 * STRIP);
    e1.intoArray(sums, 4 * STRIP + LANES);
    f0.intoArray(sums, 5 * STRIP);
    f1.intoArray(sums, 5 * STRIP + LANES);
    g0.intoArray(sums, 6 * STRIP);
    g1.intoArray(sums, 6 * STRIP + LANES);
    h0.intoArray(sums, 7 * STRIP);
    h1.intoArray(sums, 7 * STRIP + LANES);
  }
}
