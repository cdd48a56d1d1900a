package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * One row of inputs times up to 16 rows of weights in each of two or four streams.
 *
 * <p>The rows of a stream lie one behind the other and go by in one loop: what a loop of this kind
 * checks before it begins costs 350 instructions, a fifth of the time if it begins anew for each
 * row. At the end of a row its sum is folded and goes into its lane of the stream's results. It is
 * not stored there, since after a store under a condition the compiler checks the segment in every
 * round; nor is a method of the results called, since the compiler then makes objects of them.
 *
 * <p>What a line of memory costs in instructions decides how many lines are on their way at a time.
 * Two streams are faster than four as long as the inputs stay in the first-level cache.
 *
 * <p>{@code at} is the first stream's place in bytes, {@code apart} the bytes from one stream to
 * the next, {@code in} a multiple of {@link #STEP}. Sums of stream s are {@code results[16 s .. 16
 * s + rows)}; the other lanes mean nothing.
 */
final class VectorStreams {
  /** Numbers of inputs are multiples of this. */
  static final int STEP = 64;

  /** Rows of a stream at a time. */
  static final int ROWS = Kernels.LANES;

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_512;
  private static final VectorSpecies<Short> HALF = ShortVector.SPECIES_256;
  private static final int LANES = Kernels.LANES;

  /** The lane on the other side of each halving. */
  private static final VectorShuffle<Float> SWAP_8 = VectorTrees.swap(8);

  private static final VectorShuffle<Float> SWAP_4 = VectorTrees.swap(4);
  private static final VectorShuffle<Float> SWAP_2 = VectorTrees.swap(2);
  private static final VectorShuffle<Float> SWAP_1 = VectorTrees.swap(1);
  private static final FloatVector LANE_NUMBERS = FloatVector.zero(F).addIndex(1);

  /** Words 0 and 16, 1 and 17, … beside each other: lower and upper halves of 16 numbers. */
  private static final VectorShuffle<Short> INTERLEAVE =
      VectorShuffle.fromOp(S, word -> word % 2 * LANES + word / 2);

  private VectorStreams() {}

