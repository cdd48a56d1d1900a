package io.quoth.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Runs blocking work so that an interrupt of the caller ends it. A socket that is read by a
 * platform thread does not hear of an interrupt; one that is read by a virtual thread is closed by
 * it. So the work runs on virtual threads and the caller waits for them.
 */
final class Interruptible {
  /** How long an interrupted caller waits for its work to put things down. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private Interruptible() {}

  /** Runs one piece of work. */
  static <T> T call(Callable<T> work) {
    var task = new FutureTask<>(work);
    return await(List.of(task), List.of(Thread.ofVirtual().name("quoth-hub").start(task)))
        .getFirst();
  }

  /**
   * Runs work for every item, at most {@code width} at once. The first failure ends the others and
   * is thrown.
   */
  static <T> void forEach(List<T> items, int width, Consumer<T> work) {
    var places = new Semaphore(width);
    var tasks = new ArrayList<FutureTask<Boolean>>();
    var threads = new ArrayList<Thread>();
    for (T item : items) {
      tasks.add(
          new FutureTask<>(
              () -> {
                places.acquire();
                try {
                  work.accept(item);
                  return true;
                } finally {
                  places.release();
                }
              }) {
            @Override
            protected void setException(Throwable failure) {
              super.setException(failure);
              threads.forEach(Thread::interrupt);
            }
          });
    }
    tasks.forEach(task -> threads.add(Thread.ofVirtual().name("quoth-hub").unstarted(task)));
    threads.forEach(Thread::start);
    await(tasks, threads);
  }

  private static <T> List<T> await(List<FutureTask<T>> tasks, List<Thread> threads) {
    var results = new ArrayList<T>();
    RuntimeException failure = null;
    try {
      for (FutureTask<T> task : tasks) {
        try {
          results.add(task.get());
        } catch (ExecutionException e) {
          failure = worse(failure, unwrapped(e));
        }
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      joinAll(threads);
      Thread.currentThread().interrupt();
      throw new HubException(
          HubException.Reason.CANCELLED, "cancelled: the calling thread was interrupted", e);
    }
    if (failure != null) {
      throw failure;
    }
    return results;
  }

  /** What ended the others counts, not that they were ended. */
  private static RuntimeException worse(
      @org.jspecify.annotations.Nullable RuntimeException first, RuntimeException next) {
    boolean onlyCancelled =
        first instanceof HubException hub && hub.reason() == HubException.Reason.CANCELLED;
    return first == null || onlyCancelled ? next : first;
  }

  private static RuntimeException unwrapped(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      case InterruptedException stopped ->
          new HubException(HubException.Reason.CANCELLED, "cancelled", stopped);
      case Throwable other -> new IllegalStateException(other);
      case null -> new IllegalStateException(e);
    };
  }

  private static void joinAll(List<Thread> threads) {
    long until = System.nanoTime() + GRACE.toNanos();
    for (Thread thread : threads) {
      try {
        thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      } catch (InterruptedException e) {
        return; // interrupted again: the caller is in a hurry
      }
    }
  }
}
