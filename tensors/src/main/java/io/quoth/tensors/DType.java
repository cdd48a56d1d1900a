package io.quoth.tensors;

/**
 * What one element, or one block of elements, of a tensor is. All are little-endian. A type whose
 * {@link #blockLength} is above 1 stores that many elements together in {@link #blockBytes} bytes,
 * along the last dimension.
 */
public enum DType {
  /** IEEE 754 single precision. */
  F32(1, 4),
  /** IEEE 754 half precision. */
  F16(1, 2),
  /** The upper half of an f32. */
  BF16(1, 2),
  /** IEEE 754 double precision. */
  F64(1, 8),
  /** Signed integers of 64 bits. */
  I64(1, 8),
  /** Unsigned integers of 64 bits. */
  U64(1, 8),
  /** Signed integers of 32 bits. */
  I32(1, 4),
  /** Unsigned integers of 32 bits. */
  U32(1, 4),
  /** Signed integers of 16 bits. */
  I16(1, 2),
  /** Unsigned integers of 16 bits. */
  U16(1, 2),
  /** Signed integers of 8 bits. */
  I8(1, 1),
  /** Unsigned integers of 8 bits. */
  U8(1, 1),
  /** Truth values, one byte each. */
  BOOL(1, 1),
  /** GGML's Q8_0: an f16 scale d, then 32 signed bytes q; a value is d * q. */
  Q8_0(32, 34);

  private final int blockLength;
  private final int blockBytes;

  DType(int blockLength, int blockBytes) {
    this.blockLength = blockLength;
    this.blockBytes = blockBytes;
  }

  /** Elements stored together. */
  public int blockLength() {
    return blockLength;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Whether elements stand for real numbers, as those of a model do, and not for whole ones. */
  public boolean isReal() {
    return switch (this) {
      case F32, F16, BF16, F64, Q8_0 -> true;
      case I64, U64, I32, U32, I16, U16, I8, U8, BOOL -> false;
    };
  }

  /**
   * Bytes of {@code elements} elements.
   *
   * @throws ArithmeticException when they are no whole number of blocks or overflow a long
   */
  public long bytes(long elements) {
    if (elements % blockLength != 0) {
      throw new ArithmeticException(elements + " elements are no whole blocks of " + this);
    }
    return Math.multiplyExact(elements / blockLength, (long) blockBytes);
  }
}
