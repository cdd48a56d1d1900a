package io.quoth.tokenizers;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns tokens back into text, a list of strings at a time. Immutable. */
sealed interface Decoder {
  /** The strings that, put together, are the text; or what the next decoder wants. */
  List<String> decode(List<String> tokens);

  /** What the reference takes out of a decoded text, and puts instead, in its order. */
  List<String> TIDY =
      List.of(
          " .", ".", " ?", "?", " !", "!", " ,", ",", " ' ", "'", " n't", "n't", " 'm", "'m", " 's",
          "'s", " 've", "'ve", " 're", "'re");

  /** A decoder that takes the blanks before English punctuation away once all is decoded. */
  static Decoder tidied(Decoder decoder) {
    var parts = new ArrayList<Decoder>();
    parts.add(decoder);
    parts.add(new Fuse());
    for (int i = 0; i < TIDY.size(); i += 2) {
      parts.add(new Replace(new Matches.Literal(TIDY.get(i)), TIDY.get(i + 1)));
    }
    return new Sequence(parts);
  }

  /** What {@link #tidied} made a tidy one of; any other as it is. */
  static @Nullable Decoder untidied(@Nullable Decoder decoder) {
    return decoder instanceof Sequence(List<Decoder> parts)
            && parts.size() == 2 + TIDY.size() / 2
            && tidied(parts.get(0)).equals(decoder)
        ? parts.get(0)
        : decoder;
  }

