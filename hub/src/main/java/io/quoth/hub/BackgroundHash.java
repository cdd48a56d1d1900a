package io.quoth.hub;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Hashes what arrives on another thread, while the next block is read and written: SHA-256 takes as
 * long as both together. Blocks go round between the two threads, so no more than {@value #BLOCKS}
 * are ever made. For one user at a time.
 */
final class BackgroundHash implements AutoCloseable {
  /** Larger blocks leave the processor's cache before they are hashed. */
  static final int BLOCK = 256 << 10;

  private static final int BLOCKS = 4;

  /** A count below 0 is the end. */
  private record Filled(byte[] bytes, int count) {}

  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BLOCKS);
  private final BlockingQueue<Filled> filled = new ArrayBlockingQueue<>(BLOCKS + 1);
  private final FutureTask<String> task;
  private final Thread thread;
  private final int blockSize;
  private int made;

  BackgroundHash(RepoFile file) {
    var hash = new ContentHash(file);
    blockSize = Math.clamp(file.size(), 1, BLOCK);
    task = new FutureTask<>(() -> run(hash));
    // Virtual threads share few processors with those that read: hashing would keep them waiting.
    thread = Thread.ofPlatform().daemon().name("quoth-hash").start(task);
  }

  private String run(ContentHash hash) throws InterruptedException {
    for (Filled next = filled.take(); next.count >= 0; next = filled.take()) {
      hash.update(next.bytes, 0, next.count);
      free.add(next.bytes);
    }
    return hash.hex();
  }

  /** A block to fill. */
  byte[] block() throws InterruptedException {
    byte[] block = free.poll();
    if (block == null && made < BLOCKS) {
      made++;
      return new byte[blockSize];
    }
    return block == null ? free.take() : block;
  }

  /** Takes the first bytes of a block, which is no longer the caller's. */
  void add(byte[] block, int count) throws InterruptedException {
    filled.put(new Filled(block, count));
  }

  /** The hash of all that was added, as the name of a blob has it. To be asked once. */
  String hex() throws InterruptedException {
    filled.put(new Filled(new byte[0], -1));
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("hashing cannot fail", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
