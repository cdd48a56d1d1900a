package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What byte-pair encoding begins with: the symbols of a piece, one a character or one a byte, left
 * in a scratch. Immutable.
 */
final class BpeSymbols {
  private final Vocabulary vocabulary;
  private final Bpe.Options options;
  private final int unknown;
  private final int[] fallback = new int[256];
  private final int[] bytes = new int[256];
  private final int[] lastBytes = new int[256];

  BpeSymbols(Vocabulary vocabulary, Bpe.Options options) {
    this.vocabulary = vocabulary;
    this.options = options;
    String token = options.unknownToken();
    unknown = token == null ? -1 : vocabulary.find(token);
    for (int b = 0; b < 256; b++) {
      fallback[b] = vocabulary.find(byteToken(b));
      String character = String.valueOf(ByteAlphabet.toChar(b));
      bytes[b] = vocabulary.find(character);
      lastBytes[b] =
          options.suffix().isEmpty() ? bytes[b] : vocabulary.find(character + options.suffix());
    }
  }

  /** How a byte without a character reads: {@code <0x0A>}. */
  static String byteToken(int b) {
    return "<0x"
        + Character.toUpperCase(Character.forDigit(b >> 4, 16))
        + Character.toUpperCase(Character.forDigit(b & 15, 16))
        + ">";
  }

  /** Whether every unknown character becomes bytes. */
  boolean fallsBack() {
    return options.byteFallback() && Arrays.stream(fallback).allMatch(id -> id >= 0);
  }

  /** Whether a merge begins or ends with what an unknown character becomes. */
  boolean fallbackMerges(MergeTable merges) {
    if (!options.byteFallback()) {
      return false;
    }
    var found = new boolean[1];
    var ids = new java.util.BitSet();
    for (int id : fallback) {
      if (id >= 0) {
        ids.set(id);
      }
    }
    merges.forEach((left, right, _, _) -> found[0] |= ids.get(left) || ids.get(right));
    return found[0];
  }

  /** Whether every character of a part has its token. Without prefix and suffix. */
  boolean knows(char[] chars, int from, int to) {
    for (int i = from; i < to; ) {
      int width = Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
      if (vocabulary.find(chars, i, i + width) < 0) {
        return false;
      }
      i += width;
    }
    return true;
  }

  /** Whether every byte has its token. */
  boolean knowsAllBytes() {
    return Arrays.stream(bytes).allMatch(id -> id >= 0)
        && Arrays.stream(lastBytes).allMatch(id -> id >= 0);
  }

  /** One symbol a byte. */
  int bytes(char[] chars, int from, int to, Scratch scratch) {
    int length = scratch.mapBytes(chars, from, to);
    scratch.reserve(length);
    int[] symbols = scratch.symbols;
    int at = 0;
    for (int i = from; i < to; i++) {
      int c = chars[i];
      if (Character.isHighSurrogate((char) c) && i + 1 < to) {
        c = Character.toCodePoint((char) c, chars[++i]);
      }
      if (c < 0x80) {
        symbols[at++] = bytes[c];
      } else if (c < 0x800) {
        symbols[at++] = bytes[0xC0 | c >> 6];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      } else if (c < 0x10000) {
        symbols[at++] = bytes[0xE0 | c >> 12];
        symbols[at++] = bytes[0x80 | c >> 6 & 0x3F];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      } else {
        symbols[at++] = bytes[0xF0 | c >> 18];
        symbols[at++] = bytes[0x80 | c >> 12 & 0x3F];
        symbols[at++] = bytes[0x80 | c >> 6 & 0x3F];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      }
    }
    Arrays.fill(scratch.lengths, 0, length, 1);
    if (!options.suffix().isEmpty()) {
      int c = chars[to - 1];
      // The low six bits of a low surrogate are those of its code point.
      symbols[length - 1] = lastBytes[c < 0x80 ? c : 0x80 | c & 0x3F];
    }
    return length;
  }

