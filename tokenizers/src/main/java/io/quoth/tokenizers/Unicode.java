package io.quoth.tokenizers;

/** Sets of characters as the reference knows them, where Java's differ. */
final class Unicode {
  private Unicode() {}

  /** The White_Space property. */
  static boolean isWhitespace(int c) {
    return c <= ' ' && (c == ' ' || c >= 9 && c <= 13)
        || c >= 0x85
            && (c == 0x85
                || c == 0xA0
                || c == 0x1680
                || c >= 0x2000 && c <= 0x200A
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000);
  }

  /** Word characters of Unicode's regular expressions (UTS 18 annex C). */
  static boolean isWord(int c) {
    if (c < 0x80) {
      return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
    }
    if (Character.isAlphabetic(c) || c == 0x200C || c == 0x200D) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.CONNECTOR_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** What BERT takes for punctuation: all of ASCII's, and P of an old Unicode. */
  static boolean isPunctuation(int c) {
    if (c < 0x80) {
      return c >= '!' && c <= '/'
          || c >= ':' && c <= '@'
          || c >= '[' && c <= '`'
          || c >= '{' && c <= '~';
    }
    if (c == 0x166D || c == 0x111C9) {
      return true; // they were punctuation once
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          !UnicodeHistory.PUNCTUATION.contains(c);
      default -> false;
    };
  }

  /** Numbers of every kind (N). */
  static boolean isNumeric(int c) {
    if (c < 0x80) {
      return c >= '0' && c <= '9';
    }
    return switch (Character.getType(c)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> c >= 0x11DE0 && c <= 0x11DE9 || c >= 0x16FF4 && c <= 0x16FF6; // newer than the JDK
    };
  }

  /** Marks (M). */
  static boolean isMark(int c) {
    if (c < 0x300) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK ->
          true;
      default -> false;
    };
  }

  /** Nonspacing marks (Mn). */
  static boolean isNonspacingMark(int c) {
    return c >= 0x300 && Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /** Chinese characters by BERT's eight ranges: no kana, no hangul. */
  static boolean isChinese(int c) {
    return c >= 0x3400
        && (c <= 0x4DBF
            || c >= 0x4E00 && c <= 0x9FFF
            || c >= 0xF900 && c <= 0xFAFF
            || c >= 0x20000 && c <= 0x2A6DF
            || c >= 0x2A700 && c <= 0x2B73F
            || c >= 0x2B740 && c <= 0x2B81F
            || c >= 0x2B920 && c <= 0x2CEAF
            || c >= 0x2F800 && c <= 0x2FA1F);
  }

  /** The script of a character, kana as Han, UNKNOWN for the blank and what has none. */
  static Character.UnicodeScript script(int c) {
    if (c == 0x30FC) {
      return Character.UnicodeScript.HAN;
    }
    if (c == ' ' || UnicodeHistory.SCRIPTS.contains(c)) {
      return Character.UnicodeScript.UNKNOWN;
    }
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return script == Character.UnicodeScript.HIRAGANA || script == Character.UnicodeScript.KATAKANA
        ? Character.UnicodeScript.HAN
        : script;
  }

  /** Lower case as the reference knows it. */
  static int lowercase(int c) {
    if (c < 0xA7CE) {
      return Character.toLowerCase(c);
    }
    if (c == 0xA7CE || c == 0xA7D2 || c == 0xA7D4) {
      return c + 1; // these and the next are newer than the JDK
    }
    return c >= 0x16EA0 && c <= 0x16EB8 ? c + 0x1B : Character.toLowerCase(c);
  }

  /** Mn of the old Unicode that BERT's accent stripping uses. */
  static boolean isOldNonspacingMark(int c) {
    return c == 0x1734
        || c == 0x1171E
        || isNonspacingMark(c) && !UnicodeHistory.ACCENTS.contains(c);
  }

  /** M of the old Unicode that {@code StripAccents} uses. */
  static boolean isOldMark(int c) {
    return c == 0x1CF2 || c == 0x1CF3 || isMark(c) && !UnicodeHistory.MARKS.contains(c);
  }

  /** What BERT's clean_text drops: NUL, U+FFFD, control and format characters, private use. */
  static boolean isBertControl(int c) {
    if (c == '\t' || c == '\n' || c == '\r') {
      return false;
    }
    if (c == 0 || c == 0xFFFD) {
      return true;
    }
    if (c >= 0x20 && c < 0x7F) {
      return false;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.PRIVATE_USE -> true;
      case Character.FORMAT -> !UnicodeHistory.CONTROLS.contains(c);
      default -> false;
    };
  }

  /** Characters whose decomposition the reference's Unicode does not have yet. */
  static boolean isUndecomposed(int c, boolean compatible) {
    return compatible
        ? UnicodeHistory.COMPATIBLE.contains(c)
        : UnicodeHistory.CANONICAL.contains(c);
  }
}
