package io.quoth.tokenizers;

import org.jspecify.annotations.Nullable;

/**
 * A stretch of text on its way through the pipeline, with the place in the original that each of
 * its chars came from.
 *
 * <p>Chars {@code from} (inclusive) to {@code to} (exclusive) of {@code chars} belong to it. While
 * nothing has moved, char {@code i} stands at {@code i + shift} of the original, but for a lead put
 * in front, all of which has the range of the first character; otherwise {@code starts[i]} and
 * {@code ends[i]} give the range of the original, in chars, both halves of a surrogate pair alike.
 *
 * <p>The chars are a copy that belongs to the pipeline alone: steps that replace a char by another
 * write it in place. Slices share the arrays, so slicing costs nothing.
 */
final class Text {
  /** What {@link #shift} gives where places do not follow one another. */
  static final int SCATTERED = Integer.MIN_VALUE;

  /** Chars kept free before a text, for what is put in front. */
  private static final int MARGIN = 8;

  static final Text EMPTY = new Text(new char[0], 0, 0, 0, null, null, Lead.NONE);

  final char[] chars;
  final int from;
  final int to;
  private final int shift;
  private final int @Nullable [] starts;
  private final int @Nullable [] ends;
  private final Lead lead;

  /** What stands before char {@code end} was put in front; it has one range of the original. */
  private record Lead(int end, int rangeStart, int rangeEnd) {
    static final Lead NONE = new Lead(0, 0, 0);
  }

  private Text(
      char[] chars,
      int from,
      int to,
      int shift,
      int @Nullable [] starts,
      int @Nullable [] ends,
      Lead lead) {
    this.chars = chars;
    this.from = from;
    this.to = to;
    this.shift = shift;
    this.starts = starts;
    this.ends = ends;
    this.lead = lead;
  }

  /** A whole text, unchanged; halves of surrogate pairs that stand alone become U+FFFD. */
  static Text of(String original) {
    return of(original, new char[original.length() + MARGIN]);
  }

  /** The same in the arrays of a scratch, until its next text. */
  static Text of(String original, Scratch scratch) {
    return of(original, scratch.chars(original.length() + MARGIN));
  }

  private static Text of(String original, char[] chars) {
    int to = MARGIN + original.length();
    original.getChars(0, original.length(), chars, MARGIN);
    for (int i = MARGIN; i < to; i++) {
      if (Character.isSurrogate(chars[i])) {
        if (Character.isHighSurrogate(chars[i])
            && i + 1 < to
            && Character.isLowSurrogate(chars[i + 1])) {
          i++;
        } else {
          chars[i] = '\uFFFD';
        }
      }
    }
    return new Text(chars, MARGIN, to, -MARGIN, null, null, Lead.NONE);
  }

  /** A changed text: a range of the original for each char. */
  static Text changed(char[] chars, int length, int[] starts, int[] ends) {
    return new Text(chars, 0, length, 0, starts, ends, Lead.NONE);
  }

  Text slice(int start, int end) {
    return new Text(chars, start, end, shift, starts, ends, lead);
  }

  /**
   * This text, which is not empty, with another in front that takes the range of its first
   * character; null where there is no room for it.
   */
  @Nullable Text prepended(String front) {
    int begin = from - front.length();
    if (starts != null || from < lead.end || begin < 0) {
      return null;
    }
    front.getChars(0, front.length(), chars, begin);
    return new Text(
        chars, begin, to, shift, null, null, new Lead(from, start(from), characterEnd(from)));
  }

  boolean isEmpty() {
    return from == to;
  }

  /**
   * What, added to a place from {@code i} on, gives the place in the original; {@link #SCATTERED}
   * where that is not so.
   */
  int shift(int i) {
    return starts == null && i >= lead.end ? shift : SCATTERED;
  }

  /** Where the range of the char at {@code i} begins in the original. */
  int start(int i) {
    if (starts != null) {
      return starts[i];
    }
    return i < lead.end ? lead.rangeStart : i + shift;
  }

  /** Where the range of the char at {@code i} ends in the original. */
  int end(int i) {
    if (ends != null) {
      return ends[i];
    }
    return i < lead.end ? lead.rangeEnd : i + 1 + shift;
  }

  /** Where the range of the whole character that begins at {@code i} ends in the original. */
  int characterEnd(int i) {
    return end(Character.isHighSurrogate(chars[i]) && i + 1 < to ? i + 1 : i);
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
