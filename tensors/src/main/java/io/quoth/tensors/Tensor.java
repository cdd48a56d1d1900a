package io.quoth.tensors;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Named numbers of one type and shape, row-major, where they lie: a mapped file, native memory, the
 * heap. Immutable; the bytes live as long as the arena of whoever made it.
 *
 * <p>No alignment is promised: safetensors may put f32 at an odd offset.
 */
public final class Tensor {
  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final @Nullable MemorySegment data;

  /**
   * A tensor over {@code data}, which must be exactly as long as shape and type say.
   *
   * @param name its name in the reference library, for messages
   * @param shape sizes, slowest first; empty for a scalar
   */
  public Tensor(String name, DType dtype, long[] shape, MemorySegment data) {
    this(name, dtype, data, shape.clone());
    if (data.byteSize() != dtype.bytes(count(shape))) {
      throw new IllegalArgumentException(
          name
              + ": "
              + dtype
              + " "
              + Arrays.toString(shape)
              + " over "
              + data.byteSize()
              + " bytes");
    }
  }

  private Tensor(String name, DType dtype, @Nullable MemorySegment data, long[] shape) {
    this.name = name;
    this.dtype = dtype;
    this.shape = shape;
    this.data = data;
  }

  /** A tensor of f32 over an array, which is used and not copied. */
  public static Tensor of(String name, long[] shape, float... values) {
    return new Tensor(name, DType.F32, shape, MemorySegment.ofArray(values));
  }

  /** A tensor without numbers: to plan and to count with. Its {@link #data} cannot be asked for. */
  public static Tensor shapeOnly(String name, DType dtype, long... shape) {
    return new Tensor(name, dtype, null, shape.clone());
  }

  /** The same numbers in another shape of as many elements. */
  public Tensor reshape(long... newShape) {
    if (count(newShape) != count()) {
      throw new IllegalArgumentException(this + " cannot be " + Arrays.toString(newShape));
    }
    return new Tensor(name, dtype, data, newShape.clone());
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The type of its elements. */
  public DType dtype() {
    return dtype;
  }

  /** Its sizes, slowest first. A copy. */
  public long[] shape() {
    return shape.clone();
  }

  /** How many dimensions it has. */
  public int rank() {
    return shape.length;
  }

  /** One size; {@code dimension} counts from 0. */
  public long size(int dimension) {
    return shape[dimension];
  }

  /** How many elements it has. */
  public long count() {
    return count(shape);
  }

  /** Its bytes. */
  public MemorySegment data() {
    if (data == null) {
      throw new IllegalStateException(name + " is a shape without numbers");
    }
    return data;
  }

  /** The product of sizes. */
  static long count(long[] shape) {
    long count = 1;
    for (long size : shape) {
      count = Math.multiplyExact(count, size);
    }
    return count;
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
