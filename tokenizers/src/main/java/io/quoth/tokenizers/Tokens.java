package io.quoth.tokenizers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one text as the model writes them: ids and, where they are wanted, ranges of the
 * original in chars and words. Grows; used by one thread, then only read.
 */
final class Tokens {
  int[] ids;
  int[] starts;
  int[] ends;
  int[] words;

  /** Whether more than the ids is wanted. */
  final boolean ranges;

  /** The ranges in code points; empty while they equal those in chars. */
  int[] pointStarts = {};

  int[] pointEnds = {};
  private boolean points;
  private @Nullable String @Nullable [] texts;
  int count;
  private int word;

  /** Tokens with or without ranges and words. */
  Tokens(boolean ranges) {
    this(ranges, 32);
  }

  /** Room for so many to begin with. */
  Tokens(boolean ranges, int capacity) {
    this.ranges = ranges;
    ids = new int[capacity];
    starts = new int[ranges ? capacity : 0];
    ends = new int[ranges ? capacity : 0];
    words = new int[ranges ? capacity : 0];
  }

  /** Says which word the tokens that follow belong to. */
  void word(int index) {
    word = index;
  }

  void clear() {
    count = 0;
    word = 0;
    texts = null;
    points = false;
  }

  void add(int id, int start, int end) {
    if (count == ids.length) {
      reserve(1);
    }
    ids[count] = id;
    if (ranges) {
      starts[count] = start;
      ends[count] = end;
      words[count] = word;
    }
    count++;
  }

  /** Makes room for {@code n} tokens of the current word; the caller fills the rest of them in. */
  int grow(int n) {
    int at = count;
    if (at + n > ids.length) {
      reserve(n);
    }
    count = at + n;
    if (ranges) {
      for (int i = at; i < count; i++) {
        words[i] = word;
      }
    }
    return at;
  }

  /** Adds a token that does not read as its id says: the text that matched. */
  void add(int id, int start, int end, String text) {
    add(id, start, end);
    if (!ranges) {
      return;
    }
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
    if (!ranges) {
      return;
    }
    if (!points) {
      if (original.codePointCount(0, original.length()) == original.length()) {
        return;
      }
      points = true;
      if (pointStarts.length < count) {
        pointStarts = new int[ids.length];
        pointEnds = new int[ids.length];
      }
      System.arraycopy(starts, 0, pointStarts, 0, first);
      System.arraycopy(ends, 0, pointEnds, 0, first);
    } else if (pointStarts.length < count) {
      pointStarts = Arrays.copyOf(pointStarts, ids.length);
      pointEnds = Arrays.copyOf(pointEnds, ids.length);
    }
    var walk = new PointWalk(original);
    for (int i = first; i < count; i++) {
      pointStarts[i] = walk.to(starts[i]);
      pointEnds[i] = walk.to(ends[i]);
    }
  }

  /** Counts code points up to places that mostly follow one another. */
  private static final class PointWalk {
    private final String text;
    private int at;
    private int point;

    PointWalk(String text) {
      this.text = text;
    }

    /** The code points before a place; one within a pair counts as behind it at its second half. */
    int to(int place) {
      while (at > place) {
        boolean pair =
            at > 1
                && Character.isLowSurrogate(text.charAt(at - 1))
                && Character.isHighSurrogate(text.charAt(at - 2));
        at -= pair ? 2 : 1;
        point--;
      }
      while (at < place) {
        int width =
            Character.isHighSurrogate(text.charAt(at))
                    && at + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(at + 1))
                ? 2
                : 1;
        if (at + width > place) {
          break;
        }
        at += width;
        point++;
      }
      return point;
    }
  }

  /** Whether the ranges in code points differ from those in chars. */
  boolean hasPoints() {
    return points;
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
      if (ranges) {
        starts = Arrays.copyOf(starts, capacity);
        ends = Arrays.copyOf(ends, capacity);
        words = Arrays.copyOf(words, capacity);
      }
    }
  }
}
