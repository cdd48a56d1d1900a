package io.quoth.tokenizers;

/**
 * Remembers the tokens of short words: the cache that nearly every word of a text is found in.
 * Belongs to one thread at a time, so it needs no locks, and nothing that is found or kept here is
 * an object.
 *
 * <p>Two flat tables. The near one is for words of up to 8 chars (4 where not all are Latin-1) and
 * two tokens: two longs a word, four words a line of the processor's cache, searched one by one.
 * The far one is for up to 24 chars (12) and eight tokens: a line a word, two lines a set. New
 * words take the first place of their set, the others move down, the last one is forgotten.
 * Measured on 4.8 MB of 83,000 different words: one table of lines of 64 bytes was half as fast.
 */
final class ShortWords {
  /** What a word is cut out of: the same chars may become other tokens. */
  static final int WHOLE = 0;

  /** A part of a longer piece. */
  static final int PART = 1;

  /** A word that the pre-tokenizer puts its mark before. */
  static final int MARKED = 2;

  /** Longer words are not kept, in chars. */
  static final int LONGEST = 24;

  /** The same for words that are not all Latin-1. */
  static final int LONGEST_WIDE = 12;

  private static final int TOKENS = 8;
  private static final int LARGEST_ID = 1 << 22;

  /** The bits that say which word it is: its length, its width and its kind. */
  private static final int WHAT = 0xFF;

  private static final int LINE = 8;
  private static final int FAR_SET = 2 * LINE;
  private static final int FIRST = 1 << 10;
  private static final int MOST_NEAR = 1 << 17;
  private static final int MOST_FAR = 1 << 19;

  private long[] near = new long[FIRST];
  private long[] far = new long[FIRST];
  private int nearAdded;
  private int farAdded;

  /** The key that {@link #pack} made. */
  private long a;

  private long b;
  private long c;
  private int what;
  private int hash;

  /**
   * Appends the tokens of chars {@code from} to {@code to} of a text, if they are known.
   *
   * @param kind {@link #WHOLE}, {@link #PART} or {@link #MARKED}
   */
  boolean emit(int kind, Text text, int from, int to, Tokens out) {
    if (!pack(kind, text.chars, from, to)) {
      return false;
    }
    if (isNear()) {
      int at = findNear();
      if (at >= 0) {
        emitNear(near[at + 1], kind, text, from, to, out);
        return true;
      }
    }
    int line = findFar();
    if (line < 0) {
      return false;
    }
    emitFar(line, kind, text, from, out);
    return true;
  }

  private boolean isNear() {
    return (b | c) == 0 && (what & 31) <= ((what & 32) == 0 ? 8 : 4);
  }

  private int findNear() {
    long[] table = near;
    int set = hash & table.length - LINE;
    for (int at = set; at < set + LINE; at += 2) {
      if (table[at] == a && ((int) table[at + 1] & WHAT) == what) {
        return at;
      }
    }
    return -1;
  }

  private int findFar() {
    long[] table = far;
    int set = hash & table.length - FAR_SET;
    for (int at = set; at < set + FAR_SET; at += LINE) {
      if (table[at] == a
          && table[at + 1] == b
          && table[at + 2] == c
          && ((int) table[at + 3] & WHAT) == what) {
        return at;
      }
    }
    return -1;
  }

  private static void emitNear(long value, int kind, Text text, int from, int to, Tokens out) {
    boolean two = (value & 1 << 8) != 0;
    int at = out.grow(two ? 2 : 1);
    out.ids[at] = (int) (value >>> 14) & LARGEST_ID - 1;
    if (two) {
      out.ids[at + 1] = (int) (value >>> 36);
    }
    if (out.ranges) {
      int base = kind == MARKED ? from - 1 : from;
      int cut = two ? base + ((int) value >>> 9 & 31) : to;
      place(kind, text, from, base, cut, out, at);
      if (two) {
        place(kind, text, from, cut, to, out, at + 1);
      }
    }
  }

  private void emitFar(int line, int kind, Text text, int from, Tokens out) {
    long[] table = far;
    int count = (int) (table[line + 3] >>> 8);
    int at = out.grow(count);
    for (int i = 0; i < count; i++) {
      int token = (int) (table[line + 4 + (i >> 1)] >>> ((i & 1) << 5));
      out.ids[at + i] = token >>> 10;
      if (out.ranges) {
        int base = kind == MARKED ? from - 1 : from;
        place(kind, text, from, base + (token >>> 5 & 31), base + (token & 31), out, at + i);
      }
    }
  }

  /** The range of a token; the mark in front has that of the first character. */
  private static void place(int kind, Text text, int from, int start, int end, Tokens out, int at) {
    if (kind == MARKED) {
      out.starts[at] = text.start(Math.max(start, from));
      out.ends[at] = end == from ? text.characterEnd(from) : text.end(end - 1);
      return;
    }
    int shift = text.shift(start);
    out.starts[at] = shift != Text.SCATTERED ? start + shift : text.start(start);
    out.ends[at] = shift != Text.SCATTERED ? end + shift : text.end(end - 1);
  }

