package io.quoth.tokenizers;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lends scratch arrays to threads; one that finds none makes its own. The words that they remember
 * are worth more than the arrays, so a thread takes those of another before it makes new ones.
 */
final class ScratchPool {
  /** Arrays for longer texts are not kept. */
  private static final int KEPT = 1 << 20;

  private static final int SLOTS = 16;

  private final AtomicReferenceArray<@Nullable Scratch> free = new AtomicReferenceArray<>(SLOTS);

  Scratch take() {
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      int slot = first + i & SLOTS - 1;
      if (free.getPlain(slot) != null) {
        Scratch scratch = free.getAndSet(slot, null);
        if (scratch != null) {
          return scratch;
        }
      }
    }
    return new Scratch();
  }

  /** Takes arrays back; no more are kept than there are slots. */
  void give(Scratch scratch) {
    if (scratch.size() > KEPT) {
      return;
    }
    scratch.release();
    int first = slot();
    for (int i = 0; i < SLOTS; i++) {
      int slot = first + i & SLOTS - 1;
      if (free.getPlain(slot) == null && free.compareAndSet(slot, null, scratch)) {
        return;
      }
    }
  }

  /** Where a thread looks first: mostly it finds there what it gave back itself. */
  private static int slot() {
    return (int) Thread.currentThread().threadId() & SLOTS - 1;
  }
}
