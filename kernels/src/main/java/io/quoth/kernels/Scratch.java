package io.quoth.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The stack that activations live on. Storage and handles are used again step after step; after the
 * first step of its size a step allocates nothing.
 */
final class Scratch implements AutoCloseable {
  private static final long ALIGNMENT = 64;
  private static final long SMALLEST = 1 << 20;

  private record Slab(Arena arena, MemorySegment memory) {}

  private final List<Slab> slabs = new ArrayList<>();
  private final List<CpuActivation> handles = new ArrayList<>();
  private int live;

  /** Forgets everything. What had to be pieced together becomes one slab. */
  void clear() {
    live = 0;
    if (slabs.size() > 1) {
      long total = slabs.stream().mapToLong(slab -> slab.memory.byteSize()).sum();
      close();
      slabs.add(slab(total));
    }
  }

  /** How many handles are live; {@link #release} goes back to it. */
  int mark() {
    return live;
  }

  /** Frees every handle made since {@link #mark} said {@code mark}. */
  void release(int mark) {
    live = mark;
  }

  /** A new matrix on top; its numbers are whatever lay there. */
  CpuActivation push(int rows, int columns) {
    int slab = 0;
    long offset = 0;
    if (live > 0) {
      var top = handles.get(live - 1);
      slab = top.slab;
      offset = (top.end() + ALIGNMENT - 1) & -ALIGNMENT;
    }
    long bytes = (long) rows * columns * Float.BYTES;
    while (slab < slabs.size() && offset + bytes > slabs.get(slab).memory.byteSize()) {
      slab++;
      offset = 0;
    }
    if (slab == slabs.size()) {
      slabs.add(slab(Math.max(bytes, SMALLEST)));
    }
    if (live == handles.size()) {
      handles.add(new CpuActivation());
    }
    var handle = handles.get(live++);
    handle.memory = slabs.get(slab).memory;
    handle.offset = offset;
    handle.rows = rows;
    handle.columns = columns;
    handle.slab = slab;
    return handle;
  }

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private static Slab slab(long bytes) {
    var arena = Arena.ofShared();
    return new Slab(arena, arena.allocate(bytes, ALIGNMENT));
  }

  /** Bytes held. */
  long bytes() {
    return slabs.stream().mapToLong(slab -> slab.memory.byteSize()).sum();
  }

  @Override
  public void close() {
    slabs.forEach(slab -> slab.arena.close());
    slabs.clear();
    live = 0;
  }
}
