package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import java.util.Arrays;

/** Arrays that one thread works in while it encodes; they grow to the longest piece met. */
final class Scratch {
  /** As many elements as an array may have. */
  private static final int LONGEST_PIECE = Integer.MAX_VALUE - 8;

  int[] symbols = new int[256];
  int[] lengths = new int[256];

  /** The merges of neighbours, of short pieces alone. */
  final long[] pairs = new long[Merger.SHORT];

  int[] next = new int[0];
  int[] previous = new int[0];
  double[] best = new double[256];
  private float[] floats = new float[0];
  int[] begin = new int[256];
  int[] token = new int[256];
  int[] starts = new int[256];
  int[] ends = new int[256];
  private char[] spelling = new char[256];
  final byte[] utf8 = new byte[4];
  private int[] charStarts = new int[256];
  private int[] charEnds = new int[256];

  /** How many bytes {@link #mapBytes} has mapped. */
  private int mapped;

  /** How many symbols there are. */
  int count;

  final LongHeap heap = new LongHeap();
  final StringBuilder text = new StringBuilder();
  final Pieces pieces = new Pieces(Text.EMPTY);
  final ShortWords words = new ShortWords();

  /** The tokens of a text where ids alone are asked for. */
  final Tokens ids = new Tokens(false);

  /** The tokens of a text or two where all is asked for. */
  final Tokens[] tokens = {new Tokens(true), new Tokens(true)};

  private char[] chars = new char[1024];

  /** About how many elements the arrays have. */
  int size() {
    return symbols.length
        + next.length
        + best.length
        + charStarts.length
        + chars.length
        + tokens[0].ids.length
        + ids.ids.length;
  }

  /** Room for the spelling of a token. */
  char[] spelling(int length) {
    if (spelling.length < length) {
      spelling = new char[length];
    }
    return spelling;
  }

  /** Room for a text of so many chars. */
  char[] chars(int length) {
    if (chars.length < length) {
      chars = new char[Math.max(length, Math.min(chars.length * 2, 1 << 20))];
    }
    return chars;
  }

  /** Lets go of the text that was encoded. */
  void release() {
    pieces.reset(Text.EMPTY);
  }

  /** Makes room for {@code n} symbols. */
  void reserve(int n) {
    if (n > symbols.length) {
      int capacity = Math.max(n, symbols.length * 2);
      symbols = Arrays.copyOf(symbols, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      starts = new int[capacity];
      ends = new int[capacity];
    }
  }

  /** Makes room for a lattice of {@code n} positions. */
  void reserveLattice(int n) {
    if (n > best.length) {
      int capacity = Math.max(n, best.length * 2);
      best = new double[capacity];
      begin = new int[capacity];
      token = new int[capacity];
    }
  }

  /** Room for a lattice of floats. */
  float[] bestFloats(int n) {
    if (n > floats.length) {
      floats = new float[Math.max(n, floats.length * 2)];
    }
    return floats;
  }

  /** Makes room for the links of {@code n} symbols. */
  void reserveLinks(int n) {
    if (n > next.length) {
      next = new int[n];
      previous = new int[n];
    }
  }

  /**
   * Fills {@link #charStarts} and {@link #charEnds}: for each UTF-8 byte of the chars, where the
   * character that it belongs to begins and ends, counted from {@code from}. Returns the number of
   * bytes.
   */
  int mapBytes(char[] chars, int from, int to) {
    if (charStarts.length / 3 < to - from) {
      int length = utf8Length(chars, from, to);
      if (charStarts.length < length) {
        charStarts = new int[length];
        charEnds = new int[length];
      }
    }
    int bytes = 0;
    for (int i = from; i < to; ) {
      char c = chars[i];
      boolean pair = Character.isHighSurrogate(c) && i + 1 < to;
      int end = i + (pair ? 2 : 1);
      int width = pair ? 4 : Utf8.length(c);
      for (int b = 0; b < width; b++) {
        charStarts[bytes] = i - from;
        charEnds[bytes++] = end - from;
      }
      i = end;
    }
    mapped = bytes;
    return bytes;
  }

  private static int utf8Length(char[] chars, int from, int to) {
    long length = 0;
    for (int i = from; i < to; i++) {
      length += Character.isSurrogate(chars[i]) ? 2 : Utf8.length(chars[i]);
    }
    if (length > LONGEST_PIECE) {
      throw new BadArgumentException(
          "the text has a word of "
              + length
              + " bytes, which is more than the "
              + LONGEST_PIECE
              + " that can be tokenized at once; encode it in parts");
    }
    return (int) length;
  }

  /** Works out where tokens begin and end in the piece, whose lengths are in chars. */
  void placeChars(int count) {
    int at = 0;
    for (int i = 0; i < count; i++) {
      starts[i] = at;
      at += lengths[i];
      ends[i] = at;
    }
  }

  /** The same for lengths in the bytes that {@link #mapBytes} has mapped. */
  void placeBytes(int count) {
    int last = mapped - 1;
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + lengths[i];
      starts[i] = charStarts[Math.min(at, last)];
      ends[i] = charEnds[Math.min(Math.max(end - 1, at), last)];
      at = end;
    }
  }
}