  /**
   * Remembers a word, if it is short: the first {@code count} symbols of the scratch, and where
   * they begin and end.
   */
  void put(int kind, char[] chars, int from, int to, Scratch scratch, int count) {
    if (count == 0 || count > TOKENS || !pack(kind, chars, from, to)) {
      return;
    }
    int[] ids = scratch.symbols;
    int[] starts = scratch.starts;
    int[] ends = scratch.ends;
    boolean regular = true;
    int length = to - from + (kind == MARKED ? 1 : 0);
    for (int i = 0; i < count; i++) {
      if (ids[i] >= LARGEST_ID || ends[i] > 31) {
        return;
      }
      regular &= starts[i] == (i == 0 ? 0 : ends[i - 1]);
    }
    if (regular && ends[count - 1] == length && count <= 2 && isNear()) {
      if (++nearAdded > near.length / 4 && near.length < MOST_NEAR) {
        growNear();
      }
      long second = count == 2 ? (long) ids[1] << 36 | (long) ends[0] << 9 | 1 << 8 : 0;
      addNear(second | (long) ids[0] << 14 | what);
      return;
    }
    if (++farAdded > far.length / LINE && far.length < MOST_FAR) {
      growFar();
    }
    int line = newFar();
    far[line + 3] = what | (long) count << 8;
    for (int i = 0; i < count; i++) {
      long token = (long) ids[i] << 10 | starts[i] << 5 | ends[i];
      far[line + 4 + (i >> 1)] |= token << ((i & 1) << 5);
    }
  }

  private void addNear(long value) {
    int set = hash & near.length - LINE;
    System.arraycopy(near, set, near, set + 2, LINE - 2);
    near[set] = a;
    near[set + 1] = value;
  }

  /** The place of a new line, which has its key and nothing else. */
  private int newFar() {
    int set = hash & far.length - FAR_SET;
    System.arraycopy(far, set, far, set + LINE, LINE);
    java.util.Arrays.fill(far, set + 3, set + LINE, 0);
    far[set] = a;
    far[set + 1] = b;
    far[set + 2] = c;
    return set;
  }

  /** Makes the key of a word; false when it is too long. */
  private boolean pack(int kind, char[] chars, int from, int to) {
    int n = to - from;
    if (n > LONGEST) {
      return false;
    }
    long x = 0;
    long y = 0;
    long z = 0;
    int any = 0;
    int i = from;
    for (int end = Math.min(to, from + 8); i < end; i++) {
      any |= chars[i];
      x = x << 8 | chars[i];
    }
    if (n > 8) {
      for (int end = Math.min(to, from + 16); i < end; i++) {
        any |= chars[i];
        y = y << 8 | chars[i];
      }
      for (; i < to; i++) {
        any |= chars[i];
        z = z << 8 | chars[i];
      }
    }
    int wide = 0;
    if (any > 0xFF) {
      if (n > LONGEST_WIDE) {
        return false;
      }
      wide = 1 << 5;
      x = wide(chars, from, Math.min(to, from + 4));
      y = wide(chars, from + 4, Math.min(to, from + 8));
      z = wide(chars, from + 8, to);
    }
    key(x, y, z, n | wide | kind << 6);
    return true;
  }

  private static long wide(char[] chars, int from, int to) {
    long packed = 0;
    for (int i = from; i < to; i++) {
      packed = packed << 16 | chars[i];
    }
    return packed;
  }

  private void key(long x, long y, long z, int what) {
    a = x;
    b = y;
    c = z;
    this.what = what;
    long mixed = (x + what) * 0x9E3779B97F4A7C15L;
    if ((y | z) != 0) {
      mixed ^= (y * 0xC2B2AE3D27D4EB4FL + z) * 0x165667B19E3779F9L;
    }
    hash = (int) ((mixed ^ mixed >>> 29) * 0x9E3779B97F4A7C15L >>> 40) << 3;
  }

  private void growNear() {
    long[] old = near;
    near = new long[old.length * 2];
    nearAdded = 0;
    long x = a;
    int w = what;
    for (int at = old.length - 2; at >= 0; at -= 2) {
      if (old[at + 1] != 0) {
        key(old[at], 0, 0, (int) old[at + 1] & WHAT);
        addNear(old[at + 1]);
      }
    }
    key(x, 0, 0, w);
  }

  private void growFar() {
    long[] old = far;
    far = new long[old.length * 2];
    farAdded = 0;
    long x = a;
    long y = b;
    long z = c;
    int w = what;
    for (int at = old.length - LINE; at >= 0; at -= LINE) {
      if (old[at + 3] != 0) {
        key(old[at], old[at + 1], old[at + 2], (int) old[at + 3] & WHAT);
        System.arraycopy(old, at + 3, far, newFar() + 3, LINE - 3);
      }
    }
    key(x, y, z, w);
  }
}
