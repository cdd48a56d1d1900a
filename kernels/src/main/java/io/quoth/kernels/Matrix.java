package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.base.BadFileException;
import io.quoth.base.UnsupportedModelException;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * A stored matrix where it lies, row-major, at any alignment.
 *
 * @param data its bytes, native memory
 * @param rows stored rows
 * @param columns numbers a stored row
 */
record Matrix(String name, MemorySegment data, DType dtype, int rows, int columns) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  /** Numbers a block of Q8_0, and its bytes: a factor of f16, then the numbers. */
  private static final int Q8_LENGTH = DType.Q8_0.blockLength();

  private static final int Q8_BYTES = DType.Q8_0.blockBytes();

  /**
   * The matrix of a tensor of two dimensions.
   *
   * @param heap makes native memory of a tensor that lies on the Java heap
   */
  static Matrix of(Tensor tensor, java.lang.foreign.Arena heap) {
    if (tensor.rank() != 2
        || tensor.size(0) > Integer.MAX_VALUE
        || tensor.size(1) > Integer.MAX_VALUE) {
      throw new BadFileException(tensor + ": expected a matrix");
    }
    switch (tensor.dtype()) {
      case F32, F16, BF16 -> {}
      case Q8_0 -> requireWholeBlocks(tensor);
      default ->
          throw new UnsupportedModelException(
              tensor + ": kernels know matrices of type F32, F16, BF16 and Q8_0");
    }
    var data = tensor.data();
    if (!data.isNative()) {
      data = heap.allocate(data.byteSize(), 64).copyFrom(data);
    }
    return new Matrix(
        tensor.name(), unmapped(data), tensor.dtype(), (int) tensor.size(0), (int) tensor.size(1));
  }

  /**
   * The same memory, of the same lifetime, as a segment of the class that those of activations
   * have. The JDK's vectors read any segment by the same lines of code, and where the compiler has
   * seen two classes there it asks in every kernel which it is: up to a quarter of the time. Memory
   * of 2 GiB and more has no such view.
   */
  private static MemorySegment unmapped(MemorySegment data) {
    return data.isMapped() && data.byteSize() <= Integer.MAX_VALUE && data.byteSize() % 2 == 0
        ? MemorySegment.ofBuffer(data.asByteBuffer().asCharBuffer())
        : data;
  }

  /** A row is decoded where it lies, so it must not share a block with the next. */
  private static void requireWholeBlocks(Tensor tensor) {
    if (tensor.size(1) % tensor.dtype().blockLength() != 0) {
      throw new BadFileException(
          tensor + ": rows are no whole blocks of " + tensor.dtype().blockLength());
    }
  }

  /** Bytes before element [row, column], or before the block that holds it. */
  long at(int row, int column) {
    return ((long) row * columns + column) / dtype.blockLength() * dtype.blockBytes();
  }

  /** Numbers [row, from .. from + count) as f32: exactly, or as d * q, rounded once. */
  void decode(int row, int from, int count, float[] into, int at) {
    long offset = at(row, from);
    switch (dtype) {
      case F32 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = data.get(FLOAT, offset + 4L * i);
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(data.get(SHORT, offset + 2L * i) << 16);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.float16ToFloat(data.get(SHORT, offset + 2L * i));
        }
      }
      case Q8_0 -> {
        for (int i = 0; i < count; i++) {
          long block = at(row, from + i);
          float d = Float.float16ToFloat(data.get(SHORT, block));
          into[at + i] = d * data.get(ValueLayout.JAVA_BYTE, block + 2 + (from + i) % 32);
        }
      }
      default -> throw new AssertionError(dtype);
    }
  }

  /**
   * As {@link #decode}, of a copy: to read numbers one by one where they lie takes a dozen calls
   * for each until the compiler has come to it.
   */
  void decodeCopy(int row, int from, int count, float[] into, int at, Workspace w) {
    long offset = at(row, from);
    switch (dtype) {
      case F32 -> MemorySegment.copy(data, FLOAT, offset, into, at, count);
      case BF16 -> {
        short[] halves = w.halves(count);
        MemorySegment.copy(data, SHORT, offset, halves, 0, count);
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.intBitsToFloat(halves[i] << 16);
        }
      }
      case F16 -> {
        short[] halves = w.halves(count);
        MemorySegment.copy(data, SHORT, offset, halves, 0, count);
        for (int i = 0; i < count; i++) {
          into[at + i] = Float.float16ToFloat(halves[i]);
        }
      }
      case Q8_0 -> decodeBlocks(offset, from % Q8_LENGTH, count, into, at, w);
      default -> throw new AssertionError(dtype);
    }
  }

  /** Numbers {@code first} to {@code first + count} of the blocks from {@code offset} on. */
  private void decodeBlocks(long offset, int first, int count, float[] into, int at, Workspace w) {
    int blocks = (first + count + Q8_LENGTH - 1) / Q8_LENGTH;
    byte[] bytes = w.bytes(blocks * Q8_BYTES);
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, bytes, 0, blocks * Q8_BYTES);
    for (int b = 0; b < blocks; b++) {
      int block = b * Q8_BYTES;
      float d = Float.float16ToFloat((short) (bytes[block] & 0xff | bytes[block + 1] << 8));
      int shift = b * Q8_LENGTH - first;
      int to = Math.min(count, shift + Q8_LENGTH);
      for (int i = Math.max(0, shift); i < to; i++) {
        into[at + i] = d * bytes[block + 2 + i - shift];
      }
    }
  }

  /** A tensor of one dimension as plain numbers; null stays null. */
  static float @Nullable [] vector(@Nullable Tensor tensor, int size) {
    if (tensor == null) {
      return null;
    }
    if (tensor.rank() != 1 || tensor.size(0) != size) {
      throw new BadFileException(tensor + ": expected [" + size + "]");
    }
    switch (tensor.dtype()) {
      case F32, F16, BF16 -> {}
      default ->
          throw new UnsupportedModelException(
              tensor + ": kernels know vectors of type F32, F16 and BF16");
    }
    float[] numbers = new float[size];
    new Matrix(tensor.name(), tensor.data(), tensor.dtype(), 1, size)
        .decodeCopy(0, 0, size, numbers, 0, new Workspace());
    return numbers;
  }
}
