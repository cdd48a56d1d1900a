package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.List;

/** Cuts a text into the pieces that the model sees one by one. Immutable. */
sealed interface PreTokenizer {
  /** Cuts, and where need be rewrites, the pieces. */
  void apply(Pieces pieces);

  /** One after the other, each on the pieces of the one before. */
  record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      for (PreTokenizer part : parts) {
        part.apply(pieces);
      }
    }
  }

  /** Drops white space, isolates punctuation. */
  record Bert() implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      pieces.split(Bert::split);
    }

    private static void split(char[] chars, int from, int to, Pieces out) {
      int begin = from;
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(chars, i, to);
        int end = i + Character.charCount(c);
        boolean space = Unicode.isWhitespace(c);
        if (space || Unicode.isPunctuation(c)) {
          out.add(begin, i);
          if (!space) {
            out.add(i, end);
          }
          begin = end;
        }
        i = end;
      }
      out.add(begin, to);
    }
  }

  /**
   * GPT-2's: splits by its pattern and writes bytes as printable characters.
   *
   * @param addPrefixSpace puts a blank before a piece that does not begin with one
   * @param trimOffsets read by the post-processor of the same name alone
   */
  record ByteLevel(boolean addPrefixSpace, boolean trimOffsets, boolean useRegex)
      implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      split(pieces);
      pieces.rewrite(ByteLevel::write);
    }

    /** All but the writing of bytes. */
    void split(Pieces pieces) {
      if (addPrefixSpace) {
        prefix(pieces);
      }
      if (useRegex) {
        Scanner.GPT2.split(pieces);
      }
    }

    private static void prefix(Pieces pieces) {
      boolean needed = false;
      for (int i = 0; i < pieces.count(); i++) {
        needed |= pieces.text().chars[pieces.start(i)] != ' ';
      }
      if (needed) {
        pieces.rewrite((text, start, end, out) -> {
          if (text.chars[start] != ' ') {
            out.prepend(" ");
          }
          out.keep(end);
        });
      }
    }

    static void write(Text text, int start, int end, Rewriter out) {
      var utf8 = new byte[4];
      for (int i = start; i < end; ) {
        int c = Character.codePointAt(text.chars, i, end);
        int length = Utf8.write(c, utf8, 0);
        for (int b = 0; b < length; b++) {
          out.put(ByteAlphabet.toChar(utf8[b] & 0xFF), b == 0 ? 0 : 1);
        }
        i += Character.charCount(c);
      }
    }
  }

  /** Words and runs of what is neither word nor white space: {@code \w+|[^\w\s]+}. */
  record Whitespace() implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      pieces.split(Whitespace::split);
    }

    private static void split(char[] chars, int from, int to, Pieces out) {
      int begin = from;
      int kind = 0;
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(chars, i, to);
        int now = Unicode.isWord(c) ? 1 : Unicode.isWhitespace(c) ? 0 : 2;
        if (now != kind) {
          if (kind != 0) {
            out.add(begin, i);
          }
          begin = i;
          kind = now;
        }
        i += Character.charCount(c);
      }
      if (kind != 0) {
        out.add(begin, to);
      }
    }
  }

  /** Drops white space. */
  record WhitespaceSplit() implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      pieces.split(WhitespaceSplit::split);
    }

    private static void split(char[] chars, int from, int to, Pieces out) {
      int begin = from;
      for (int i = from; i < to; i++) {
        if (Unicode.isWhitespace(chars[i])) {
          out.add(begin, i);
          begin = i + 1;
        }
      }
      out.add(begin, to);
    }
  }

  /** Drops one character. */
  record CharDelimiterSplit(int delimiter) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      var literal = new Matches.Literal(Character.toString(delimiter));
      pieces.split((chars, from, to, out) ->
          SplitBehavior.REMOVED.split(literal, false, chars, from, to, out));
    }
  }

  /** Splits off numbers, each digit or runs of them. */
  record Digits(boolean individualDigits) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      pieces.split(this::split);
    }

    private void split(char[] chars, int from, int to, Pieces out) {
      int begin = from;
      boolean before = false;
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(chars, i, to);
        boolean number = Unicode.isNumeric(c);
        if (number != before || number && individualDigits) {
          out.add(begin, i);
          begin = i;
        }
        before = number;
        i += Character.charCount(c);
      }
      out.add(begin, to);
    }
  }

  /** Splits at each punctuation character. */
  record Punctuation(SplitBehavior behavior) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      var punctuation = new Matches.Characters(Unicode::isPunctuation);
      pieces.split(
          (chars, from, to, out) -> behavior.split(punctuation, false, chars, from, to, out));
    }
  }

  /** When {@link Metaspace} puts its mark before a piece. */
  enum PrependScheme {
    FIRST("first"),
    NEVER("never"),
    ALWAYS("always");

    final String spelling;

    PrependScheme(String spelling) {
      this.spelling = spelling;
    }
  }

  /** SentencePiece's: blanks become a mark, and a mark begins each piece. */
  record Metaspace(char replacement, PrependScheme prependScheme, boolean split)
      implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      boolean prepend = false;
      boolean blanks = false;
      Text text = pieces.text();
      for (int i = 0; i < pieces.count(); i++) {
        prepend |= prepends(text, pieces.start(i));
        for (int k = pieces.start(i); k < pieces.end(i) && !blanks; k++) {
          blanks = text.chars[k] == ' ';
        }
      }
      if (prepend) {
        pieces.rewrite((old, start, end, out) -> {
          if (prepends(old, start)) {
            out.prepend(String.valueOf(replacement));
          }
          out.keep(end);
        });
      }
      if (blanks) {
        char[] chars = pieces.text().chars;
        for (int i = 0; i < pieces.count(); i++) {
          for (int k = pieces.start(i); k < pieces.end(i); k++) {
            if (chars[k] == ' ') {
              chars[k] = replacement;
            }
          }
        }
      }
      if (split) {
        pieces.split(this::split);
      }
    }

    /**
     * Whether all that this would do to the pieces is to put a mark in front of each, which a model
     * can do for itself.
     */
    boolean onlyMarks(Pieces pieces) {
      Text text = pieces.text();
      if (!split
          || prependScheme != PrependScheme.ALWAYS
          || text.shift(text.from) == Text.SCATTERED) {
        return false;
      }
      for (int i = 0; i < pieces.count(); i++) {
        for (int k = pieces.start(i); k < pieces.end(i); k++) {
          if (text.chars[k] == ' ' || text.chars[k] == replacement) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean prepends(Text text, int start) {
      boolean there = text.chars[start] == replacement || text.chars[start] == ' ';
      return !there
          && (prependScheme == PrependScheme.ALWAYS
              || prependScheme == PrependScheme.FIRST && text.start(start) == 0);
    }

    private void split(char[] chars, int from, int to, Pieces out) {
      int begin = from;
      for (int i = from; i < to; i++) {
        if (chars[i] == replacement) {
          out.add(begin, i);
          begin = i;
        }
      }
      out.add(begin, to);
    }
  }

  /** Splits at a pattern. */
  record Split(Matches matches, SplitBehavior behavior, boolean invert) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      if (matches instanceof Matches.Regex regex
          && regex.scanner() != null
          && behavior == SplitBehavior.ISOLATED) {
        regex.scanner().split(pieces);
      } else {
        pieces.split(
            (chars, from, to, out) -> behavior.split(matches, invert, chars, from, to, out));
      }
    }
  }

  /** Pieces of so many characters. */
  record FixedLength(int length) implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      if (length == 0) {
        throw new BadFileException("the pre-tokenizer FixedLength has the length 0");
      }
      pieces.split((chars, from, to, out) -> {
        for (int i = from; i < to; ) {
          int end = i;
          for (int n = 0; n < length && end < to; n++) {
            end += Character.charCount(Character.codePointAt(chars, end, to));
          }
          out.add(i, end);
          i = end;
        }
      });
    }
  }

  /** Splits where the script changes; blanks and unknown characters go with what is there. */
  record UnicodeScripts() implements PreTokenizer {
    @Override
    public void apply(Pieces pieces) {
      pieces.split(UnicodeScripts::split);
    }

    /** What stands before the first character with a script is dropped, as the reference does. */
    private static void split(char[] chars, int from, int to, Pieces out) {
      int begin = -1;
      Character.UnicodeScript before = Character.UnicodeScript.UNKNOWN;
      for (int i = from; i < to; ) {
        int c = Character.codePointAt(chars, i, to);
        Character.UnicodeScript script = Unicode.script(c);
        if (script != Character.UnicodeScript.UNKNOWN) {
          if (script != before) {
            if (begin >= 0) {
              out.add(begin, i);
            }
            begin = i;
          }
          before = script;
        }
        i += Character.charCount(c);
      }
      if (begin >= 0) {
        out.add(begin, to);
      }
    }
  }
}
