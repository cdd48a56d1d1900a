package io.quoth.tokenizers;

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

  static {
    for (int c = 0; c < TABLE.length; c++) {
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

  private static int compute(int c) {
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
