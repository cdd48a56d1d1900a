package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * 16 vectors of 16 numbers turned about: number j of vector i becomes number i of vector j. Each of
 * four steps swaps, between two vectors that are h apart, what lies on the wrong side of h.
 *
 * <p>It is written out: where the compiler stops inlining within a method, it boxes the vectors
 * that go to and from what was not inlined.
 */
final class VectorTranspose {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Numbers between the two halves of the work. */
  static final int BETWEEN = LANES * LANES;

  /** For each step: which numbers of a pair of vectors are the new first and the new second. */
  private static final IntVector FIRST_8 = first(8);

  private static final IntVector FIRST_4 = first(4);
  private static final IntVector FIRST_2 = first(2);
  private static final IntVector FIRST_1 = first(1);
  private static final IntVector SECOND_8 = second(8);
  private static final IntVector SECOND_4 = second(4);
  private static final IntVector SECOND_2 = second(2);
  private static final IntVector SECOND_1 = second(1);

  private VectorTranspose() {}

  private static IntVector first(int half) {
    int[] from = new int[LANES];
    Arrays.setAll(from, lane -> (lane & half) == 0 ? lane : LANES + lane - half);
    return IntVector.fromArray(I, from, 0);
  }

  private static IntVector second(int half) {
    int[] from = new int[LANES];
    Arrays.setAll(from, lane -> (lane & half) == 0 ? lane + half : LANES + lane);
    return IntVector.fromArray(I, from, 0);
  }

  /**
   * Turns 16 x 16 numbers.
   *
   * @param from vector i begins at {@code at + i * stride}
   * @param into vector j goes to {@code to + j * apart}
   * @param between has room for {@link #BETWEEN} numbers from {@code room} on
   */
  static void square(
      float[] from,
      int at,
      int stride,
      float[] into,
      int to,
      int apart,
      float[] between,
      int room) {
    for (int i = 0; i < 4; i++) {
      farHalves(from, at + i * stride, 4 * stride, between, room + i * LANES);
    }
    for (int i = 0; i < LANES; i += 4) {
      nearHalves(between, room + i * LANES, into, to + i * apart, apart);
    }
  }

  /** The same from native memory, where places are bytes. */
  static void squareOfMemory(
      MemorySegment from,
      long at,
      long stride,
      float[] into,
      int to,
      int apart,
      float[] between,
      int room) {
    for (int i = 0; i < 4; i++) {
      farHalvesOfMemory(from, at + i * stride, 4 * stride, between, room + i * LANES);
    }
    for (int i = 0; i < LANES; i += 4) {
      nearHalves(between, room + i * LANES, into, to + i * apart, apart);
    }
  }

  /** Vectors i, i + 4, i + 8, i + 12: the steps of 8 and 4. */
  private static void farHalves(float[] from, int at, int stride, float[] into, int to) {
    var a = FloatVector.fromArray(F, from, at).reinterpretAsInts();
    var b = FloatVector.fromArray(F, from, at + stride).reinterpretAsInts();
    var c = FloatVector.fromArray(F, from, at + 2 * stride).reinterpretAsInts();
    var d = FloatVector.fromArray(F, from, at + 3 * stride).reinterpretAsInts();
    var ac = FIRST_8.selectFrom(a, c);
    var ca = SECOND_8.selectFrom(a, c);
    var bd = FIRST_8.selectFrom(b, d);
    var db = SECOND_8.selectFrom(b, d);
    FIRST_4.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to);
    SECOND_4.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to + 4 * LANES);
    FIRST_4.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 8 * LANES);
    SECOND_4.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 12 * LANES);
  }

  /** The same from native memory. */
  private static void farHalvesOfMemory(
      MemorySegment from, long at, long stride, float[] into, int to) {
    var a = IntVector.fromMemorySegment(I, from, at, LITTLE_ENDIAN);
    var b = IntVector.fromMemorySegment(I, from, at + stride, LITTLE_ENDIAN);
    var c = IntVector.fromMemorySegment(I, from, at + 2 * stride, LITTLE_ENDIAN);
    var d = IntVector.fromMemorySegment(I, from, at + 3 * stride, LITTLE_ENDIAN);
    var ac = FIRST_8.selectFrom(a, c);
    var ca = SECOND_8.selectFrom(a, c);
    var bd = FIRST_8.selectFrom(b, d);
    var db = SECOND_8.selectFrom(b, d);
    FIRST_4.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to);
    SECOND_4.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to + 4 * LANES);
    FIRST_4.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 8 * LANES);
    SECOND_4.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 12 * LANES);
  }

  /** Vectors i to i + 3: the steps of 2 and 1. */
  private static void nearHalves(float[] from, int at, float[] into, int to, int apart) {
    var a = FloatVector.fromArray(F, from, at).reinterpretAsInts();
    var b = FloatVector.fromArray(F, from, at + LANES).reinterpretAsInts();
    var c = FloatVector.fromArray(F, from, at + 2 * LANES).reinterpretAsInts();
    var d = FloatVector.fromArray(F, from, at + 3 * LANES).reinterpretAsInts();
    var ac = FIRST_2.selectFrom(a, c);
    var ca = SECOND_2.selectFrom(a, c);
    var bd = FIRST_2.selectFrom(b, d);
    var db = SECOND_2.selectFrom(b, d);
    FIRST_1.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to);
    SECOND_1.selectFrom(ac, bd).reinterpretAsFloats().intoArray(into, to + apart);
    FIRST_1.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 2 * apart);
    SECOND_1.selectFrom(ca, db).reinterpretAsFloats().intoArray(into, to + 3 * apart);
  }
}
