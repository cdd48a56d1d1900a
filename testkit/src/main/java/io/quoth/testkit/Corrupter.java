package io.quoth.testkit;

import java.util.Arrays;
import java.util.Random;

/**
 * Damages bytes in the ways files get damaged: cut, lengthened, bits flipped, numbers replaced by
 * extreme ones, stretches doubled or dropped. The same seed does the same damage.
 */
public final class Corrupter {
  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 32,
    1L << 62
  };

  private final Random random;

  /** A corrupter whose damage depends on {@code seed} alone. */
  public Corrupter(long seed) {
    random = new Random(seed);
  }

  /** A damaged copy. It may, rarely, equal the original. */
  public byte[] corrupt(byte[] original) {
    byte[] bytes = original.clone();
    int wounds = 1 + random.nextInt(3);
    for (int i = 0; i < wounds && bytes.length > 0; i++) {
      bytes = wound(bytes);
    }
    return bytes;
  }

  private byte[] wound(byte[] bytes) {
    // Headers and counts stand in front: half of all wounds go there.
    int reach = random.nextBoolean() ? Math.min(bytes.length, 256) : bytes.length;
    int at = random.nextInt(reach);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> {
        long extreme = EXTREMES[random.nextInt(EXTREMES.length)];
        int width = 1 << random.nextInt(4);
        for (int i = 0; i < width && at + i < bytes.length; i++) {
          bytes[at + i] = (byte) (extreme >> 8 * i);
        }
      }
      case 3 -> bytes = Arrays.copyOf(bytes, at);
      case 4 -> {
        int length = bytes.length;
        bytes = Arrays.copyOf(bytes, length + 1 + random.nextInt(64));
        for (int i = length; i < bytes.length; i++) {
          bytes[i] = (byte) random.nextInt();
        }
      }
      case 5 -> {
        int drop = Math.min(1 + random.nextInt(16), bytes.length - at);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - drop);
        System.arraycopy(bytes, at + drop, shorter, at, bytes.length - at - drop);
        bytes = shorter;
      }
      default -> {
        // A digit becomes another, so that JSON stays JSON but says something else.
        for (int i = at; i < bytes.length; i++) {
          if (bytes[i] >= '0' && bytes[i] <= '9') {
            bytes[i] = (byte) ('0' + random.nextInt(10));
            break;
          }
        }
      }
    }
    return bytes;
  }
}
