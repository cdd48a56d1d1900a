package io.quoth.tokenizers;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * GPT-2's way of writing bytes as printable characters: the printable ones of Latin-1 stand for
 * themselves, the other 68 bytes take the characters from U+0100 on, so that a blank reads {@code
 * Ġ}. From {@code bytes_to_unicode} of GPT-2's encoder.py.
 */
final class ByteAlphabet {
  private static final char[] TO_CHAR = new char[256];
  private static final short[] TO_BYTE = new short[0x144];

  static {
    java.util.Arrays.fill(TO_BYTE, (short) -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
      TO_CHAR[b] = (char) (printable ? b : next++);
      TO_BYTE[TO_CHAR[b]] = (short) b;
    }
  }

  private ByteAlphabet() {}

  /** The character of a byte (0 to 255). */
  static char toChar(int b) {
    return TO_CHAR[b];
  }

  /** The byte of a character, or -1. */
  static int toByte(char c) {
    return c < TO_BYTE.length ? TO_BYTE[c] : -1;
  }

  /** The bytes that a token spells, or its own UTF-8 when it has other characters. */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = toByte(token.charAt(i));
      if (b < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  /** How bytes read. */
  static String text(byte[] bytes) {
    var text = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      text.append(TO_CHAR[b & 0xFF]);
    }
    return text.toString();
  }

  /** What several tokens spell together; bytes that are no UTF-8 become U+FFFD. */
  static String decode(Iterable<String> tokens) {
    var bytes = new ByteArrayOutputStream();
    for (String token : tokens) {
      bytes.writeBytes(bytes(token));
    }
    return Utf8.decode(bytes.toByteArray());
  }
}
