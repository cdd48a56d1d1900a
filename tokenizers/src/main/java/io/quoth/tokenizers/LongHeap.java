package io.quoth.tokenizers;

import java.util.Arrays;

/** A binary heap of longs, the smallest on top. */
final class LongHeap {
  private long[] items = new long[64];
  private int size;

  void clear() {
    size = 0;
  }

  /** Makes room for {@code n} numbers, of which there are none now. */
  void reserve(int n) {
    if (n > items.length) {
      items = new long[n];
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  void push(long item) {
    if (size == items.length) {
      items = Arrays.copyOf(items, size * 2);
    }
    int at = size++;
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (items[parent] <= item) {
        break;
      }
      items[at] = items[parent];
      at = parent;
    }
    items[at] = item;
  }

  long pop() {
    long top = items[0];
    long last = items[--size];
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && items[child + 1] < items[child]) {
        child++;
      }
      if (last <= items[child]) {
        break;
      }
      items[at] = items[child];
      at = child;
    }
    items[at] = last;
    return top;
  }
}
