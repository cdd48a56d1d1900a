package io.quoth.tokenizers;

import java.util.Arrays;

/**
 * Builds a changed text and the places its characters came from, by the rules of the reference
 * (tokenizers, {@code NormalizedString::transform_range}): a character that replaces one takes the
 * range of the next original character; one that is added takes the range of the character before,
 * or none at the beginning; what is removed leaves its range to nobody.
 */
final class Rewriter {
  private final Text old;
  private int cursor;
  private char[] chars;
  private int[] starts;
  private int[] ends;
  private int length;

  /** Begins at the first character of {@code old}. */
  Rewriter(Text old) {
    this(old, old.from);
  }

  /** Begins at {@code cursor}; what stands before it is removed. */
  Rewriter(Text old, int cursor) {
    this.old = old;
    this.cursor = cursor;
    int capacity = old.to - old.from + 16;
    chars = new char[capacity];
    starts = new int[capacity];
    ends = new int[capacity];
  }

  /** How many chars were written so far. */
  int length() {
    return length;
  }

  /** Where in the old text the next replaced character stands. */
  int cursor() {
    return cursor;
  }

  /**
   * Writes one character. {@code change} is 1 when it is added, 0 when it replaces one character,
   * -n when it replaces one and n further ones are removed.
   */
  void put(int codePoint, int change) {
    if (change > 0) {
      add(codePoint);
      return;
    }
    int at = Math.min(cursor, old.to - 1);
    if (at < old.from) {
      return;
    }
    int width = Character.isHighSurrogate(old.chars[at]) && at + 1 < old.to ? 2 : 1;
    append(codePoint, old.start(at), old.end(at + width - 1));
    cursor = Math.min(old.to, at + width);
    for (int n = change; n < 0 && cursor < old.to; n++) {
      cursor += Character.isHighSurrogate(old.chars[cursor]) && cursor + 1 < old.to ? 2 : 1;
    }
  }

  /** Writes a character at the place of the one before the cursor. */
  private void add(int codePoint) {
    if (cursor > old.from) {
      int last = cursor - 1;
      int first = Character.isLowSurrogate(old.chars[last]) && last > old.from ? last - 1 : last;
      append(codePoint, old.start(first), old.end(last));
    } else {
      append(codePoint, old.start(old.from), old.start(old.from));
    }
  }

  /** Copies the old text unchanged up to {@code end}. */
  void keep(int end) {
    int n = end - cursor;
    reserve(n);
    System.arraycopy(old.chars, cursor, chars, length, n);
    for (int i = 0; i < n; i++) {
      starts[length + i] = old.start(cursor + i);
      ends[length + i] = old.end(cursor + i);
      // In an unchanged text the halves of a pair know only themselves.
      if (Character.isLowSurrogate(chars[length + i]) && i > 0) {
        starts[length + i] = starts[length + i - 1];
        ends[length + i - 1] = ends[length + i];
      }
    }
    length += n;
    cursor = end;
  }

  /** Leaves out the old text up to {@code end}. */
  void drop(int end) {
    cursor = end;
  }

  /** Puts {@code text} in place of the old text up to {@code end}, all at its last character. */
  void replace(int end, String text) {
    cursor = end;
    text.codePoints().forEach(this::add);
  }

  /** Puts {@code text} before what follows, at the place of the next character. */
  void prepend(String text) {
    int width = Character.isHighSurrogate(old.chars[cursor]) && cursor + 1 < old.to ? 2 : 1;
    int start = old.start(cursor);
    int end = old.end(cursor + width - 1);
    text.codePoints().forEach(c -> append(c, start, end));
  }

  /** The new text. What was not kept or replaced is gone. */
  Text result() {
    return Text.changed(chars, length, starts, ends);
  }

  private void append(int codePoint, int start, int end) {
    reserve(2);
    if (codePoint < 0x10000) {
      chars[length] = (char) codePoint;
      starts[length] = start;
      ends[length++] = end;
    } else {
      chars[length] = Character.highSurrogate(codePoint);
      chars[length + 1] = Character.lowSurrogate(codePoint);
      starts[length] = starts[length + 1] = start;
      ends[length] = ends[length + 1] = end;
      length += 2;
    }
  }

  private void reserve(int more) {
    if (length + more > chars.length) {
      int capacity = Math.max(length + more, chars.length + (chars.length >> 1));
      chars = Arrays.copyOf(chars, capacity);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
    }
  }
}
