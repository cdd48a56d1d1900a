package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Stored numbers as vectors of f32, each exact. */
final class VectorLoads {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_512;
  private static final VectorSpecies<Byte> B = ByteVector.SPECIES_128;
  private static final VectorSpecies<Short> S = ShortVector.SPECIES_256;

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Bytes that stay in the second-level cache until they are copied. */
  private static final long NEAR = 512 << 10;

  private VectorLoads() {}

  /**
   * Reads rows that are decoded next, for no other reason than that they then lie near. To read and
   * then to copy is faster than to copy at once: what is stored waits in a queue until its line has
   * come, and that queue is much shorter than that of lines which nothing waits for.
   */
  static void bringNear(Matrix weight, int row, int rows, Workspace w) {
    long bytes = rows * weight.at(1, 0);
    if (bytes <= NEAR) {
      int count = (int) (bytes / Integer.BYTES) / (4 * LANES) * (4 * LANES); // whole vectors
      w.read += VectorLimits.sum(weight.data(), weight.at(row, 0), count);
    }
  }

  /** Whole vectors of a row as f32, {@code step} vectors apart; {@code from} is such a vector's. */
  private static void decodeVectors(
      Matrix weight, int row, int from, int whole, float[] into, int at, int step) {
    var data = weight.data();
    long offset = weight.at(row, from);
    switch (weight.dtype()) {
      case F32 -> decodeF32(data, offset, whole, into, at, step);
      case BF16 -> decodeBf16(data, offset, whole, into, at, step);
      case F16 -> decodeF16(data, offset, whole, into, at, step);
      case Q8_0 -> decodeQ8(data, offset, from % 32, whole, into, at, step);
      default -> throw new AssertionError(weight.dtype());
    }
  }

  private static void decodeF32(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector.fromMemorySegment(F, data, offset + 4L * i, LITTLE_ENDIAN)
          .intoArray(into, at + i * step);
    }
  }

  private static void decodeBf16(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      ((IntVector)
              ShortVector.fromMemorySegment(S, data, offset + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.ZERO_EXTEND_S2I, I, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(into, at + i * step);
    }
  }

  private static void decodeF16(
      MemorySegment data, long offset, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      var bits =
          (IntVector)
              ShortVector.fromMemorySegment(S, data, offset + 2L * i, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.S2I, I, 0);
      var sign = bits.and(0x80000000);
      var magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
      // The exponent's bias goes from 15 to 127; infinities and NaN once more; what has exponent 0
      // is made a normal number with a hidden 1 that is then subtracted.
      var normal = magnitude.add(112 << 23);
      var infinite = magnitude.add(224 << 23);
      var tiny = magnitude.add(113 << 23).reinterpretAsFloats().sub(0x1p-14f).reinterpretAsInts();
      normal
          .blend(infinite, magnitude.compare(VectorOperators.GE, 0x1f << 23))
          .blend(tiny, magnitude.compare(VectorOperators.LT, 1 << 23))
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(into, at + i * step);
    }
  }

  /** From number {@code first} of the block at {@code offset} on. */
  private static void decodeQ8(
      MemorySegment data, long offset, int first, int whole, float[] into, int at, int step) {
    for (int i = 0; i < whole; i += LANES) {
      int number = first + i;
      long block = offset + number / 32 * 34L;
      float d = Float.float16ToFloat(data.get(SHORT, block));
      ((FloatVector)
              ByteVector.fromMemorySegment(B, data, block + 2 + number % 32, LITTLE_ENDIAN)
                  .convertShape(VectorOperators.B2F, F, 0))
          .mul(d)
          .intoArray(into, at + i * step);
    }
  }

  /**
   * A stretch of a stored row, {@code step} vectors apart, zeros up to whole vectors behind it.
   *
   * @param tail has room for a vector
   */
  static void decodePadded(
      Matrix weight, int row, int from, int count, float[] into, int at, int step, float[] tail) {
    int whole = count / LANES * LANES;
    decodeVectors(weight, row, from, whole, into, at, step);
    if (whole < count) {
      Arrays.fill(tail, 0f);
      weight.decode(row, from + whole, count - whole, tail, 0);
      System.arraycopy(tail, 0, into, at + whole * step, LANES);
    }
  }

  /** A whole stored row, zeros up to whole vectors behind it. */
  static void decodeRow(Matrix weight, int row, float[] into, int at) {
    int count = weight.columns();
    int whole = count / LANES * LANES;
    if (weight.dtype() == DType.F16) {
      halves(weight.data(), weight.at(row, 0), into, at, whole);
    } else {
      decodeVectors(weight, row, 0, whole, into, at, 1);
    }
    weight.decode(row, whole, count - whole, into, at + whole);
    Arrays.fill(into, at + count, at + VectorLinear.pad(count), 0f);
  }

  /**
   * The compiler makes the processor's own conversion of this loop, twice as fast as {@link
   * #decodeF16}.
   */
  private static void halves(MemorySegment data, long offset, float[] into, int at, int count) {
    for (int i = 0; i < count; i++) {
      into[at + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
    }
  }
}
