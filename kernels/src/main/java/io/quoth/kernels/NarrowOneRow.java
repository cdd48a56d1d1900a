package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of one row with vectors of 128 or 256 bits. Where weights lie [out, in], four rows
 * of them go by at a time, with as many sums for each as there are vectors to 16 lanes; where they
 * lie [in, out], outputs are in lanes, a chain each.
 */
final class NarrowOneRow {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();

  /** Bytes of a vector. */
  private static final long VECTOR = (long) Float.BYTES * WIDTH;

  /** As many numbers of 16 bits as a vector has floats. */
  private static final VectorSpecies<Short> HALF =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Short.SIZE * WIDTH));

  private static final int LANES = Kernels.LANES;

  /** Whether 16 lanes are four vectors, not two. */
  private static final boolean QUARTERS = LANES == 4 * WIDTH;

  /** Rows of weights that go together. */
  private static final int OUTPUTS = 4;

  private NarrowOneRow() {}

  static void outIn(
      CpuLinear.Part part, int from, int count, float[] x, float[] results, Workspace w) {
    var weight = part.weight();
    var type = weight.dtype();
    int in = part.in();
    boolean there = in % LANES == 0 && (type == DType.F32 || type == DType.BF16);
    // Each of the four is a stream of its own, which the processor's prefetching can follow.
    int each = there ? count / OUTPUTS : 0;
    float[] sums = w.sums(OUTPUTS * WIDTH);
    for (int o = 0; o < each; o++) {
      long at = weight.at(from + o, 0);
      long apart = weight.at(each, 0);
      if (type == DType.F32) {
        fourF32(weight.data(), at, apart, x, in, sums);
      } else {
        fourBf16(weight.data(), at, apart, x, in, sums);
      }
      for (int s = 0; s < OUTPUTS; s++) {
        results[s * each + o] = tree(sums, s * WIDTH);
      }
    }
    int padded = NarrowLinear.pad(in, LANES);
    float[] decoded = w.weights(padded);
    Arrays.fill(decoded, in, padded, 0f);
    for (int o = OUTPUTS * each; o < count; o++) {
      weight.decodeCopy(from + o, 0, in, decoded, 0, w);
      dot(decoded, x, padded, sums);
      results[o] = tree(sums, 0);
    }
  }

  /** The rest of the tree, within a vector. */
  private static float tree(float[] sums, int at) {
    for (int half = WIDTH / 2; half > 0; half /= 2) {
      for (int i = at; i < at + half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[at];
  }

  private static void dot(float[] weights, float[] x, int padded, float[] sums) {
    var a = FloatVector.zero(F);
    var b = a;
    var c = a;
    var d = a;
    for (int i = 0; i < padded; i += LANES) {
      a = FloatVector.fromArray(F, weights, i).fma(FloatVector.fromArray(F, x, i), a);
      b =
          FloatVector.fromArray(F, weights, i + WIDTH)
              .fma(FloatVector.fromArray(F, x, i + WIDTH), b);
      if (QUARTERS) {
        c =
            FloatVector.fromArray(F, weights, i + 2 * WIDTH)
                .fma(FloatVector.fromArray(F, x, i + 2 * WIDTH), c);
        d =
            FloatVector.fromArray(F, weights, i + 3 * WIDTH)
                .fma(FloatVector.fromArray(F, x, i + 3 * WIDTH), d);
      }
    }
    (QUARTERS ? a.add(c).add(b.add(d)) : a.add(b)).intoArray(sums, 0);
  }

  private static void fourF32(
      MemorySegment data, long at, long apart, float[] x, int in, float[] sums) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var c3 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var d3 = a0;
    for (int i = 0; i < in; i += LANES) {
      long p = at + 4L * i;
      var v = FloatVector.fromArray(F, x, i);
      a0 = FloatVector.fromMemorySegment(F, data, p, LITTLE_ENDIAN).fma(v, a0);
      b0 = FloatVector.fromMemorySegment(F, data, p + apart, LITTLE_ENDIAN).fma(v, b0);
      c0 = FloatVector.fromMemorySegment(F, data, p + 2 * apart, LITTLE_ENDIAN).fma(v, c0);
      d0 = FloatVector.fromMemorySegment(F, data, p + 3 * apart, LITTLE_ENDIAN).fma(v, d0);
      v = FloatVector.fromArray(F, x, i + WIDTH);
      a1 = FloatVector.fromMemorySegment(F, data, p + VECTOR, LITTLE_ENDIAN).fma(v, a1);
      b1 = FloatVector.fromMemorySegment(F, data, p + apart + VECTOR, LITTLE_ENDIAN).fma(v, b1);
      c1 = FloatVector.fromMemorySegment(F, data, p + 2 * apart + VECTOR, LITTLE_ENDIAN).fma(v, c1);
      d1 = FloatVector.fromMemorySegment(F, data, p + 3 * apart + VECTOR, LITTLE_ENDIAN).fma(v, d1);
      if (QUARTERS) {
        v = FloatVector.fromArray(F, x, i + 2 * WIDTH);
        a2 = FloatVector.fromMemorySegment(F, data, p + 2 * VECTOR, LITTLE_ENDIAN).fma(v, a2);
        b2 =
            FloatVector.fromMemorySegment(F, data, p + apart + 2 * VECTOR, LITTLE_ENDIAN)
                .fma(v, b2);
        c2 =
            FloatVector.fromMemorySegment(F, data, p + 2 * apart + 2 * VECTOR, LITTLE_ENDIAN)
                .fma(v, c2);
        d2 =
            FloatVector.fromMemorySegment(F, data, p + 3 * apart + 2 * VECTOR, LITTLE_ENDIAN)
                .fma(v, d2);
        v = FloatVector.fromArray(F, x, i + 3 * WIDTH);
        a3 = FloatVector.fromMemorySegment(F, data, p + 3 * VECTOR, LITTLE_ENDIAN).fma(v, a3);
        b3 =
            FloatVector.fromMemorySegment(F, data, p + apart + 3 * VECTOR, LITTLE_ENDIAN)
                .fma(v, b3);
        c3 =
            FloatVector.fromMemorySegment(F, data, p + 2 * apart + 3 * VECTOR, LITTLE_ENDIAN)
                .fma(v, c3);
        d3 =
            FloatVector.fromMemorySegment(F, data, p + 3 * apart + 3 * VECTOR, LITTLE_ENDIAN)
                .fma(v, d3);
      }
    }
    (QUARTERS ? a0.add(a2).add(a1.add(a3)) : a0.add(a1)).intoArray(sums, 0);
    (QUARTERS ? b0.add(b2).add(b1.add(b3)) : b0.add(b1)).intoArray(sums, WIDTH);
    (QUARTERS ? c0.add(c2).add(c1.add(c3)) : c0.add(c1)).intoArray(sums, 2 * WIDTH);
    (QUARTERS ? d0.add(d2).add(d1.add(d3)) : d0.add(d1)).intoArray(sums, 3 * WIDTH);
  }

  private static void fourBf16(
      MemorySegment data, long at, long apart, float[] x, int in, float[] sums) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var c3 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var d3 = a0;
    for (int i = 0; i < in; i += LANES) {
      long p = at + 2L * i;
      var v = FloatVector.fromArray(F, x, i);
      a0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, a0);
      b0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p + apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, b0);
      c0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p + 2 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, c0);
      d0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p + 3 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, d0);
      v = FloatVector.fromArray(F, x, i + WIDTH);
      a1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p + VECTOR / 2, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, a1);
      b1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, p + apart + VECTOR / 2, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, b1);
      c1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          HALF, data, p + 2 * apart + VECTOR / 2, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, c1);
      d1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(
                          HALF, data, p + 3 * apart + VECTOR / 2, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(v, d1);
      if (QUARTERS) {
        v = FloatVector.fromArray(F, x, i + 2 * WIDTH);
        a2 =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALF, data, p + 2 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, a2);
        b2 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + apart + 2 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, b2);
        c2 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + 2 * apart + 2 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, c2);
        d2 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + 3 * apart + 2 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, d2);
        v = FloatVector.fromArray(F, x, i + 3 * WIDTH);
        a3 =
            ((IntVector)
                    ShortVector.fromMemorySegment(HALF, data, p + 3 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, a3);
        b3 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + apart + 3 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, b3);
        c3 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + 2 * apart + 3 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, c3);
        d3 =
            ((IntVector)
                    ShortVector.fromMemorySegment(
                            HALF, data, p + 3 * apart + 3 * VECTOR / 2, LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
                .lanewise(VectorOperators.LSHL, 16)
                .reinterpretAsFloats()
                .fma(v, d3);
      }
    }
    (QUARTERS ? a0.add(a2).add(a1.add(a3)) : a0.add(a1)).intoArray(sums, 0);
    (QUARTERS ? b0.add(b2).add(b1.add(b3)) : b0.add(b1)).intoArray(sums, WIDTH);
    (QUARTERS ? c0.add(c2).add(c1.add(c3)) : c0.add(c1)).intoArray(sums, 2 * WIDTH);
    (QUARTERS ? d0.add(d2).add(d1.add(d3)) : d0.add(d1)).intoArray(sums, 3 * WIDTH);
  }

  /** Four inputs go on together, so that sums come and go once for four. */
  static void inOut(
      CpuLinear.Part part, int from, int count, float[] x, float[] results, Workspace w) {
    int width = NarrowLinear.pad(count, WIDTH);
    float[] sums = w.sums(width);
    Arrays.fill(sums, 0, width, 0f);
    float[] rows = w.weights(4 * width);
    for (int i = 0; i < part.in(); i += 4) {
      int inputs = Math.min(4, part.in() - i);
      for (int j = 0; j < inputs; j++) {
        part.weight().decodeCopy(i + j, from, count, rows, j * width, w);
      }
      if (inputs == 4) {
        addFour(x, i, rows, width, sums);
      } else {
        for (int j = 0; j < inputs; j++) {
          addOne(x[i + j], rows, j * width, width, sums);
        }
      }
    }
    System.arraycopy(sums, 0, results, 0, count);
  }

  private static void addFour(float[] x, int i, float[] rows, int width, float[] sums) {
    var x0 = FloatVector.broadcast(F, x[i]);
    var x1 = FloatVector.broadcast(F, x[i + 1]);
    var x2 = FloatVector.broadcast(F, x[i + 2]);
    var x3 = FloatVector.broadcast(F, x[i + 3]);
    for (int o = 0; o < width; o += WIDTH) {
      var sum = x0.fma(FloatVector.fromArray(F, rows, o), FloatVector.fromArray(F, sums, o));
      sum = x1.fma(FloatVector.fromArray(F, rows, o + width), sum);
      sum = x2.fma(FloatVector.fromArray(F, rows, o + 2 * width), sum);
      sum = x3.fma(FloatVector.fromArray(F, rows, o + 3 * width), sum);
      sum.intoArray(sums, o);
    }
  }

  private static void addOne(float input, float[] rows, int from, int width, float[] sums) {
    var x = FloatVector.broadcast(F, input);
    for (int o = 0; o < width; o += WIDTH) {
      x.fma(FloatVector.fromArray(F, rows, from + o), FloatVector.fromArray(F, sums, o))
          .intoArray(sums, o);
    }
  }
}
