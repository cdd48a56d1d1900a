package io.quoth.tokenizers;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Lends scratch arrays to threads; one that finds none makes its own. */
final class ScratchPool {
  /** Arrays for longer texts are not kept. */
  private static final int KEPT = 1 << 20;

  private final AtomicReferenceArray<@Nullable Scratch> free = new AtomicReferenceArray<>(16);

  Scratch take() {
    int slot = slot();
    Scratch scratch = free.getAndSet(slot, null);
    return scratch == null ? new Scratch() : scratch;
  }

  void give(Scratch scratch) {
    if (scratch.size() <= KEPT) {
      scratch.release();
      free.set(slot(), scratch);
    }
  }

  private static int slot() {
    return (int) (Thread.currentThread().threadId() & 15);
  }
}
