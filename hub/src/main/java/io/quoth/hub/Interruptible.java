package io.quoth.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;

/**
 * Runs blocking work so that an interrupt of the caller ends it. A socket that is read by a
 * platform thread does not hear of an interrupt; one that is read by a virtual thread is closed by
 * it. So the work runs on virtual threads and the caller waits for them.
 *
 * <p>But once a virtual thread has waited for a socket, the JVM takes 0.3 s more to end (it waits
 * so long for threads in native code, and the one that polls sockets never leaves it). So in a
 * program that ends with its call the work runs on platform threads. After an interrupt they are
 * left alone where they wait for a socket; they hear of it when data come or time is out.
 */
final class Interruptible {
  /** How long an interrupted caller waits for its work to put things down. */
  private final Duration grace;

  private final ThreadFactory threads;

  Interruptible(HubConfig config) {
    boolean platform = config.inShortProgram();
    grace = Duration.ofSeconds(platform ? 1 : 5);
    Thread.Builder kind = platform ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    threads = kind.name("quoth-hub").factory();
  }

  /** Runs one piece of work. */
  <T> T call(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread thread = threads.newThread(task);
    thread.start();
    return await(List.of(task), List.of(thread)).getFirst();
  }

  /**
   * Runs work for every item, at most {@code width} at once. The first failure ends the others and
   * is thrown.
   */
  <T> void forEach(List<T> items, int width, Consumer<T> work) {
    var places = new Semaphore(width);
    var tasks = new ArrayList<FutureTask<Boolean>>();
    var running = new ArrayList<Thread>();
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
              running.forEach(Thread::interrupt);
            }
          });
    }
    tasks.forEach(task -> running.add(threads.newThread(task)));
    running.forEach(Thread::start);
    await(tasks, running);
  }

  private <T> List<T> await(List<FutureTask<T>> tasks, List<Thread> running) {
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
      running.forEach(Thread::interrupt);
      joinAll(running);
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

  private void joinAll(List<Thread> running) {
    long until = System.nanoTime() + grace.toNanos();
    for (Thread thread : running) {
      try {
        thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      } catch (InterruptedException e) {
        return; // interrupted again: the caller is in a hurry
      }
    }
  }
}
