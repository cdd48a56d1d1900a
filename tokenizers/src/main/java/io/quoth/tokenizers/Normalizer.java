package io.quoth.tokenizers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes a text before it is cut. Immutable. */
sealed interface Normalizer {
  /** The changed text, or {@code text} itself when there is nothing to change. */
  Text apply(Text text);

  /** One after the other. */
  record Sequence(List<Normalizer> parts) implements Normalizer {
    @Override
    public Text apply(Text text) {
      for (Normalizer part : parts) {
        text = part.apply(text);
      }
      return text;
    }
  }

  /**
   * BERT's.
   *
   * @param stripAccents null to follow {@code lowercase}
   */
  record Bert(
      boolean cleanText,
      boolean handleChineseChars,
      @Nullable Boolean stripAccents,
      boolean lowercase)
      implements Normalizer {
    @Override
    public Text apply(Text text) {
      if (cleanText) {
        text = clean(text);
      }
      if (handleChineseChars) {
        text = spaceChinese(text);
      }
      if (stripAccents == null ? lowercase : stripAccents) {
        text = Characters.filter(UnicodeForm.NFD.apply(text), c -> !Unicode.isOldNonspacingMark(c));
      }
      return lowercase ? Characters.lowercase(text) : text;
    }

    private static Text clean(Text text) {
      return Characters.map(
          Characters.filter(text, c -> !Unicode.isBertControl(c)),
          c -> Unicode.isWhitespace(c) ? ' ' : c);
    }

    private static Text spaceChinese(Text text) {
      if (!Characters.any(text, Unicode::isChinese)) {
        return text;
      }
      var out = new Rewriter(text);
      for (int i = text.from; i < text.to; ) {
        int c = text.codePoint(i);
        if (Unicode.isChinese(c)) {
          out.put(' ', 0);
          out.put(c, 1);
          out.put(' ', 1);
        } else {
          out.put(c, 0);
        }
        i += Character.charCount(c);
      }
      return out.result();
    }
  }

  /** A Unicode normal form. */
  record Form(UnicodeForm form) implements Normalizer {
    @Override
    public Text apply(Text text) {
      return form.apply(text);
    }
  }

  /** Character by character, without regard to what stands beside. */
  record Lowercase() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return Characters.lowercase(text);
    }
  }

  /** Drops marks; does not decompose first. */
  record StripAccents() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return Characters.filter(text, c -> !Unicode.isOldMark(c));
    }
  }

  /** SentencePiece's old rules for control characters and spaces. */
  record Nmt() implements Normalizer {
    @Override
    public Text apply(Text text) {
      return Characters.map(Characters.filter(text, c -> !dropped(c)), c -> space(c) ? ' ' : c);
    }

    private static boolean dropped(int c) {
      return c >= 0x01 && c <= 0x08
          || c == 0x0B
          || c >= 0x0E && c <= 0x1F
          || c == 0x7F
          || c == 0x8F
          || c == 0x9F;
    }

    private static boolean space(int c) {
      return c == 0x09
          || c == 0x0A
          || c == 0x0C
          || c == 0x0D
          || c == 0x1680
          || c >= 0x200B && c <= 0x200F
          || c == 0x2028
          || c == 0x2029
          || c == 0x2581
          || c == 0xFEFF
          || c == 0xFFFD;
    }
  }

  /** Drops white space from the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public Text apply(Text text) {
      int from = text.from;
      int to = text.to;
      while (left && from < to && Unicode.isWhitespace(text.chars[from])) {
        from++;
      }
      while (right && from < to && Unicode.isWhitespace(text.chars[to - 1])) {
        to--;
      }
      return text.slice(from, to);
    }
  }

  /** Puts {@code content} in place of each match. */
  record Replace(Matches matches, String content) implements Normalizer {
    @Override
    public Text apply(Text text) {
      if (matches instanceof Matches.Literal(String literal)
          && literal.length() == 1
          && content.length() == 1) {
        return Characters.replace(text, literal.charAt(0), content.charAt(0));
      }
      var lazy = new Rewriter[1];
      matches.find(
          text.chars,
          text.from,
          text.to,
          (start, end) -> {
            if (lazy[0] == null) {
              lazy[0] = new Rewriter(text);
            }
            lazy[0].keep(start);
            lazy[0].replace(end, content);
          });
      if (lazy[0] == null) {
        return text;
      }
      lazy[0].keep(text.to);
      return lazy[0].result();
    }
  }

  /** Puts text before; nothing before nothing. */
  record Prepend(String text) implements Normalizer {
    @Override
    public Text apply(Text old) {
      if (old.isEmpty() || text.isEmpty()) {
        return old;
      }
      Text longer = old.prepended(text);
      if (longer != null) {
        return longer;
      }
      var out = new Rewriter(old);
      out.prepend(text);
      out.keep(old.to);
      return out.result();
    }
  }

  /** Writes bytes as printable characters. */
  record ByteLevel() implements Normalizer {
    @Override
    public Text apply(Text text) {
      if (text.isEmpty()) {
        return text;
      }
      var out = new Rewriter(text);
      PreTokenizer.ByteLevel.write(text, text.from, text.to, out);
      return out.result();
    }
  }

  /** SentencePiece's own way of asking a map, and of treating blanks. */
  record SentencePiece(
      CharsMap map,
      Trie userDefined,
      boolean addDummyPrefix,
      boolean removeExtraWhitespaces,
      boolean escapeWhitespaces,
      boolean whitespaceAsSuffix)
      implements Normalizer {
    @Override
    public Text apply(Text text) {
      return SentencePieceNormalizer.apply(this, text);
    }
  }

  /** A map of characters to strings compiled into a file, by the reference's way of asking it. */
  record Precompiled(CharsMap map) implements Normalizer {
    @Override
    public Text apply(Text text) {
      return map.applyByCluster(text);
    }
  }
}
