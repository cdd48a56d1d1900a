package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The pointwise functions of {@link Functions}, operation by operation, on vectors of any width.
 *
 * <p>Each function goes over a short stretch in several passes, one small loop a method: in one
 * loop they would be more than the compiler inlines, and what it does not inline boxes its vectors.
 * For the same reason no loop calls a method of ours.
 */
final class VectorFunctions {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();

  /** Numbers that go through all passes together; they stay in the first-level cache. */
  private static final int STRETCH = 512;

  private VectorFunctions() {}

  /** The function of {@code count} numbers from {@code offset} on, in place. */
  static void apply(
      Nonlinearity function, MemorySegment memory, long offset, int count, Workspace w) {
    float[] x = w.inputs(2 * STRETCH);
    float[] small = w.weights(STRETCH);
    float[] t = w.sums(STRETCH);
    for (int from = 0; from < count; from += STRETCH) {
      int size = Math.min(STRETCH, count - from);
      int padded = (size + WIDTH - 1) / WIDTH * WIDTH;
      MemorySegment.copy(memory, JAVA_FLOAT, offset + 4L * from, x, 0, size);
      Arrays.fill(x, size, padded, 0f);
      switch (function) {
        case SILU -> silu(x, t, padded);
        case GELU -> gelu(x, t, small, padded);
        case GELU_TANH -> geluTanh(x, t, small, padded);
        case RELU -> relu(x, padded);
        case TANH -> tanh(x, 0, t, small, padded);
      }
      MemorySegment.copy(x, 0, memory, JAVA_FLOAT, offset + 4L * from, size);
    }
  }

  /** e^x of whole vectors, in place. */
  static void exp(float[] numbers, int from, int to) {
    for (int i = from; i < to; i += WIDTH) {
      var c =
          FloatVector.fromArray(F, numbers, i)
              .max(FloatVector.broadcast(F, Functions.EXP_MIN))
              .min(FloatVector.broadcast(F, Functions.EXP_MAX));
      var shifted =
          c.fma(
              FloatVector.broadcast(F, Functions.LOG2_E),
              FloatVector.broadcast(F, Functions.ROUNDER));
      var n = shifted.sub(FloatVector.broadcast(F, Functions.ROUNDER));
      var r = n.fma(FloatVector.broadcast(F, -Functions.LN2_HIGH), c);
      r = n.fma(FloatVector.broadcast(F, -Functions.LN2_LOW), r);
      var p = FloatVector.broadcast(F, Functions.EXP_4);
      p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_3));
      p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_2));
      p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_1));
      p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_0));
      p = r.mul(r).fma(p, r).add(FloatVector.broadcast(F, 1f));
      var exponent = shifted.reinterpretAsInts().sub(Functions.ROUNDER_BITS);
      var half = exponent.lanewise(VectorOperators.ASHR, 1);
      var rest = exponent.sub(half);
      p.mul(half.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .mul(rest.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .intoArray(numbers, i);
    }
  }

  private static void silu(float[] x, float[] t, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(F, x, i).neg().intoArray(t, i);
    }
    exp(t, 0, count);
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(F, x, i)
          .div(FloatVector.broadcast(F, 1f).add(FloatVector.fromArray(F, t, i)))
          .intoArray(x, i);
    }
  }

  private static void relu(float[] x, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(F, x, i).max(FloatVector.broadcast(F, 0f)).intoArray(x, i);
    }
  }

  private static void gelu(float[] x, float[] t, float[] small, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(F, x, i)
          .mul(FloatVector.broadcast(F, Functions.SQRT_HALF))
          .intoArray(x, STRETCH + i);
    }
    erf(x, STRETCH, t, small, count);
    gate(x, count);
  }

  private static void geluTanh(float[] x, float[] t, float[] small, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      var v = FloatVector.fromArray(F, x, i);
      FloatVector.broadcast(F, Functions.GELU_CUBE)
          .fma(v.mul(v).mul(v), v)
          .mul(FloatVector.broadcast(F, Functions.GELU_SCALE))
          .intoArray(x, STRETCH + i);
    }
    tanh(x, STRETCH, t, small, count);
    gate(x, count);
  }

  /** x / 2 * (1 + y), y a stretch behind x. */
  private static void gate(float[] x, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.broadcast(F, 0.5f)
          .mul(FloatVector.fromArray(F, x, i))
          .mul(FloatVector.broadcast(F, 1f).add(FloatVector.fromArray(F, x, STRETCH + i)))
          .intoArray(x, i);
    }
  }

  private static void tanh(float[] x, int at, float[] t, float[] small, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      var c =
          FloatVector.fromArray(F, x, at + i)
              .reinterpretAsInts()
              .and(0x7fffffff)
              .reinterpretAsFloats()
              .min(FloatVector.broadcast(F, Functions.TANH_MAX));
      c.add(c).intoArray(t, i);
    }
    exp(t, 0, count);
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.broadcast(F, 1f)
          .sub(
              FloatVector.broadcast(F, 2f)
                  .div(FloatVector.fromArray(F, t, i).add(FloatVector.broadcast(F, 1f))))
          .intoArray(t, i);
    }
    for (int i = 0; i < count; i += WIDTH) {
      var v = FloatVector.fromArray(F, x, at + i);
      var s = v.mul(v);
      var p = FloatVector.broadcast(F, Functions.TANH_5);
      p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_4));
      p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_3));
      p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_2));
      p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_1));
      p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_0));
      p.mul(s).fma(v, v).intoArray(small, i);
    }
    choose(x, at, small, t, Functions.TANH_SMALL, count);
  }

  /** {@code small} where |x| is below the limit, else {@code large} with the sign of x. */
  private static void choose(
      float[] x, int at, float[] small, float[] large, float limit, int count) {
    // As integers: bits of floats that are not negative are ordered as they are.
    for (int i = 0; i < count; i += WIDTH) {
      var bits = FloatVector.fromArray(F, x, at + i).reinterpretAsInts();
      FloatVector.fromArray(F, large, i)
          .reinterpretAsInts()
          .or(bits.and(0x80000000))
          .blend(
              FloatVector.fromArray(F, small, i).reinterpretAsInts(),
              bits.and(0x7fffffff).compare(VectorOperators.LT, Float.floatToRawIntBits(limit)))
          .reinterpretAsFloats()
          .intoArray(x, at + i);
    }
  }

  private static void erf(float[] x, int at, float[] t, float[] small, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      var c =
          FloatVector.fromArray(F, x, at + i)
              .reinterpretAsInts()
              .and(0x7fffffff)
              .reinterpretAsFloats()
              .min(FloatVector.broadcast(F, Functions.ERF_MAX));
      var q = FloatVector.broadcast(F, Functions.ERFC_7);
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_6));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_5));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_4));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_3));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_2));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_1));
      q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_0));
      q.intoArray(t, i);
    }
    exp(t, 0, count);
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.broadcast(F, 1f).sub(FloatVector.fromArray(F, t, i)).intoArray(t, i);
    }
    for (int i = 0; i < count; i += WIDTH) {
      var v = FloatVector.fromArray(F, x, at + i);
      var s = v.mul(v);
      var p = FloatVector.broadcast(F, Functions.ERF_6);
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_5));
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_4));
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_3));
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_2));
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_1));
      p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_0));
      p.fma(v, v).intoArray(small, i);
    }
    choose(x, at, small, t, 1f, count);
  }
}
