package io.quoth.tokenizers;

/**
 * Pairs of ids to the rank of their merge and the id that results: an open hash table of longs. A
 * value is {@code rank << 32 | id}, so that of two merges the one with the smaller value comes
 * first.
 */
final class MergeTable {
  /** What {@link #get} gives for a pair that does not merge. */
  static final long NONE = Long.MAX_VALUE;

  private long[] keys;
  private long[] values;
  private int size;

  MergeTable(int expected) {
    int length = Integer.highestOneBit(Math.max(8, expected + expected / 2) * 2 - 1);
    keys = new long[length];
    values = new long[length];
  }

  int size() {
    return size;
  }

  /** Adds or replaces a merge. */
  void put(int left, int right, int rank, int id) {
    if (4L * size >= 3L * keys.length) {
      grow();
    }
    if (insert(key(left, right), (long) rank << 32 | id)) {
      size++;
    }
  }

  /** The merge of two ids, or {@link #NONE}. */
  long get(int left, int right) {
    long key = key(left, right);
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (true) {
      long found = keys[slot];
      if (found == key) {
        return values[slot];
      }
      if (found == 0) {
        return NONE;
      }
      slot = slot + 1 & mask;
    }
  }

  /** Calls {@code action} with every merge, in no order. */
  void forEach(Action action) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i] != 0) {
        long pair = keys[i] - 1;
        action.accept((int) (pair >>> 32), (int) pair, (int) (values[i] >>> 32), (int) values[i]);
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
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (keys[slot] != 0) {
      if (keys[slot] == key) {
        values[slot] = value;
        return false;
      }
      slot = slot + 1 & mask;
    }
    keys[slot] = key;
    values[slot] = value;
    return true;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[oldKeys.length * 2];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        insert(oldKeys[i], oldValues[i]);
      }
    }
  }
}
