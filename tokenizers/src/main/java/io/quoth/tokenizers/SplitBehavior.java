package io.quoth.tokenizers;

import java.util.Arrays;

/** What becomes of the matches that a text is split at. */
enum SplitBehavior {
  REMOVED("Removed"),
  ISOLATED("Isolated"),
  MERGED_WITH_PREVIOUS("MergedWithPrevious"),
  MERGED_WITH_NEXT("MergedWithNext"),
  CONTIGUOUS("Contiguous");

  final String spelling;

  SplitBehavior(String spelling) {
    this.spelling = spelling;
  }

  /** Splits one piece; with {@code invert} what lies between the matches counts as matches. */
  void split(Matches matches, boolean invert, char[] chars, int from, int to, Pieces out) {
    var spans = new Spans(invert);
    var end = new int[] {from};
    matches.find(
        chars,
        from,
        to,
        (start, stop) -> {
          if (end[0] != start) {
            spans.add(end[0], start, false);
          }
          spans.add(start, stop, true);
          end[0] = stop;
        });
    if (end[0] != to) {
      spans.add(end[0], to, false);
    }
    emit(spans, out);
  }

  private void emit(Spans spans, Pieces out) {
    switch (this) {
      case ISOLATED -> {
        for (int i = 0; i < spans.count; i++) {
          out.add(spans.start(i), spans.end(i));
        }
      }
      case REMOVED -> {
        for (int i = 0; i < spans.count; i++) {
          if (!spans.match(i)) {
            out.add(spans.start(i), spans.end(i));
          }
        }
      }
      case CONTIGUOUS -> {
        for (int i = 0, j; i < spans.count; i = j) {
          j = i + 1;
          while (j < spans.count && spans.match(j) == spans.match(i)) {
            j++;
          }
          out.add(spans.start(i), spans.end(j - 1));
        }
      }
      case MERGED_WITH_PREVIOUS -> {
        for (int i = 0; i < spans.count; i++) {
          boolean join = i + 1 < spans.count && spans.match(i + 1) && !spans.match(i);
          out.add(spans.start(i), spans.end(join ? i + 1 : i));
          i += join ? 1 : 0;
        }
      }
      case MERGED_WITH_NEXT -> {
        for (int i = 0; i < spans.count; i++) {
          boolean join = i + 1 < spans.count && spans.match(i) && !spans.match(i + 1);
          out.add(spans.start(i), spans.end(join ? i + 1 : i));
          i += join ? 1 : 0;
        }
      }
    }
  }

  /** A list of ranges, each a match or not. */
  private static final class Spans {
    private final boolean invert;
    private int[] ends = new int[64];
    private boolean[] matches = new boolean[64];
    private int first;
    private int count;

    Spans(boolean invert) {
      this.invert = invert;
    }

    void add(int start, int end, boolean match) {
      if (count == 0) {
        first = start;
      }
      if (count == ends.length) {
        ends = Arrays.copyOf(ends, count * 2);
        matches = Arrays.copyOf(matches, count * 2);
      }
      ends[count] = end;
      matches[count++] = match != invert;
    }

    int start(int i) {
      return i == 0 ? first : ends[i - 1];
    }

    int end(int i) {
      return ends[i];
    }

    boolean match(int i) {
      return matches[i];
    }
  }
}
