package io.quoth.tokenizers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text as the model writes them: ids, ranges of the original in chars, words.
 * Grows; used by one thread, then only read.
 */
final class Tokens {
  int[] ids;
  int[] starts;
  int[] ends;
  int[] words;

  /** The ranges in code points, or empty while they equal those in chars. */
  int[] pointStarts = {};

  int[] pointEnds = {};
  private @Nullable String @Nullable [] texts;
  int count;
  private int word;

  Tokens() {
    this(32);
  }

  /** Room for so many to begin with. */
  Tokens(int capacity) {
    ids = new int[capacity];
    starts = new int[capacity];
    ends = new int[capacity];
    words = new int[capacity];
  }

  /** Says which word the tokens that follow belong to. */
  void word(int index) {
    word = index;
  }

  void clear() {
    count = 0;
    word = 0;
    texts = null;
    pointStarts = new int[0];
    pointEnds = new int[0];
  }

  void add(int id, int start, int end) {
    if (count == ids.length) {
      reserve(1);
    }
    ids[count] = id;
    starts[count] = start;
    ends[count] = end;
    words[count++] = word;
  }

  /** Makes room for {@code n} tokens of the current word; the caller fills the rest of them in. */
  int grow(int n) {
    reserve(n);
    for (int i = count; i < count + n; i++) {
      words[i] = word;
    }
    count += n;
    return count - n;
  }

  /** Adds a token that does not read as its id says: the text that matched. */
  void add(int id, int start, int end, String text) {
    add(id, start, end);
    if (texts == null) {
      texts = new String[ids.length];
    }
    if (texts.length < count) {
      texts = Arrays.copyOf(texts, ids.length);
    }
    texts[count - 1] = text;
  }

  /** How token {@code i} reads where that is not what its id says. */
  @Nullable String text(int i) {
    return texts == null || i >= texts.length ? null : texts[i];
  }

  /**
   * Works out the ranges in code points of the tokens from {@code first} on, which are of {@code
   * original}. Needed once a text has characters of two chars.
   */
  void countPoints(String original, int first) {
    if (pointStarts.length == 0) {
      if (original.codePointCount(0, original.length()) == original.length()) {
        return;
      }
      pointStarts = Arrays.copyOf(starts, ids.length);
      pointEnds = Arrays.copyOf(ends, ids.length);
    }
    pointStarts = Arrays.copyOf(pointStarts, ids.length);
    pointEnds = Arrays.copyOf(pointEnds, ids.length);
    var points = new int[original.length() + 1];
    for (int i = 0, point = 0; i < original.length(); point++) {
      points[i] = point;
      if (Character.isHighSurrogate(original.charAt(i))
          && i + 1 < original.length()
          && Character.isLowSurrogate(original.charAt(i + 1))) {
        points[++i] = point;
      }
      points[++i] = point + 1;
    }
    for (int i = first; i < count; i++) {
      pointStarts[i] = points[starts[i]];
      pointEnds[i] = points[ends[i]];
    }
  }

  /** Whether the ranges in code points differ from those in chars. */
  boolean hasPoints() {
    return pointStarts.length > 0;
  }

  /** Whether any token reads otherwise than its id says. */
  boolean hasTexts() {
    return texts != null;
  }

  /** Makes room for {@code more} tokens. */
  void reserve(int more) {
    if (count + more > ids.length) {
      int capacity = Math.max(count + more, ids.length * 2);
      ids = Arrays.copyOf(ids, capacity);
      starts = Arrays.copyOf(starts, capacity);
      ends = Arrays.copyOf(ends, capacity);
      words = Arrays.copyOf(words, capacity);
    }
  }
}
