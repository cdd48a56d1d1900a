package io.quoth.tokenizers;

/**
 * Pairs of ids to the rank of their merge and the id that results: an open hash table of longs, a
 * key and its value side by side. A value is {@code rank << 32 | id}, so that of two merges the one
 * with the smaller value comes first.
 */
final class MergeTable {
  /** What {@link #get} gives for a pair that does not merge. */
  static final long NONE = Long.MAX_VALUE;

  private long[] table;
  private int mask;
  private int size;

  MergeTable(int expected) {
    int slots = Integer.highestOneBit(Math.max(8, expected + expected / 2) * 2 - 1);
    table = new long[2 * slots];
    mask = slots - 1;
  }

  int size() {
    return size;
  }

  /** Adds or replaces a merge. */
  void put(int left, int right, int rank, int id) {
    if (4L * size > 3L * mask) {
      grow();
    }
    if (insert(key(left, right), (long) rank << 32 | id)) {
      size++;
    }
  }

  /** The merge of two ids, or {@link #NONE}. */
  long get(int left, int right) {
    long key = key(left, right);
    long[] table = this.table;
    int slot = slot(key, mask);
    while (true) {
      long found = table[2 * slot];
      if (found == key) {
        return table[2 * slot + 1];
      }
      if (found == 0) {
        return NONE;
      }
      slot = slot + 1 & mask;
    }
  }

  /** Calls {@code action} with every merge, in no order. */
  void forEach(Action action) {
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0) {
        long pair = table[i] - 1;
        action.accept(
            (int) (pair >>> 32), (int) pair, (int) (table[i + 1] >>> 32), (int) table[i + 1]);
      }
    }
  }

  /** Takes one merge. */
  @FunctionalInterface
  interface Action {
    void accept(int left, int right, int rank, int id);
  }

  private static long key(int left, int right) {
    return ((long) left << 32 | right) + 1;
  }

  private static int slot(long key, int mask) {
    long h = key * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 32) & mask;
  }

  private boolean insert(long key, long value) {
    int slot = slot(key, mask);
    while (table[2 * slot] != 0) {
      if (table[2 * slot] == key) {
        table[2 * slot + 1] = value;
        return false;
      }
      slot = slot + 1 & mask;
    }
    table[2 * slot] = key;
    table[2 * slot + 1] = value;
    return true;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    mask = 2 * mask + 1;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        insert(old[i], old[i + 1]);
      }
    }
  }
}
