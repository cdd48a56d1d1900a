package io.quoth.tokenizers;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of text on its way through the pipeline, with the place in the original that each of
 * its chars came from.
 *
 * <p>Chars {@code from} (inclusive) to {@code to} (exclusive) of {@code chars} belong to it. While
 * nothing has changed the text, char {@code i} stands at {@code i + shift} of the original; after a
 * change, {@code starts[i]} and {@code ends[i]} give the range of the original, in chars, both
 * halves of a surrogate pair alike. Slices share the arrays, so slicing costs nothing.
 */
final class Text {
  final char[] chars;
  final int from;
  final int to;
  private final int shift;
  private final int @Nullable [] starts;
  private final int @Nullable [] ends;

  private Text(
      char[] chars, int from, int to, int shift, int @Nullable [] starts, int @Nullable [] ends) {
    this.chars = chars;
    this.from = from;
    this.to = to;
    this.shift = shift;
    this.starts = starts;
    this.ends = ends;
  }

  /** A whole text, unchanged; halves of surrogate pairs that stand alone become U+FFFD. */
  static Text of(String original) {
    char[] chars = original.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (Character.isSurrogate(chars[i])) {
        if (Character.isHighSurrogate(chars[i])
            && i + 1 < chars.length
            && Character.isLowSurrogate(chars[i + 1])) {
          i++;
        } else {
          chars[i] = '\uFFFD';
        }
      }
    }
    return new Text(chars, 0, chars.length, 0, null, null);
  }

  /** A changed text: a range of the original for each char. */
  static Text changed(char[] chars, int length, int[] starts, int[] ends) {
    return new Text(chars, 0, length, 0, starts, ends);
  }

  /** The same places with other chars: {@code replaced} has the layout of {@link #chars}. */
  Text withChars(char[] replaced) {
    return new Text(replaced, from, to, shift, starts, ends);
  }

  Text slice(int start, int end) {
    return new Text(chars, start, end, shift, starts, ends);
  }

  boolean isEmpty() {
    return from == to;
  }

  /** What added to a place here gives the place in the original, or -1 where that is not so. */
  int shift() {
    return starts == null ? shift : -1;
  }

  /** Where the range of the char at {@code i} begins in the original. */
  int start(int i) {
    return starts == null ? i + shift : starts[i];
  }

  /** Where the range of the char at {@code i} ends in the original. */
  int end(int i) {
    return ends == null ? i + 1 + shift : ends[i];
  }

  /** The code point that begins at {@code i}. */
  int codePoint(int i) {
    char c = chars[i];
    return Character.isHighSurrogate(c) && i + 1 < to ? Character.toCodePoint(c, chars[i + 1]) : c;
  }

  /** The code point that ends before {@code i}. */
  int codePointBefore(int i) {
    char c = chars[i - 1];
    return Character.isLowSurrogate(c) && i - 2 >= from
        ? Character.toCodePoint(chars[i - 2], c)
        : c;
  }

  @Override
  public String toString() {
    return new String(chars, from, to - from);
  }
}
