package io.quoth.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** The trees over the lanes of 512 bits, many at a time. */
final class VectorTrees {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** For each halving: which lanes come from the second vector, and the lane on the other side. */
  private static final VectorMask<Float> HIGH_8 = high(8);

  private static final VectorMask<Float> HIGH_4 = high(4);
  private static final VectorMask<Float> HIGH_2 = high(2);
  private static final VectorMask<Float> HIGH_1 = high(1);
  private static final VectorShuffle<Float> SWAP_8 = swap(8);
  private static final VectorShuffle<Float> SWAP_4 = swap(4);
  private static final VectorShuffle<Float> SWAP_2 = swap(2);
  private static final VectorShuffle<Float> SWAP_1 = swap(1);

  private VectorTrees() {}

  private static VectorMask<Float> high(int half) {
    long bits = 0;
    for (int lane = 0; lane < LANES; lane++) {
      bits |= (lane & half) != 0 ? 1L << lane : 0;
    }
    return VectorMask.fromLong(F, bits);
  }

  static VectorShuffle<Float> swap(int half) {
    return VectorShuffle.fromOp(F, lane -> lane ^ half);
  }

  /**
   * The trees of vectors that lie one behind the other from {@code from} on; the sum of vector i
   * goes to {@code into + i}. One step of the tree is done for two vectors at once: a's sums stay
   * low, b's go high. It is written out in small methods, since the compiler stops inlining, and
   * then boxes every vector, where a method holds more than some six such steps.
   *
   * @param groups how many times 16 vectors
   */
  static void sum(float[] sums, int from, int groups, int into) {
    for (int g = 0; g < groups; g++) {
      int at = from + g * (LANES * LANES);
      for (int i = 0; i < 4; i++) {
        upperHalvings(sums, at + i * LANES, at + i * LANES);
      }
      lowerHalvings(sums, at, into + g * LANES);
    }
  }

  private static void upperHalvings(float[] sums, int at, int into) {
    var a0 = FloatVector.fromArray(F, sums, at);
    var a4 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    var a8 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    var a12 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    var b0 = a0.blend(a8, HIGH_8).add(a8.blend(a0, HIGH_8).rearrange(SWAP_8));
    var b4 = a4.blend(a12, HIGH_8).add(a12.blend(a4, HIGH_8).rearrange(SWAP_8));
    b0.blend(b4, HIGH_4).add(b4.blend(b0, HIGH_4).rearrange(SWAP_4)).intoArray(sums, into);
  }

  private static void lowerHalvings(float[] sums, int at, int into) {
    var a0 = FloatVector.fromArray(F, sums, at);
    var a1 = FloatVector.fromArray(F, sums, at + LANES);
    var a2 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    var a3 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    var b0 = a0.blend(a2, HIGH_2).add(a2.blend(a0, HIGH_2).rearrange(SWAP_2));
    var b1 = a1.blend(a3, HIGH_2).add(a3.blend(a1, HIGH_2).rearrange(SWAP_2));
    b0.blend(b1, HIGH_1).add(b1.blend(b0, HIGH_1).rearrange(SWAP_1)).intoArray(sums, into);
  }
}
