package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import io.quoth.tensors.Q8Blocks;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Seeded random numbers as tensors. */
final class Numbers {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

  private final Random random;

  Numbers(long seed) {
    random = new Random(seed);
  }

  float[] floats(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** A random tensor that begins {@code shift} bytes behind an aligned address. */
  Tensor tensor(DType dtype, int shift, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    return tensor(dtype, shift, floats(count), shape);
  }

  static Tensor tensor(DType dtype, int shift, float[] numbers, long... shape) {
    if (dtype == DType.Q8_0) {
      var blocks = Q8Blocks.quantise(Tensor.of("test", shape, numbers), Arena.ofAuto()).data();
      var shifted = Arena.ofAuto().allocate(blocks.byteSize() + shift, 64).asSlice(shift);
      return new Tensor("test", dtype, shape, shifted.copyFrom(blocks));
    }
    long bytes = dtype.bytes(numbers.length);
    var data = Arena.ofAuto().allocate(bytes + shift, 64).asSlice(shift);
    for (int i = 0; i < numbers.length; i++) {
      switch (dtype) {
        case F32 -> data.set(FLOAT, 4L * i, numbers[i]);
        case F16 -> data.set(SHORT, 2L * i, Float.floatToFloat16(numbers[i]));
        case BF16 -> data.set(SHORT, 2L * i, (short) (Float.floatToRawIntBits(numbers[i]) >>> 16));
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
    return new Tensor("test", dtype, shape, data);
  }

  /** The numbers that a tensor holds. */
  static float[] values(Tensor tensor) {
    float[] numbers = new float[(int) tensor.count()];
    if (tensor.dtype() == DType.Q8_0) {
      Q8Blocks.decode(tensor.data(), 0, numbers, 0, numbers.length);
      return numbers;
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (tensor.dtype()) {
            case F32 -> tensor.data().get(FLOAT, 4L * i);
            case F16 -> Float.float16ToFloat(tensor.data().get(SHORT, 2L * i));
            case BF16 -> Float.intBitsToFloat(tensor.data().get(SHORT, 2L * i) << 16);
            default -> throw new IllegalArgumentException(tensor.toString());
          };
    }
    return numbers;
  }
}
