package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops of {@link Limits} on the Vector API. */
final class VectorLimits {
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private VectorLimits() {}

  /** How many floats a vector of this processor holds. */
  static int lanes() {
    return F.length();
  }

  /** The sum of {@code count} ints, read as four streams. */
  static int sum(MemorySegment memory, long offset, int count) {
    int quarter = count / 4;
    long stride = 4L * quarter;
    var a = IntVector.zero(I);
    var b = a;
    var c = a;
    var d = a;
    for (int i = 0; i < quarter; i += I.length()) {
      long at = offset + 4L * i;
      a = a.add(IntVector.fromMemorySegment(I, memory, at, LITTLE_ENDIAN));
      b = b.add(IntVector.fromMemorySegment(I, memory, at + stride, LITTLE_ENDIAN));
      c = c.add(IntVector.fromMemorySegment(I, memory, at + 2 * stride, LITTLE_ENDIAN));
      d = d.add(IntVector.fromMemorySegment(I, memory, at + 3 * stride, LITTLE_ENDIAN));
    }
    return a.add(b).add(c).add(d).reduceLanes(jdk.incubator.vector.VectorOperators.ADD);
  }

  /** Twelve chains of {@code rounds} multiply-adds; returns how many numbers a round has. */
  static int chains(int rounds, float[] into) {
    var x = FloatVector.broadcast(F, 0.999f);
    var y = FloatVector.broadcast(F, 0.001f);
    var a = y;
    var b = y;
    var c = y;
    var d = y;
    var e = y;
    var f = y;
    var g = y;
    var h = y;
    var i = y;
    var j = y;
    var k = y;
    var l = y;
    for (int round = 0; round < rounds; round++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
      k = k.fma(x, y);
      l = l.fma(x, y);
    }
    a.add(b).add(c).add(d).add(e).add(f).intoArray(into, 0);
    g.add(h).add(i).add(j).add(k).add(l).intoArray(into, F.length());
    return 12 * F.length();
  }
}
