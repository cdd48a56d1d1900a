package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** A linear layer of one row whose weights lie [in, out]: outputs in lanes, a chain each. */
final class VectorInOut {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  private VectorInOut() {}

  /** The sums of a strip stay in the first-level cache while its weights go by. */
  static void linear(
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
}