  /** One after the other. */
  record Sequence(List<Decoder> parts) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      for (Decoder part : parts) {
        tokens = part.decode(tokens);
      }
      return tokens;
    }
  }

  /** A suffix becomes a blank, in the last token nothing. */
  record BpeSuffix(String suffix) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var out = new ArrayList<String>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        out.add(tokens.get(i).replace(suffix, i + 1 == tokens.size() ? "" : " "));
      }
      return out;
    }
  }

  /** Printable characters back to bytes, all tokens together. */
  record ByteLevel() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      return List.of(ByteAlphabet.decode(tokens));
    }
  }

  /** Runs of {@code <0xHH>} back to text; each byte of a run that is no UTF-8 becomes U+FFFD. */
  record ByteFallback() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var out = new ArrayList<String>(tokens.size());
      var run = new java.io.ByteArrayOutputStream();
      for (String token : tokens) {
        int b = byteOf(token);
        if (b >= 0) {
          run.write(b);
        } else {
          flush(run, out);
          out.add(token);
        }
      }
      flush(run, out);
      return out;
    }

    /** The byte that a token writes, or -1. The reference's parser takes a plus sign as well. */
    static int byteOf(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
        return -1;
      }
      int high = token.charAt(3) == '+' ? 0 : digit(token.charAt(3));
      int low = digit(token.charAt(4));
      return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    private static int digit(char c) {
      return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static void flush(java.io.ByteArrayOutputStream run, List<String> out) {
      if (run.size() == 0) {
        return;
      }
      try {
        out.add(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(run.toByteArray()))
                .toString());
      } catch (CharacterCodingException e) {
        for (int i = 0; i < run.size(); i++) {
          out.add("\uFFFD");
        }
      }
      run.reset();
    }
  }

  /** All tokens in one. */
  record Fuse() implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      return List.of(String.join("", tokens));
    }
  }

  /** Takes up to so many of a character from the ends of each token. */
  record Strip(int content, int start, int stop) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      return tokens.stream().map(this::strip).toList();
    }

    private String strip(String token) {
      int[] chars = token.codePoints().toArray();
      int from = 0;
      while (from < start && from < chars.length && chars[from] == content) {
        from++;
      }
      int to = chars.length;
      while (chars.length - to < stop && to > from && chars[to - 1] == content) {
        to--;
      }
      return new String(chars, from, to - from);
    }
  }

  /** The mark becomes a blank; in the first token it vanishes, unless none was put there. */
  record Metaspace(char replacement, PreTokenizer.PrependScheme prependScheme) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var out = new ArrayList<String>(tokens.size());
      for (String token : tokens) {
        boolean drops = out.isEmpty() && prependScheme != PreTokenizer.PrependScheme.NEVER;
        out.add(
            drops
                ? token.replace(String.valueOf(replacement), "")
                : token.replace(replacement, ' '));
      }
      return out;
    }
  }

  /** Drops repetitions and padding (connectionist temporal classification). */
  record Ctc(String padToken, String wordDelimiter, boolean cleanup) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var out = new ArrayList<String>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        if (i > 0 && tokens.get(i).equals(tokens.get(i - 1))) {
          continue;
        }
        String token = tokens.get(i).replace(padToken, "");
        if (cleanup) {
          token = WordPiece.cleanup(token).replace(wordDelimiter, " ");
        }
        if (!token.isEmpty()) {
          out.add(token);
        }
      }
      return out;
    }
  }

  /** Tokens without the prefix get a blank in front, but for the first, which stays as it is. */
  record WordPiece(String prefix, boolean cleanup) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var out = new ArrayList<String>(tokens.size());
      for (String token : tokens) {
        String text =
            out.isEmpty()
                ? token
                : token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        out.add(cleanup ? cleanup(text) : text);
      }
      return out;
    }

    /** The reference's rules for English punctuation, in its order. */
    static String cleanup(String text) {
      return text.replace(" .", ".")
          .replace(" ?", "?")
          .replace(" !", "!")
          .replace(" ,", ",")
          .replace(" ' ", "'")
          .replace(" n't", "n't")
          .replace(" 'm", "'m")
          .replace(" do not", " don't")
          .replace(" 's", "'s")
          .replace(" 've", "'ve")
          .replace(" 're", "'re");
    }
  }

  /**
   * SentencePiece's: marks become blanks, the first one of the text vanishes, control pieces say
   * nothing, bytes that are no character become U+FFFD one by one.
   */
  record SentencePiece(
      io.quoth.tokenizers.SentencePiece model,
      String unknownSurface,
      boolean addDummyPrefix,
      boolean removeExtraWhitespaces)
      implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      var text = new StringBuilder();
      var run = new java.io.ByteArrayOutputStream();
      boolean markSeen = false;
      for (String token : tokens) {
        int type = model.type(token);
        int b = type == io.quoth.tokenizers.SentencePiece.BYTE ? ByteFallback.byteOf(token) : -1;
        if (b >= 0) {
          run.write(b);
          continue;
        }
        flush(run, text);
        boolean first = !markSeen && text.isEmpty();
        markSeen = false;
        switch (type) {
          case io.quoth.tokenizers.SentencePiece.CONTROL -> {}
          case io.quoth.tokenizers.SentencePiece.UNKNOWN ->
              text.append(
                  token.equals(model.vocabulary().token(model.unknown())) ? unknownSurface : token);
          default -> {
            boolean mark =
                first && (addDummyPrefix || removeExtraWhitespaces) && token.startsWith(MARK);
            markSeen = mark && !removeExtraWhitespaces;
            text.append((mark ? token.substring(1) : token).replace(MARK, " "));
          }
        }
      }
      flush(run, text);
      return List.of(text.toString());
    }

    private static final String MARK = String.valueOf(io.quoth.tokenizers.SentencePiece.MARK);

    /** Whole characters, and one U+FFFD for each byte that belongs to none. */
    private static void flush(java.io.ByteArrayOutputStream run, StringBuilder text) {
      if (run.size() > 0) {
        Utf8.decodeByteWise(run.toByteArray(), text);
        run.reset();
      }
    }
  }

  /** Replaces a pattern in each token. */
  record Replace(Matches matches, String content) implements Decoder {
    @Override
    public List<String> decode(List<String> tokens) {
      return tokens.stream().map(this::replace).toList();
    }

    private String replace(String token) {
      char[] chars = token.toCharArray();
      var out = new StringBuilder(token.length());
      var end = new int[1];
      matches.find(
          chars,
          0,
          chars.length,
          (start, stop) -> {
            out.append(chars, end[0], start - end[0]).append(content);
            end[0] = stop;
          });
      return out.append(chars, end[0], chars.length - end[0]).toString();
    }
  }
}
