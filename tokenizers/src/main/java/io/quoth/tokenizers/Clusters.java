package io.quoth.tokenizers;

import java.nio.CharBuffer;
import java.util.Arrays;

/** A quick answer to the commonest question about grapheme clusters (UAX 29). */
final class Clusters {
  private Clusters() {}

  /**
   * Whether the character from {@code start} to {@code end} is certainly a cluster of its own: it
   * and the next one are plain letters, digits, blanks or punctuation that join nothing. False when
   * a closer look is needed.
   */
  static boolean endsAt(Text text, int start, int end) {
    return end - start == 1
        && plain(text.chars[start])
        && (end == text.to || isLineEnd(text.chars[end]) || plain(text.chars[end]));
  }

  private static boolean isLineEnd(char c) {
    return c == '\r' || c == '\n';
  }

  private static boolean plain(char c) {
    if (c < 0x300) {
      return !isLineEnd(c);
    }
    if (c >= 0x1100 && c <= 0x11FF // jamo
        || c >= 0xA960 && c <= 0xA97F
        || c >= 0xD7B0 && c <= 0xD7FF
        || c == 0x0E33 // these two count as marks
        || c == 0x0EB3
        || c == 0x0D4E // joins what follows
        || c == 0x3030 // joins by U+200D as emoji do
        || c == 0x303D
        || c == 0x203C
        || c == 0x2049) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.SPACE_SEPARATOR,
          Character.OTHER_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /**
   * The text with plain letters for the code points that have no character: a cluster goes on
   * behind them, where Java's {@code \X} takes them for controls. Only those that Unicode keeps for
   * what is not shown are controls. For marks that the reference knows and this Java may not, the
   * text has other marks.
   */
  static CharSequence forJava(Text text) {
    char[] chars = null;
    for (int i = text.from; i < text.to; ) {
      int c = text.codePoint(i);
      int width = Character.charCount(c);
      if (Character.getType(c) == Character.UNASSIGNED && !isIgnorable(c)) {
        if (chars == null) {
          chars = Arrays.copyOfRange(text.chars, text.from, text.to);
        }
        int other = isNewMark(c) ? width == 1 ? 0x301 : 0x1D167 : width == 1 ? 'a' : 0x10000;
        Character.toChars(other, chars, i - text.from);
      }
      i += width;
    }
    return chars == null
        ? CharBuffer.wrap(text.chars, text.from, text.to - text.from)
        : CharBuffer.wrap(chars);
  }

  /** Marks that came with Unicode 17; Java 25 has the tables of Unicode 16. */
  static boolean isNewMark(int c) {
    return c >= 0x1ACF && c <= 0x1ADD
        || c >= 0x1AE0 && c <= 0x1AEB
        || c >= 0x10EFA && c <= 0x10EFB
        || c >= 0x11B60 && c <= 0x11B67
        || c == 0x1E6E3
        || c == 0x1E6E6
        || c >= 0x1E6EE && c <= 0x1E6EF
        || c == 0x1E6F5;
  }

  private static boolean isIgnorable(int c) {
    return c == 0x2065 || c >= 0xFFF0 && c <= 0xFFF8 || c >= 0xE0000 && c <= 0xE0FFF;
  }
}
