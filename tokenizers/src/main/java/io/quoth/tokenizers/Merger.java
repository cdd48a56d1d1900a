package io.quoth.tokenizers;

import java.util.concurrent.ThreadLocalRandom;

/**
 * The heart of byte-pair encoding: merges the neighbours whose merge has the lowest rank, the
 * leftmost first, until nothing merges. Immutable; the symbols are those of a scratch.
 */
final class Merger {
  /** Pieces of up to so many symbols search all pairs for the best; longer ones keep a heap. */
  static final int SHORT = 64;

  private final MergeTable merges;
  private final double dropout;

  /**
   * A merger.
   *
   * @param dropout share of merges left out at random, 0 for none
   */
  Merger(MergeTable merges, double dropout) {
    this.merges = merges;
    this.dropout = dropout;
  }

  /** Merges the first {@code n} symbols of the scratch and returns how many are left. */
  int merge(Scratch scratch, int n) {
    return n <= SHORT && dropout == 0 ? mergeShort(scratch, n) : mergeLong(scratch, n);
  }

  private int mergeShort(Scratch scratch, int n) {
    int[] symbols = scratch.symbols;
    int[] lengths = scratch.lengths;
    long[] pairs = scratch.pairs;
    for (int i = 0; i + 1 < n; i++) {
      pairs[i] = merges.get(symbols[i], symbols[i + 1]);
    }
    while (n > 1) {
      int best = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (pairs[i] < pairs[best]) {
          best = i;
        }
      }
      if (pairs[best] == MergeTable.NONE) {
        break;
      }
      symbols[best] = (int) pairs[best];
      lengths[best] += lengths[best + 1];
      int rest = n - best - 2;
      System.arraycopy(symbols, best + 2, symbols, best + 1, rest);
      System.arraycopy(lengths, best + 2, lengths, best + 1, rest);
      System.arraycopy(pairs, best + 1, pairs, best, rest);
      n--;
      if (best + 1 < n) {
        pairs[best] = merges.get(symbols[best], symbols[best + 1]);
      }
      if (best > 0) {
        pairs[best - 1] = merges.get(symbols[best - 1], symbols[best]);
      }
    }
    return n;
  }

  /** A heap of {@code rank << 32 | position}; a symbol of length 0 is gone. */
  private int mergeLong(Scratch scratch, int n) {
    scratch.reserveLinks(n);
    var heap = scratch.heap;
    heap.clear();
    heap.reserve(n);
    int[] symbols = scratch.symbols;
    int[] lengths = scratch.lengths;
    int[] next = scratch.next;
    int[] previous = scratch.previous;
    for (int i = 0; i < n; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < n ? i + 1 : -1;
    }
    for (int i = 0; i + 1 < n; i++) {
      push(i, scratch);
    }
    var skipped = new LongHeap();
    while (!heap.isEmpty()) {
      long top = heap.pop();
      if (dropout > 0 && ThreadLocalRandom.current().nextDouble() < dropout) {
        skipped.push(top);
        continue;
      }
      while (!skipped.isEmpty()) {
        heap.push(skipped.pop());
      }
      int at = (int) top;
      int right = lengths[at] == 0 ? -1 : next[at];
      if (right < 0) {
        continue;
      }
      long merge = merges.get(symbols[at], symbols[right]);
      if (merge == MergeTable.NONE || merge >>> 32 != top >>> 32) {
        continue; // one of the two has changed since
      }
      symbols[at] = (int) merge;
      lengths[at] += lengths[right];
      lengths[right] = 0;
      next[at] = next[right];
      if (next[at] >= 0) {
        previous[next[at]] = at;
        push(at, scratch);
      }
      if (previous[at] >= 0) {
        push(previous[at], scratch);
      }
    }
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (lengths[i] > 0) {
        symbols[count] = symbols[i];
        lengths[count++] = lengths[i];
      }
    }
    return count;
  }

  private void push(int at, Scratch scratch) {
    long merge = merges.get(scratch.symbols[at], scratch.symbols[scratch.next[at]]);
    if (merge != MergeTable.NONE) {
      scratch.heap.push(merge & 0xFFFFFFFF00000000L | at);
    }
  }
}
