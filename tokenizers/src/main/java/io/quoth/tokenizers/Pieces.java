package io.quoth.tokenizers;

import java.util.Arrays;

/** A text cut into pieces, as it goes from pre-tokenizer to pre-tokenizer. Used by one thread. */
final class Pieces {
  private Text text;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;
  private int[] spareStarts = new int[64];
  private int[] spareEnds = new int[64];

  Pieces(Text text) {
    this.text = text;
    reset(text);
  }

  /** One piece again: the whole of {@code whole}; none when it is empty. */
  void reset(Text whole) {
    text = whole;
    count = 0;
    add(whole.from, whole.to);
  }

  Text text() {
    return text;
  }

  int count() {
    return count;
  }

  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  /** Adds a piece; empty ones are dropped, as the reference does. */
  void add(int start, int end) {
    if (start == end) {
      return;
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
    }
    starts[count] = start;
    ends[count++] = end;
  }

  /** Cuts each piece into smaller ones. */
  void split(Splitter splitter) {
    int n = count;
    int[] oldStarts = starts;
    int[] oldEnds = ends;
    starts = spareStarts;
    ends = spareEnds;
    count = 0;
    for (int i = 0; i < n; i++) {
      splitter.split(text.chars, oldStarts[i], oldEnds[i], this);
    }
    spareStarts = oldStarts;
    spareEnds = oldEnds;
  }

  /** Writes each piece anew. */
  void rewrite(PieceWriter writer) {
    var rewriter = new Rewriter(text);
    int n = count;
    count = 0;
    for (int i = 0; i < n; i++) {
      int start = starts[i];
      int end = ends[i];
      rewriter.drop(start);
      int begin = rewriter.length();
      writer.write(text, start, end, rewriter);
      add(begin, rewriter.length());
    }
    text = rewriter.result();
  }

  /** Cuts one piece: chars {@code start} to {@code end}. */
  @FunctionalInterface
  interface Splitter {
    void split(char[] chars, int start, int end, Pieces out);
  }

  /** Writes one piece of {@code text} to {@code out}, whose cursor stands at its beginning. */
  @FunctionalInterface
  interface PieceWriter {
    void write(Text text, int start, int end, Rewriter out);
  }
}
