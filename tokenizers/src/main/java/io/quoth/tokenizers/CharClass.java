package io.quoth.tokenizers;

import java.util.Arrays;

/** Which of the classes that the famous patterns ask for a character is in, as bits. */
final class CharClass {
  /** Letters, L. */
  static final int L = 1;

  /** Numbers, N. */
  static final int N = 2;

  /** White space. */
  static final int S = 4;

  /** Lu, Lt, Lm, Lo, M: what a word may begin with. */
  static final int U = 8;

  /** Ll, Lm, Lo, M: what a word may go on with. */
  static final int W = 16;

  private static final byte[] TABLE = new byte[0x10000];

  /** Stretches of one class, first and last: ideographs, Yi and Hangul syllables, no characters. */
  private static final int[] ALIKE = {
    0x3400, 0x4DBF, 0x4E00, 0x9FFF, 0xA016, 0xA48C, 0xAC00, 0xD7A3, 0xD800, 0xF8FF
  };

  static {
    int from = 0;
    for (int i = 0; i < ALIKE.length; i += 2) {
      fill(from, ALIKE[i]);
      // Most of all characters, and at a start the loop of fill() takes a microsecond for each.
      Arrays.fill(TABLE, ALIKE[i], ALIKE[i + 1] + 1, (byte) compute(ALIKE[i]));
      from = ALIKE[i + 1] + 1;
    }
    fill(from, TABLE.length);
  }

  private static void fill(int from, int to) {
    for (int c = from; c < to; c++) {
      TABLE[c] = (byte) compute(c);
    }
  }

  private CharClass() {}

  static int of(char c) {
    return TABLE[c];
  }

  /** The classes of the code point at {@code i}; the text ends at {@code to}. */
  static int at(char[] chars, int i, int to) {
    char c = chars[i];
    return Character.isSurrogate(c) ? compute(Character.codePointAt(chars, i, to)) : TABLE[c];
  }

  static int compute(int c) {
    int space = Unicode.isWhitespace(c) ? S : 0;
    return space
        | switch (Character.getType(c)) {
          case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> L | U;
          case Character.LOWERCASE_LETTER -> L | W;
          case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> L | U | W;
          case Character.NON_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.COMBINING_SPACING_MARK ->
              U | W;
          case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> N;
          default -> 0;
        };
  }
}
