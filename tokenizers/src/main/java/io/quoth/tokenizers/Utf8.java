package io.quoth.tokenizers;

/** UTF-8 by hand. */
final class Utf8 {
  private Utf8() {}

  /** Bytes of a code point; 3 for half a surrogate pair. */
  static int length(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  /** Writes the bytes of a code point and returns where they end. */
  static int write(int codePoint, byte[] out, int at) {
    if (codePoint < 0x80) {
      out[at++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      out[at++] = (byte) (0xC0 | codePoint >> 6);
      out[at++] = (byte) (0x80 | codePoint & 0x3F);
    } else if (codePoint < 0x10000) {
      out[at++] = (byte) (0xE0 | codePoint >> 12);
      out[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      out[at++] = (byte) (0x80 | codePoint & 0x3F);
    } else {
      out[at++] = (byte) (0xF0 | codePoint >> 18);
      out[at++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
      out[at++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      out[at++] = (byte) (0x80 | codePoint & 0x3F);
    }
    return at;
  }

  /** The text of bytes, with one U+FFFD for each byte that is part of no character. */
  static void decodeByteWise(byte[] bytes, StringBuilder out) {
    for (int i = 0; i < bytes.length; ) {
      int b = bytes[i] & 0xFF;
      int width = b < 0x80 ? 1 : b < 0xC2 ? 0 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF5 ? 4 : 0;
      String character =
          width == 0 || i + width > bytes.length
              ? "\uFFFD"
              : decode(java.util.Arrays.copyOfRange(bytes, i, i + width));
      boolean good =
          character.codePointCount(0, character.length()) == 1
              && (character.charAt(0) != 0xFFFD
                  || b == 0xEF
                      && width == 3
                      && i + 3 <= bytes.length
                      && (bytes[i + 1] & 0xFF) == 0xBF
                      && (bytes[i + 2] & 0xFF) == 0xBD);
      out.append(good ? character : "\uFFFD");
      i += good ? width : 1;
    }
  }

  /**
   * The text of bytes, with one U+FFFD for each maximal part that cannot be the beginning of a
   * character (Unicode 3.9, "substitution of maximal subparts"; Java's decoder takes whole
   * surrogates for one).
   */
  static String decode(byte[] bytes) {
    int plain = 0;
    while (plain < bytes.length && bytes[plain] >= 0) {
      plain++;
    }
    if (plain == bytes.length) {
      return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }
    var text = new StringBuilder(bytes.length);
    for (int i = 0; i < bytes.length; ) {
      int b = bytes[i++];
      if (b >= 0) {
        text.append((char) b);
        continue;
      }
      b &= 0xFF;
      int more = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
      int c = b & 0x3F >> more;
      boolean good = b >= 0xC2 && b <= 0xF4;
      int low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;
      int high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF;
      for (; good && more > 0; more--) {
        int next = i < bytes.length ? bytes[i] & 0xFF : 0;
        good = next >= low && next <= high;
        if (good) {
          c = c << 6 | next & 0x3F;
          i++;
        }
        low = 0x80;
        high = 0xBF;
      }
      text.appendCodePoint(good ? c : 0xFFFD);
    }
    return text.toString();
  }
}
