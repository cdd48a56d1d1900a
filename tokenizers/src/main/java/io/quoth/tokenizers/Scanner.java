package io.quoth.tokenizers;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Splits by the famous patterns, written out by hand. Each equals its regular expression, which
 * tests prove on random texts; each covers its text without gaps.
 */
enum Scanner {
  /** GPT-2's pattern. */
  GPT2 {
    @Override
    int next(char[] chars, int at, int to) {
      char c = chars[at];
      if (c == '\'') {
        int end = contraction(chars, at, to, false);
        if (end > 0) {
          return end;
        }
      }
      int first = c == ' ' && at + 1 < to ? at + 1 : at;
      int kind = CharClass.at(chars, first, to) & (CharClass.L | CharClass.N | CharClass.S);
      if (kind == CharClass.S) {
        return spaces(chars, at, to);
      }
      return run(chars, first, to, CharClass.L | CharClass.N | CharClass.S, kind);
    }
  },

  /** Llama 3's, also many others': runs of at most three digits. */
  LLAMA3 {
    @Override
    int next(char[] chars, int at, int to) {
      return cl100k(chars, at, to, 3, false);
    }
  },

  /** Qwen 2's: single digits. */
  QWEN2 {
    @Override
    int next(char[] chars, int at, int to) {
      return cl100k(chars, at, to, 1, false);
    }
  },

  /** cl100k's as tiktoken spells it: white space at the end is one piece. */
  CL100K {
    @Override
    int next(char[] chars, int at, int to) {
      return cl100k(chars, at, to, 3, true);
    }
  },

  /** o200k's: words begin where capitals do. */
  O200K {
    @Override
    int next(char[] chars, int at, int to) {
      int kind = CharClass.at(chars, at, to);
      boolean newline = chars[at] == '\r' || chars[at] == '\n';
      int end = -1;
      if (!newline && (kind & (CharClass.L | CharClass.N)) == 0) {
        end = lowerWord(chars, at + width(chars, at, to), to);
      }
      if (end < 0) {
        end = lowerWord(chars, at, to);
      }
      if (end < 0 && !newline && (kind & (CharClass.L | CharClass.N)) == 0) {
        end = upperWord(chars, at + width(chars, at, to), to);
      }
      if (end < 0) {
        end = upperWord(chars, at, to);
      }
      if (end >= 0) {
        int suffix = end < to && chars[end] == '\'' ? contraction(chars, end, to, true) : -1;
        return suffix > 0 ? suffix : end;
      }
      return rest(chars, at, to, kind, 3, true, false);
    }
  };

  private static final String GPT2_PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  private static final String LLAMA3_PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String QWEN2_PATTERN = LLAMA3_PATTERN.replace("{1,3}", "");
  private static final String O200K_PATTERN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final String CL100K_PATTERN =
      "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}++|\\p{N}{1,3}+"
          + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*+|\\s++$|\\s*[\\r\\n]|\\s+(?!\\S)|\\s";

  /** {@link #CL100K}'s as Oniguruma has to be told it. */
  static final String CL100K_ONIGURUMA =
      CL100K_PATTERN.replace("{1,3}+", "{1,3}").replace("\\s++$", "\\s++\\z");

  private static final Map<String, Scanner> BY_PATTERN =
      Map.of(
          GPT2_PATTERN,
          GPT2,
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          GPT2,
          LLAMA3_PATTERN,
          LLAMA3,
          QWEN2_PATTERN,
          QWEN2,
          O200K_PATTERN,
          O200K,
          CL100K_ONIGURUMA,
          CL100K);

  /** The scanner that does what {@code pattern}, with Oniguruma's meaning, does; or null. */
  static @Nullable Scanner of(String pattern) {
    return BY_PATTERN.get(pattern);
  }

  /** The regular expression that this scanner equals; {@link #CL100K}'s is Java's and Rust's. */
  String pattern() {
    return switch (this) {
      case GPT2 -> GPT2_PATTERN;
      case LLAMA3 -> LLAMA3_PATTERN;
      case QWEN2 -> QWEN2_PATTERN;
      case CL100K -> CL100K_PATTERN;
      case O200K -> O200K_PATTERN;
    };
  }

  /** Where the match that begins at {@code at} ends; the text ends at {@code to}. */
  abstract int next(char[] chars, int at, int to);

  /** Cuts every piece. */
  void split(Pieces pieces) {
    pieces.split((chars, from, to, out) -> {
      for (int at = from; at < to; ) {
        int end = next(chars, at, to);
        out.add(at, end);
        at = end;
      }
    });
  }

