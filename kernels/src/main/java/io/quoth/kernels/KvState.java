package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.quoth.base.ClosedException;
import io.quoth.kernels.PagePool.Page;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of one sequence, in pages that forks share until one of them writes. */
final class KvState implements SequenceState {
  final PagePool pool;
  private final List<Page> pages = new ArrayList<>();
  private int length;
  private int end;
  private long forward;
  private boolean closed;

  KvState(PagePool pool) {
    this.pool = pool;
  }

  @Override
  public int length() {
    return length;
  }

  /** Positions of which keys and values are there, those of a forward under way included. */
  int end() {
    return end;
  }

  @Override
  public long bytes() {
    return pages.size() * pool.pageBytes();
  }

  /** The page of positions 64 {@code number} to 64 {@code number} + 63. */
  Page page(int number) {
    return pages.get(number);
  }

  /**
   * Makes positions {@link #length} to {@code newEnd} writable for forward number {@code number}.
   */
  void claim(int newEnd, long number) {
    if (closed) {
      throw new ClosedException("the state of a sequence was used after it was closed");
    }
    if (forward == number) {
      throw new IllegalArgumentException("one state stands twice in a batch");
    }
    forward = number;
    for (int i = length / Kernels.PAGE; i < pages(newEnd); i++) {
      if (i == pages.size()) {
        pages.add(pool.take());
      } else if (pool.isShared(pages.get(i))) {
        pages.set(i, copy(pages.get(i)));
      }
    }
    end = newEnd;
  }

  private Page copy(Page shared) {
    var own = pool.take();
    MemorySegment.copy(shared.memory, shared.offset, own.memory, own.offset, pool.pageBytes());
    pool.release(shared);
    return own;
  }

  /** Writes keys and values of one row of {@code qkv} at a claimed position. */
  void write(Attention attention, CpuActivation qkv, int row, int position) {
    var page = pages.get(position / Kernels.PAGE);
    int at = position % Kernels.PAGE;
    int size = attention.headSize();
    for (int h = 0; h < attention.kvHeads(); h++) {
      int key = (attention.heads() + h) * size;
      long keys = page.offset + pool.keys(attention, h);
      for (int d = 0; d < size; d++) {
        page.memory.set(JAVA_FLOAT, keys + 4L * (d * Kernels.PAGE + at), qkv.get(row, key + d));
      }
      int value = (attention.heads() + attention.kvHeads() + h) * size;
      MemorySegment.copy(
          qkv.memory,
          qkv.at(row) + 4L * value,
          page.memory,
          page.offset + pool.values(attention, h) + 4L * at * size,
          4L * size);
    }
  }

  /** The forward is through its last layer: what it wrote is remembered. */
  void commit() {
    length = end;
  }

  @Override
  public SequenceState fork() {
    if (closed) {
      throw new ClosedException("the state of a sequence was forked after it was closed");
    }
    var fork = new KvState(pool);
    for (int i = 0; i < pages(length); i++) {
      pool.share(pages.get(i));
      fork.pages.add(pages.get(i));
    }
    fork.length = length;
    fork.end = length;
    return fork;
  }

  @Override
  public void truncate(int newLength) {
    if (newLength < 0 || newLength > length) {
      throw new IllegalArgumentException("truncate to " + newLength + " of " + length + " tokens");
    }
    drop(pages(newLength));
    length = newLength;
    end = newLength;
  }

  /** Forgets everything, whatever forward is under way. */
  void forget() {
    truncate(0);
    forward = 0;
  }

  private void drop(int keep) {
    while (pages.size() > keep) {
      pool.release(pages.removeLast());
    }
  }

  private static int pages(int positions) {
    return (positions + Kernels.PAGE - 1) / Kernels.PAGE;
  }

  @Override
  public void close() {
    drop(0);
    length = 0;
    end = 0;
    closed = true;
  }
}
