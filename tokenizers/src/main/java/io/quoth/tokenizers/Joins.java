package io.quoth.tokenizers;

/**
 * Between which characters a merge can happen at all: nothing ever joins what lies on both sides of
 * any other place, so that a long piece falls into parts that can be done, and remembered, one by
 * one. Sets of pairs hashed to bits: they may say yes too often, never no. Immutable.
 */
final class Joins {
  private static final int LOG_BITS = 20;

  private final boolean byteLevel;
  private final long[] pairs = new long[1 << LOG_BITS - 6];

  /** By the byte before and the byte behind: small enough to stay near the processor. */
  private final long[] nearest = new long[1 << 16 - 6];

  /**
   * Reads the merges.
   *
   * @param byteLevel whether tokens are bytes as {@link ByteAlphabet} writes them
   */
  Joins(MergeTable merges, Vocabulary vocabulary, boolean byteLevel) {
    this.byteLevel = byteLevel;
    merges.forEach((left, right, _, _) -> {
      String before = vocabulary.token(left);
      String behind = vocabulary.token(right);
      if (before != null && behind != null && !before.isEmpty() && !behind.isEmpty()) {
        if (byteLevel) {
          add(lastBytes(before), firstBytes(behind));
        } else {
          add(before.charAt(before.length() - 1), behind.charAt(0));
        }
      }
    });
  }

  /** Whether something may join the characters before and from {@code at}. */
  boolean at(char[] chars, int at) {
    char before = chars[at - 1];
    char behind = chars[at];
    if (!byteLevel) {
      return Character.isLowSurrogate(behind) || has(before, behind);
    }
    if (Character.isSurrogate(before) || Character.isSurrogate(behind)) {
      return true;
    }
    int last = before < 0x80 ? before : 0x80 | before & 0x3F;
    int first = behind < 0x80 ? behind : behind < 0x800 ? 0xC0 | behind >> 6 : 0xE0 | behind >> 12;
    int near = last << 8 | first;
    return (nearest[near >>> 6] >>> near & 1) != 0 && hasBytes(utf8(before), utf8(behind));
  }

  /** Tokens may end in any bytes of the character before, and begin with any of the one behind. */
  private boolean hasBytes(int before, int behind) {
    for (int b = behind; b != 0; b >>>= 8) {
      if (has(before, b)
          || before > 0xFF && has(before & 0xFF, b)
          || before > 0xFFFF && has(before & 0xFFFF, b)) {
        return true;
      }
    }
    return false;
  }

  private void add(int before, int behind) {
    if (before < 0 || behind < 0) {
      return;
    }
    int bit = bit(before, behind);
    pairs[bit >>> 6] |= 1L << bit;
    int first = behind;
    while (first > 0xFF) {
      first >>>= 8;
    }
    int near = (before & 0xFF) << 8 | first;
    nearest[near >>> 6] |= 1L << near;
  }

  private boolean has(int before, int behind) {
    int bit = bit(before, behind);
    return (pairs[bit >>> 6] >>> bit & 1) != 0;
  }

  private static int bit(int before, int behind) {
    return (before * 0x85EBCA6B + behind) * 0x9E3779B1 >>> 32 - LOG_BITS;
  }

  /** The bytes of a char, one after the other in a number. */
  private static int utf8(char c) {
    if (c < 0x80) {
      return c;
    }
    int low = 0x80 | c & 0x3F;
    return c < 0x800
        ? (0xC0 | c >> 6) << 8 | low
        : (0xE0 | c >> 12) << 16 | (0x80 | c >> 6 & 0x3F) << 8 | low;
  }

  /**
   * The bytes of the last character of a token, as many of them as it has; -1 when the token ends
   * within one, for then nothing joins it at a character's end.
   */
  private static int lastBytes(String token) {
    int bytes = 0;
    for (int n = 1; n <= 4 && n <= token.length(); n++) {
      int b = ByteAlphabet.toByte(token.charAt(token.length() - n));
      if (b < 0) {
        return -1;
      }
      bytes |= n == 4 ? 0 : b << 8 * (n - 1);
      if ((b & 0xC0) != 0x80) {
        int width = b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        return n == width && n < 4 ? bytes : -1;
      }
    }
    return bytes;
  }

  /** The bytes of the first character of a token; -1 when it begins within one. */
  private static int firstBytes(String token) {
    int first = ByteAlphabet.toByte(token.charAt(0));
    int width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0 || (first & 0xC0) == 0x80 || width == 4) {
      return -1;
    }
    int bytes = first;
    for (int i = 1; i < width && i < token.length(); i++) {
      bytes = bytes << 8 | ByteAlphabet.toByte(token.charAt(i)) & 0xFF;
    }
    return bytes;
  }
}