  private static int cl100k(char[] chars, int at, int to, int digits, boolean wholeEnd) {
    char c = chars[at];
    if (c == '\'') {
      int end = contraction(chars, at, to, true);
      if (end > 0) {
        return end;
      }
    }
    int kind = CharClass.at(chars, at, to);
    if ((kind & CharClass.L) != 0) {
      return run(chars, at, to, CharClass.L, CharClass.L);
    }
    if ((kind & CharClass.N) == 0 && c != '\r' && c != '\n') {
      int second = at + width(chars, at, to);
      if (second < to && (CharClass.at(chars, second, to) & CharClass.L) != 0) {
        return run(chars, second, to, CharClass.L, CharClass.L);
      }
    }
    return rest(chars, at, to, kind, digits, false, wholeEnd);
  }

  /** The alternatives behind the words: numbers, other characters, white space. */
  private static int rest(
      char[] chars, int at, int to, int kind, int digits, boolean slashes, boolean wholeEnd) {
    if ((kind & CharClass.N) != 0) {
      int end = at;
      for (int n = 0; n < digits && end < to; n++) {
        if ((CharClass.at(chars, end, to) & CharClass.N) == 0) {
          break;
        }
        end += width(chars, end, to);
      }
      return end;
    }
    int any = CharClass.L | CharClass.N | CharClass.S;
    int first = chars[at] == ' ' && at + 1 < to ? at + 1 : at;
    if ((CharClass.at(chars, first, to) & any) == 0) {
      int end = run(chars, first, to, any, 0);
      while (end < to
          && (chars[end] == '\r' || chars[end] == '\n' || slashes && chars[end] == '/')) {
        end++;
      }
      return end;
    }
    int end = at;
    int newline = -1;
    while (end < to && (CharClass.at(chars, end, to) & CharClass.S) != 0) {
      if (chars[end] == '\r' || chars[end] == '\n') {
        newline = end;
      }
      end++;
    }
    if (wholeEnd && end == to) {
      return to;
    }
    if (newline >= 0) {
      return newline + 1;
    }
    return end == to || end - at == 1 ? end : end - 1;
  }

  /** White space but for the last one before something else. */
  private static int spaces(char[] chars, int at, int to) {
    int end = run(chars, at, to, CharClass.S, CharClass.S);
    return end == to || end - at == 1 ? end : end - 1;
  }

  /** Where the run of characters that are {@code kind} among {@code mask} ends. */
  private static int run(char[] chars, int at, int to, int mask, int kind) {
    int i = at;
    while (i < to) {
      char c = chars[i];
      if (Character.isSurrogate(c)) {
        if ((CharClass.at(chars, i, to) & mask) != kind) {
          break;
        }
        i += width(chars, i, to);
      } else {
        if ((CharClass.of(c) & mask) != kind) {
          break;
        }
        i++;
      }
    }
    return i;
  }

  private static int width(char[] chars, int at, int to) {
    return Character.isHighSurrogate(chars[at])
            && at + 1 < to
            && Character.isLowSurrogate(chars[at + 1])
        ? 2
        : 1;
  }

  /** Where the contraction that begins with the apostrophe at {@code at} ends, or -1. */
  private static int contraction(char[] chars, int at, int to, boolean anyCase) {
    if (at + 1 >= to) {
      return -1;
    }
    char a = fold(chars[at + 1], anyCase);
    if (a == 's' || a == 't' || a == 'm' || a == 'd') {
      return at + 2;
    }
    if (at + 2 >= to) {
      return -1;
    }
    char b = fold(chars[at + 2], anyCase);
    boolean two = (a == 'r' || a == 'v') && b == 'e' || a == 'l' && b == 'l';
    return two ? at + 3 : -1;
  }

  private static char fold(char c, boolean anyCase) {
    if (!anyCase) {
      return c;
    }
    if (c >= 'A' && c <= 'Z') {
      return (char) (c + 32);
    }
    return c == '\u017F' ? 's' : c; // the long s folds to s
  }

  /**
   * {@code U*W+}: capitals and the like, then small letters; where no small letter follows, the
   * last character of the first run that may also be one. Returns the end, or -1.
   */
  private static int lowerWord(char[] chars, int at, int to) {
    int i = at;
    int both = -1;
    while (i < to) {
      int kind = CharClass.at(chars, i, to);
      if ((kind & CharClass.U) == 0) {
        break;
      }
      int end = i + width(chars, i, to);
      if ((kind & CharClass.W) != 0) {
        both = end;
      }
      i = end;
    }
    int end = run(chars, i, to, CharClass.W, CharClass.W);
    return end > i ? end : both;
  }

  /** {@code U+W*} where {@link #lowerWord} found nothing: the run of capitals, or -1. */
  private static int upperWord(char[] chars, int at, int to) {
    int end = run(chars, at, to, CharClass.U, CharClass.U);
    return end > at ? end : -1;
  }
}
