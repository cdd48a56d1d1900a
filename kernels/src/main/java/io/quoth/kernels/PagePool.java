package io.quoth.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Pages of keys and values for sequences of one shape of model. A page holds 64 positions of every
 * layer: for each layer the keys [head][head size][64 positions] and then the values [head][64
 * positions][head size]. Keys stand the other way round so that the scores of 16 positions are the
 * lanes of one vector. Fewer positions would waste less of a sequence's last page but part what one
 * head reads into pieces too short for the processor to fetch ahead.
 *
 * <p>Safe for use by several threads: states are forked and closed by whoever owns them.
 */
final class PagePool implements AutoCloseable {
  private static final long MOST_AT_ONCE = 16 << 20;

  /** Counted, so that forks can share it. */
  static final class Page {
    final MemorySegment memory;
    final long offset;
    private int references;

    private Page(MemorySegment memory, long offset) {
      this.memory = memory;
      this.offset = offset;
    }
  }

  private final List<Attention> layers;
  private final long[] offsets;
  private final long pageBytes;
  private final Arena arena = Arena.ofShared();
  private final ArrayDeque<Page> free = new ArrayDeque<>();
  private long pages;

  PagePool(List<Attention> layers) {
    this.layers = List.copyOf(layers);
    offsets = new long[layers.size()];
    long bytes = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = bytes;
      bytes += layers.get(i).kvHeads() * 2L * tileBytes(layers.get(i));
    }
    // The same tile of successive pages must not fall on the same few lines of a cache.
    pageBytes = bytes % 16384 == 0 ? bytes + tileBytes(layers.getFirst()) : bytes;
  }

  /** Bytes of a page's keys or values of one head. */
  static long tileBytes(Attention attention) {
    return (long) Kernels.PAGE * attention.headSize() * Float.BYTES;
  }

  List<Attention> layers() {
    return layers;
  }

  long pageBytes() {
    return pageBytes;
  }

  /** Bytes in a page before the keys of a head; a pool of one layer serves any. */
  long keys(Attention attention, int kvHead) {
    long layer = offsets.length == 1 ? 0 : offsets[attention.layer()];
    return layer + kvHead * tileBytes(attention);
  }

  /** Bytes in a page before the values of a head. */
  long values(Attention attention, int kvHead) {
    return keys(attention, attention.kvHeads() + kvHead);
  }

  /** A page with one reference; what it holds is undefined. */
  synchronized Page take() {
    if (free.isEmpty()) {
      grow();
    }
    var page = free.pop();
    page.references = 1;
    return page;
  }

  /** One more reference. */
  synchronized void share(Page page) {
    page.references++;
  }

  /** One reference less. */
  synchronized void release(Page page) {
    if (--page.references == 0) {
      free.push(page);
    }
  }

  synchronized boolean isShared(Page page) {
    return page.references > 1;
  }

  private void grow() {
    // An eighth more at a time, so that what is held stays near what is used.
    long count = Math.max(1, Math.min(pages / 8, MOST_AT_ONCE / pageBytes));
    var memory = arena.allocate(count * pageBytes, 64);
    for (long i = count - 1; i >= 0; i--) {
      free.push(new Page(memory, i * pageBytes));
    }
    pages += count;
  }

  /** Bytes held, free pages included. */
  synchronized long bytes() {
    return pages * pageBytes;
  }

  @Override
  public void close() {
    arena.close();
  }
}
