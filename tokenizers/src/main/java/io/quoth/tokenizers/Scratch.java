package io.quoth.tokenizers;

import java.util.Arrays;

/** Arrays that one thread works in while it encodes; they grow to the longest piece met. */
final class Scratch {
  int[] symbols = new int[256];
  int[] lengths = new int[256];
  long[] pairs = new long[256];
  int[] next = new int[0];
  int[] previous = new int[0];
  double[] best = new double[256];
  private float[] floats = new float[0];
  int[] begin = new int[256];
  int[] token = new int[256];
  int[] charStarts = new int[256];
  int[] charEnds = new int[256];

  /** How many bytes {@link #mapBytes} has mapped. */
  int mapped;

  /** How many symbols there are. */
  int count;

  /** How many chars the symbols cover, or -1 when their lengths are in bytes. */
  int length;

  final LongHeap heap = new LongHeap();
  final StringBuilder text = new StringBuilder();
  final Pieces pieces = new Pieces(Text.of(""));

  /** About how many elements the arrays have. */
  int size() {
    return symbols.length + next.length + best.length + charStarts.length;
  }

  /** Lets go of the text that was encoded. */
  void release() {
    pieces.reset(Text.of(""));
  }

  /** Makes room for {@code n} symbols. */
  void reserve(int n) {
    if (n > symbols.length) {
      int capacity = Math.max(n, symbols.length * 2);
      symbols = Arrays.copyOf(symbols, capacity);
      lengths = Arrays.copyOf(lengths, capacity);
      pairs = Arrays.copyOf(pairs, capacity);
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
    if (charStarts.length < 3 * (to - from)) {
      charStarts = new int[3 * (to - from)];
      charEnds = new int[3 * (to - from)];
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
}
