package io.quoth.tensors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * GGML's Q8_0: 32 values as an f16 scale d and 32 signed bytes q; a value is d * q. Follows {@code
 * quantize_row_q8_0_ref} and {@code dequantize_row_q8_0} of ggml-quants.c bit for bit.
 */
public final class Q8Blocks {
  private static final int LENGTH = 32;
  private static final int BYTES = 34;
  private static final ValueLayout.OfShort SCALE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Q8Blocks() {}

  /**
   * A tensor of f32 as Q8_0, in memory of its own.
   *
   * @param tensor rows are whole blocks of 32
   */
  public static Tensor quantise(Tensor tensor, Arena arena) {
    if (tensor.dtype() != DType.F32
        || tensor.rank() == 0
        || tensor.size(tensor.rank() - 1) % LENGTH != 0) {
      throw new IllegalArgumentException(tensor + " cannot become Q8_0: f32 in rows of 32s can");
    }
    MemorySegment from = tensor.data();
    MemorySegment to = arena.allocate(DType.Q8_0.bytes(tensor.count()));
    float[] values = new float[LENGTH];
    for (long block = 0; block < tensor.count() / LENGTH; block++) {
      for (int i = 0; i < LENGTH; i++) {
        values[i] = from.get(FLOAT, (block * LENGTH + i) * Float.BYTES);
      }
      quantise(values, to, block * BYTES);
    }
    return new Tensor(tensor.name(), DType.Q8_0, tensor.shape(), to);
  }

  private static void quantise(float[] values, MemorySegment to, long at) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    float d = largest / 127;
    float inverse = d == 0 ? 0 : 1 / d;
    to.set(SCALE, at, Float.floatToFloat16(d));
    for (int i = 0; i < LENGTH; i++) {
      float scaled = values[i] * inverse;
      // C's roundf: halves away from zero. Adding 0.5 is exact for magnitudes this small.
      int q = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
      to.set(ValueLayout.JAVA_BYTE, at + 2 + i, (byte) q);
    }
  }

  /**
   * Decodes whole blocks.
   *
   * @param blocks at byte {@code at}, a multiple of 34
   * @param into takes {@code count} values, a multiple of 32, from index {@code index} on
   */
  public static void decode(MemorySegment blocks, long at, float[] into, int index, int count) {
    for (int block = 0; block < count / LENGTH; block++, at += BYTES) {
      float d = Float.float16ToFloat(blocks.get(SCALE, at));
      for (int i = 0; i < LENGTH; i++) {
        into[index + block * LENGTH + i] = d * blocks.get(ValueLayout.JAVA_BYTE, at + 2 + i);
      }
    }
  }
}
