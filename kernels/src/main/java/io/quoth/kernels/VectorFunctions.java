package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The pointwise functions of {@link Functions}, operation by operation, on vectors of any width.
 */
final class VectorFunctions {
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();

  private VectorFunctions() {}

  static FloatVector exp(FloatVector x) {
    var c = x.max(Functions.EXP_MIN).min(Functions.EXP_MAX);
    var shifted =
        c.fma(
            FloatVector.broadcast(F, Functions.LOG2_E),
            FloatVector.broadcast(F, Functions.ROUNDER));
    var n = shifted.sub(Functions.ROUNDER);
    var r = n.fma(FloatVector.broadcast(F, -Functions.LN2_HIGH), c);
    r = n.fma(FloatVector.broadcast(F, -Functions.LN2_LOW), r);
    var p = FloatVector.broadcast(F, Functions.EXP_4);
    p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_3));
    p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_2));
    p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_1));
    p = p.fma(r, FloatVector.broadcast(F, Functions.EXP_0));
    p = r.mul(r).fma(p, r).add(1f);
    var exponent = shifted.reinterpretAsInts().sub(Functions.ROUNDER_BITS);
    var half = exponent.lanewise(VectorOperators.ASHR, 1);
    return p.mul(power(half)).mul(power(exponent.sub(half)));
  }

  private static FloatVector power(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector tanh(FloatVector x) {
    var t = x.abs();
    var s = x.mul(x);
    var p = FloatVector.broadcast(F, Functions.TANH_5);
    p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_4));
    p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_3));
    p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_2));
    p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_1));
    p = p.fma(s, FloatVector.broadcast(F, Functions.TANH_0));
    var small = p.mul(s).fma(x, x);
    var c = t.min(Functions.TANH_MAX);
    var one = FloatVector.broadcast(F, 1f);
    var large = one.sub(FloatVector.broadcast(F, 2f).div(exp(c.add(c)).add(1f)));
    return copySign(large, x).blend(small, t.compare(VectorOperators.LT, Functions.TANH_SMALL));
  }

  private static FloatVector copySign(FloatVector positive, FloatVector sign) {
    return positive
        .reinterpretAsInts()
        .or(sign.reinterpretAsInts().and(0x80000000))
        .reinterpretAsFloats();
  }

  private static FloatVector erf(FloatVector x) {
    var t = x.abs();
    var s = x.mul(x);
    var p = FloatVector.broadcast(F, Functions.ERF_6);
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_5));
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_4));
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_3));
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_2));
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_1));
    p = p.fma(s, FloatVector.broadcast(F, Functions.ERF_0));
    var small = p.fma(x, x);
    var c = t.min(Functions.ERF_MAX);
    var q = FloatVector.broadcast(F, Functions.ERFC_7);
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_6));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_5));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_4));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_3));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_2));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_1));
    q = q.fma(c, FloatVector.broadcast(F, Functions.ERFC_0));
    var large = FloatVector.broadcast(F, 1f).sub(exp(q));
    return copySign(large, x).blend(small, t.compare(VectorOperators.LT, 1f));
  }

  private static FloatVector silu(FloatVector x) {
    return x.div(exp(x.neg()).add(1f));
  }

  private static FloatVector gelu(FloatVector x) {
    return x.mul(0.5f).mul(erf(x.mul(Functions.SQRT_HALF)).add(1f));
  }

  private static FloatVector geluTanh(FloatVector x) {
    var cube = x.mul(x).mul(x);
    var inner =
        FloatVector.broadcast(F, Functions.GELU_CUBE).fma(cube, x).mul(Functions.GELU_SCALE);
    return x.mul(0.5f).mul(tanh(inner).add(1f));
  }

  /** The function of {@code count} numbers from {@code offset} on, in place. */
  static void apply(Nonlinearity function, MemorySegment memory, long offset, int count) {
    int whole = count - count % WIDTH;
    switch (function) {
      case SILU -> {
        for (int i = 0; i < whole; i += WIDTH) {
          store(silu(load(memory, offset + 4L * i)), memory, offset + 4L * i);
        }
      }
      case GELU -> {
        for (int i = 0; i < whole; i += WIDTH) {
          store(gelu(load(memory, offset + 4L * i)), memory, offset + 4L * i);
        }
      }
      case GELU_TANH -> {
        for (int i = 0; i < whole; i += WIDTH) {
          store(geluTanh(load(memory, offset + 4L * i)), memory, offset + 4L * i);
        }
      }
      case RELU -> {
        for (int i = 0; i < whole; i += WIDTH) {
          store(load(memory, offset + 4L * i).max(0f), memory, offset + 4L * i);
        }
      }
      case TANH -> {
        for (int i = 0; i < whole; i += WIDTH) {
          store(tanh(load(memory, offset + 4L * i)), memory, offset + 4L * i);
        }
      }
    }
    for (int i = whole; i < count; i++) {
      long at = offset + 4L * i;
      float x = memory.get(ValueLayout.JAVA_FLOAT, at);
      memory.set(ValueLayout.JAVA_FLOAT, at, Functions.apply(function, x));
    }
  }

  private static FloatVector load(MemorySegment memory, long offset) {
    return FloatVector.fromMemorySegment(F, memory, offset, LITTLE_ENDIAN);
  }

  private static void store(FloatVector x, MemorySegment memory, long offset) {
    x.intoMemorySegment(memory, offset, LITTLE_ENDIAN);
  }
}