  /**
   * Two streams; weights are the second factor, which the processor takes from memory within the
   * multiplication.
   */
  static void twoF32(
      MemorySegment data, long at, long apart, float[] input, int in, int rows, float[] results) {
    var swap8 = SWAP_8;
    var swap4 = SWAP_4;
    var swap2 = SWAP_2;
    var swap1 = SWAP_1;
    var lanes = LANE_NUMBERS;
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var results0 = s0;
    var results1 = s0;
    float row = 0;
    int i = 0;
    int all = rows * in;
    for (int k = 0; k < all; k += 4 * LANES) {
      long o = at + 4L * k;
      long p = o + apart;
      var x = FloatVector.fromArray(F, input, i);
      s0 = x.fma(FloatVector.fromMemorySegment(F, data, o, LITTLE_ENDIAN), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, data, p, LITTLE_ENDIAN), s1);
      x = FloatVector.fromArray(F, input, i + LANES);
      s0 = x.fma(FloatVector.fromMemorySegment(F, data, o + 64, LITTLE_ENDIAN), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, data, p + 64, LITTLE_ENDIAN), s1);
      x = FloatVector.fromArray(F, input, i + 2 * LANES);
      s0 = x.fma(FloatVector.fromMemorySegment(F, data, o + 128, LITTLE_ENDIAN), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, data, p + 128, LITTLE_ENDIAN), s1);
      x = FloatVector.fromArray(F, input, i + 3 * LANES);
      s0 = x.fma(FloatVector.fromMemorySegment(F, data, o + 192, LITTLE_ENDIAN), s0);
      s1 = x.fma(FloatVector.fromMemorySegment(F, data, p + 192, LITTLE_ENDIAN), s1);
      i += 4 * LANES;
      if (i == in) {
        i = 0;
        var others = lanes.compare(VectorOperators.NE, row++);
        s0 = s0.add(s0.rearrange(swap8));
        s1 = s1.add(s1.rearrange(swap8));
        s0 = s0.add(s0.rearrange(swap4));
        s1 = s1.add(s1.rearrange(swap4));
        s0 = s0.add(s0.rearrange(swap2));
        s1 = s1.add(s1.rearrange(swap2));
        s0 = s0.add(s0.rearrange(swap1));
        s1 = s1.add(s1.rearrange(swap1));
        results0 = s0.blend(results0, others);
        results1 = s1.blend(results1, others);
        s0 = FloatVector.zero(F);
        s1 = s0;
      }
    }
    results0.intoArray(results, 0);
    results1.intoArray(results, LANES);
  }

  /** Two streams, 32 numbers at a time. */
  static void twoBf16(
      MemorySegment data, long at, long apart, float[] input, int in, int rows, float[] results) {
    var swap8 = SWAP_8;
    var swap4 = SWAP_4;
    var swap2 = SWAP_2;
    var swap1 = SWAP_1;
    var lanes = LANE_NUMBERS;
    var interleave = INTERLEAVE;
    var upper = IntVector.broadcast(I, 0xffff0000);
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var results0 = s0;
    var results1 = s0;
    float row = 0;
    int i = 0;
    int all = rows * in;
    for (int k = 0; k < all; k += 2 * LANES) {
      long o = at + 2L * k;
      var x = FloatVector.fromArray(F, input, i);
      var next = FloatVector.fromArray(F, input, i + LANES);
      var w =
          ShortVector.fromMemorySegment(S, data, o, LITTLE_ENDIAN)
              .rearrange(interleave)
              .reinterpretAsInts();
      s0 = w.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, s0);
      s0 = w.and(upper).reinterpretAsFloats().fma(next, s0);
      w =
          ShortVector.fromMemorySegment(S, data, o + apart, LITTLE_ENDIAN)
              .rearrange(interleave)
              .reinterpretAsInts();
      s1 = w.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(x, s1);
      s1 = w.and(upper).reinterpretAsFloats().fma(next, s1);
      i += 2 * LANES;
      if (i == in) {
        i = 0;
        var others = lanes.compare(VectorOperators.NE, row++);
        s0 = s0.add(s0.rearrange(swap8));
        s1 = s1.add(s1.rearrange(swap8));
        s0 = s0.add(s0.rearrange(swap4));
        s1 = s1.add(s1.rearrange(swap4));
        s0 = s0.add(s0.rearrange(swap2));
        s1 = s1.add(s1.rearrange(swap2));
        s0 = s0.add(s0.rearrange(swap1));
        s1 = s1.add(s1.rearrange(swap1));
        results0 = s0.blend(results0, others);
        results1 = s1.blend(results1, others);
        s0 = FloatVector.zero(F);
        s1 = s0;
      }
    }
    results0.intoArray(results, 0);
    results1.intoArray(results, LANES);
  }

  /** Four streams. */
  static void fourBf16(
      MemorySegment data, long at, long apart, float[] input, int in, int rows, float[] results) {
    var swap8 = SWAP_8;
    var swap4 = SWAP_4;
    var swap2 = SWAP_2;
    var swap1 = SWAP_1;
    var lanes = LANE_NUMBERS;
    var s0 = FloatVector.zero(F);
    var s1 = s0;
    var s2 = s0;
    var s3 = s0;
    var results0 = s0;
    var results1 = s0;
    var results2 = s0;
    var results3 = s0;
    float row = 0;
    int i = 0;
    int all = rows * in;
    for (int k = 0; k < all; k += 2 * LANES) {
      long o = at + 2L * k;
      var x = FloatVector.fromArray(F, input, i);
      s0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s0);
      s1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s1);
      s2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + 2 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s2);
      s3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + 3 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s3);
      o += 2 * LANES;
      x = FloatVector.fromArray(F, input, i + LANES);
      s0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s0);
      s1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s1);
      s2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + 2 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s2);
      s3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALF, data, o + 3 * apart, LITTLE_ENDIAN)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
              .lanewise(VectorOperators.LSHL, 16)
              .reinterpretAsFloats()
              .fma(x, s3);
      i += 2 * LANES;
      if (i == in) {
        i = 0;
        var others = lanes.compare(VectorOperators.NE, row++);
        s0 = s0.add(s0.rearrange(swap8));
        s1 = s1.add(s1.rearrange(swap8));
        s2 = s2.add(s2.rearrange(swap8));
        s3 = s3.add(s3.rearrange(swap8));
        s0 = s0.add(s0.rearrange(swap4));
        s1 = s1.add(s1.rearrange(swap4));
        s2 = s2.add(s2.rearrange(swap4));
        s3 = s3.add(s3.rearrange(swap4));
        s0 = s0.add(s0.rearrange(swap2));
        s1 = s1.add(s1.rearrange(swap2));
        s2 = s2.add(s2.rearrange(swap2));
        s3 = s3.add(s3.rearrange(swap2));
        s0 = s0.add(s0.rearrange(swap1));
        s1 = s1.add(s1.rearrange(swap1));
        s2 = s2.add(s2.rearrange(swap1));
        s3 = s3.add(s3.rearrange(swap1));
        results0 = s0.blend(results0, others);
        results1 = s1.blend(results1, others);
        results2 = s2.blend(results2, others);
        results3 = s3.blend(results3, others);
        s0 = FloatVector.zero(F);
        s1 = s0;
        s2 = s0;
        s3 = s0;
      }
    }
    results0.intoArray(results, 0);
    results1.intoArray(results, LANES);
    results2.intoArray(results, 2 * LANES);
    results3.intoArray(results, 3 * LANES);
  }
}