  /** The token that the bytes of a piece spell as a whole, or -1. */
  int wholePiece(char[] chars, int from, int to, Scratch scratch) {
    if (to - from > vocabulary.longest()) {
      return -1;
    }
    char[] spelling = scratch.spelling(3 * (to - from));
    byte[] utf8 = scratch.utf8;
    int n = 0;
    for (int i = from; i < to; ) {
      int c = Character.codePointAt(chars, i, to);
      int length = Utf8.write(c, utf8, 0);
      for (int b = 0; b < length; b++) {
        spelling[n++] = ByteAlphabet.toChar(utf8[b] & 0xFF);
      }
      i += Character.charCount(c);
    }
    return vocabulary.find(spelling, 0, n);
  }

  /**
   * One symbol a character, with prefix and suffix; unknown ones become bytes, the unknown token or
   * nothing. Lengths are in chars when all are known, else in bytes; returns whether all are known.
   */
  boolean characters(char[] chars, int from, int to, Scratch scratch) {
    scratch.reserve(to - from);
    int n = 0;
    for (int i = from; i < to; ) {
      int width = Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
      int id = character(chars, i, width, i == from, i + width == to, scratch);
      if (id < 0) {
        unknownCharacters(chars, from, to, scratch);
        return false;
      }
      scratch.symbols[n] = id;
      scratch.lengths[n++] = width;
      i += width;
    }
    scratch.count = n;
    return true;
  }

  private int character(
      char[] chars, int at, int width, boolean first, boolean last, Scratch scratch) {
    boolean prefixed = !first && !options.prefix().isEmpty();
    boolean suffixed = last && !options.suffix().isEmpty();
    if (!prefixed && !suffixed) {
      return vocabulary.find(chars, at, at + width);
    }
    var text = scratch.text;
    text.setLength(0);
    if (prefixed) {
      text.append(options.prefix());
    }
    text.append(chars, at, width);
    if (suffixed) {
      text.append(options.suffix());
    }
    return vocabulary.find(text);
  }

  /**
   * The slow way of {@link #characters}. A pending unknown is written only at the next known
   * character, so that byte tokens overtake it: the reference's way.
   */
  private void unknownCharacters(char[] chars, int from, int to, Scratch scratch) {
    int n = 0;
    int pending = 0;
    for (int i = from; i < to; ) {
      int width = Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
      int utf8 = width == 2 ? 4 : Utf8.length(chars[i]);
      int id = character(chars, i, width, i == from, i + width == to, scratch);
      if (id >= 0) {
        n = flush(pending, n, scratch);
        pending = 0;
        n = append(id, utf8, n, scratch);
      } else {
        int added =
            options.byteFallback()
                ? appendBytes(chars, i, width, i == from, i + width == to, n, scratch)
                : -1;
        if (added >= 0) {
          n = added;
        } else if (options.unknownToken() != null) {
          if (unknown < 0) {
            throw new BadFileException(
                "the unknown token \""
                    + options.unknownToken()
                    + "\" of the BPE model is not in its vocabulary, and the text has a character"
                    + " that is not there either");
          }
          if (pending > 0 && !options.fuseUnknown()) {
            n = flush(pending, n, scratch);
            pending = 0;
          }
          pending += utf8;
        }
      }
      i += width;
    }
    scratch.count = flush(pending, n, scratch);
  }

  private int flush(int pending, int n, Scratch scratch) {
    return pending > 0 ? append(unknown, pending, n, scratch) : n;
  }

  private static int append(int id, int length, int n, Scratch scratch) {
    scratch.reserve(n + 1);
    scratch.symbols[n] = id;
    scratch.lengths[n] = length;
    return n + 1;
  }

  /** Writes a character as byte tokens; -1 when one of them is missing. */
  private int appendBytes(
      char[] chars, int at, int width, boolean first, boolean last, int n, Scratch scratch) {
    String text =
        (first ? "" : options.prefix())
            + new String(chars, at, width)
            + (last ? options.suffix() : "");
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (fallback[b & 0xFF] < 0) {
        return -1;
      }
    }
    for (byte b : utf8) {
      n = append(fallback[b & 0xFF], 1, n, scratch);
    }
    return n;
  }
}
