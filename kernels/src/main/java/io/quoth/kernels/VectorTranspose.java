package io.quoth.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * 16 vectors of 16 numbers turned about: number j of vector i becomes number i of vector j. Each of
 * four steps swaps, between two vectors that are h apart, what lies on the wrong side of h.
 */
final class VectorTranspose {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Numbers between the two halves of the work. */
  static final int BETWEEN = LANES * LANES;

  private static final VectorMask<Float> LOW_8 = low(8);
  private static final VectorMask<Float> LOW_4 = low(4);
  private static final VectorMask<Float> LOW_2 = low(2);
  private static final VectorMask<Float> LOW_1 = low(1);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private VectorTranspose() {}

  private static VectorMask<Float> low(int half) {
    long bits = 0;
    for (int lane = 0; lane < LANES; lane++) {
      bits |= (lane & half) == 0 ? 1L << lane : 0;
    }
    return VectorMask.fromLong(F, bits);
  }

  private static VectorShuffle<Float> swap(int half) {
    return VectorShuffle.fromOp(F, lane -> lane ^ half);
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

  /** Vectors i, i + 4, i + 8, i + 12: the steps of 8 and 4. */
  private static void farHalves(float[] from, int at, int stride, float[] into, int to) {
    var a = FloatVector.fromArray(F, from, at);
    var b = FloatVector.fromArray(F, from, at + stride);
    var c = FloatVector.fromArray(F, from, at + 2 * stride);
    var d = FloatVector.fromArray(F, from, at + 3 * stride);
    var ac = a.blend(c, LOW_8).rearrange(SWAP_8);
    var bd = b.blend(d, LOW_8).rearrange(SWAP_8);
    a = ac.blend(a, LOW_8);
    c = c.blend(ac, LOW_8);
    b = bd.blend(b, LOW_8);
    d = d.blend(bd, LOW_8);
    var ab = a.blend(b, LOW_4).rearrange(SWAP_4);
    var cd = c.blend(d, LOW_4).rearrange(SWAP_4);
    ab.blend(a, LOW_4).intoArray(into, to);
    b.blend(ab, LOW_4).intoArray(into, to + 4 * LANES);
    cd.blend(c, LOW_4).intoArray(into, to + 8 * LANES);
    d.blend(cd, LOW_4).intoArray(into, to + 12 * LANES);
  }

  /** Vectors i to i + 3: the steps of 2 and 1. */
  private static void nearHalves(float[] from, int at, float[] into, int to, int apart) {
    var a = FloatVector.fromArray(F, from, at);
    var b = FloatVector.fromArray(F, from, at + LANES);
    var c = FloatVector.fromArray(F, from, at + 2 * LANES);
    var d = FloatVector.fromArray(F, from, at + 3 * LANES);
    var ac = a.blend(c, LOW_2).rearrange(SWAP_2);
    var bd = b.blend(d, LOW_2).rearrange(SWAP_2);
    a = ac.blend(a, LOW_2);
    c = c.blend(ac, LOW_2);
    b = bd.blend(b, LOW_2);
    d = d.blend(bd, LOW_2);
    var ab = a.blend(b, LOW_1).rearrange(SWAP_1);
    var cd = c.blend(d, LOW_1).rearrange(SWAP_1);
    ab.blend(a, LOW_1).intoArray(into, to);
    b.blend(ab, LOW_1).intoArray(into, to + apart);
    cd.blend(c, LOW_1).intoArray(into, to + 2 * apart);
    d.blend(cd, LOW_1).intoArray(into, to + 3 * apart);
  }
}
