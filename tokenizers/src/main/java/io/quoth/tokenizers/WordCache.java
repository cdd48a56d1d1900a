package io.quoth.tokenizers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the tokens of short words: a table in which a word has one place and the newer one
 * stays. Entries are immutable with final fields, so threads share the table without locks: the
 * worst that a race does is to lose an entry.
 */
final class WordCache {
  /** Words of more chars are not kept. */
  static final int LONGEST = 48;

  private static final int SLOTS = 1 << 16;

  private final @Nullable Word[] slots = new Word[SLOTS];

  /** A word, its tokens, and where each begins and ends: {@code start << 16 | end} in chars. */
  static final class Word {
    private final char[] chars;
    private final int[] ids;
    private final int[] spans;

    Word(char[] chars, int[] ids, int[] spans) {
      this.chars = chars;
      this.ids = ids;
      this.spans = spans;
    }

    /** Appends the tokens of this word, which stands at {@code from} of {@code text}. */
    void emit(Text text, int from, Tokens out) {
      int n = ids.length;
      int at = out.grow(n);
      int shift = text.shift();
      for (int i = 0; i < n; i++) {
        int span = spans[i];
        int start = from + (span >>> 16);
        int end = from + (span & 0xFFFF);
        out.ids[at + i] = ids[i];
        out.starts[at + i] = shift >= 0 ? start + shift : text.start(start);
        out.ends[at + i] = shift >= 0 ? end + shift : text.end(end - 1);
      }
    }

    private boolean reads(char[] text, int from, int length) {
      if (chars.length != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (chars[i] != text[from + i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** A word of the first {@code count} symbols of the scratch, whose lengths are in chars. */
  static Word word(char[] chars, int from, int to, int count, Scratch scratch) {
    int[] spans = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      spans[i] = at << 16 | end;
      at = end;
    }
    return new Word(
        Arrays.copyOfRange(chars, from, to), Arrays.copyOf(scratch.symbols, count), spans);
  }

  /** The place of a word. */
  static int slot(char[] text, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + text[i];
    }
    hash *= 0x9E3779B1;
    return hash >>> 16;
  }

  @Nullable Word get(int slot, char[] text, int from, int to) {
    Word word = slots[slot];
    return word != null && word.reads(text, from, to - from) ? word : null;
  }

  void put(int slot, Word word) {
    slots[slot] = word;
  }
}
