package io.quoth.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one pool of a JVM: daemon threads that help whoever calls. The caller works along, takes one
 * share after the other like everybody, and returns when all shares are done. Who finds the pool
 * busy with another model does all shares alone, which gives the same result.
 *
 * <p>Each thread begins with its part of the shares and then takes what others have left of theirs.
 * So a thread mostly meets the weights that it met in the last forward, which matters where caches
 * are not shared by all processors.
 *
 * <p>Workers spin for a moment between calls, since the next one usually follows within
 * microseconds, and then park. Nothing here allocates once the threads run.
 */
final class WorkerPool {
  /** The pool of this JVM. */
  static final WorkerPool SHARED = new WorkerPool();

  /** Multiplications below which waking another thread costs more than it gives. */
  static final long SMALL = 32_768;

  /** Work in numbered shares that any thread may do in any order. */
  interface Task {
    void run(int share, Workspace workspace);
  }

  /** Rounds of waiting before a worker parks: about 50 microseconds. */
  private static final int SPINS = 2_000;

  private static final int APART = 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<Worker> workers = new ArrayList<>();

  /**
   * The next share of each thread's part, {@link #APART} numbers apart, so that each has a line of
   * the cache to itself.
   */
  private AtomicIntegerArray next = new AtomicIntegerArray(APART);

  /** Workers that looked at the current call and have not left it. */
  private final AtomicInteger inside = new AtomicInteger();

  private @Nullable Task task;
  private int shares;
  private int helpers;

  /** Whether a call is under way that workers may enter; publishes the three fields above. */
  private volatile boolean open;

  /** Counts calls; what workers wait for. */
  private final AtomicInteger calls = new AtomicInteger();

  /** The first failure of a helper in the current call. */
  private volatile @Nullable Throwable failure;

  private WorkerPool() {}

  /**
   * Runs shares 0 to {@code shares} - 1 of a task.
   *
   * @param threads how many threads may work, the caller included
   * @param workspace the caller's
   */
  void run(Task work, int shares, int threads, Workspace workspace) {
    if (threads <= 1 || shares <= 1 || !lock.tryLock()) {
      for (int share = 0; share < shares; share++) {
        work.run(share, workspace);
      }
      return;
    }
    try {
      runTogether(work, shares, Math.min(threads, shares) - 1, workspace);
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ThreadPriorityCheck") // giving way is no means of being right, only of speed
  private void runTogether(Task work, int count, int wantedHelpers, Workspace workspace) {
    while (workers.size() < wantedHelpers) {
      var worker = new Worker(workers.size());
      workers.add(worker);
      worker.start();
    }
    if (next.length() < (workers.size() + 1) * APART) {
      next = new AtomicIntegerArray((workers.size() + 1) * APART);
    }
    task = work;
    shares = count;
    helpers = wantedHelpers;
    failure = null;
    for (int part = 0; part <= helpers; part++) {
      next.set(part * APART, begin(part));
    }
    open = true;
    calls.incrementAndGet();
    for (int i = 0; i < wantedHelpers; i++) {
      workers.get(i).wake();
    }
    try {
      work(work, 0, workspace);
    } finally {
      open = false;
      for (int i = 0; inside.get() != 0; i++) {
        if (i < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield(); // on a busy machine a helper may wait for this very processor
        }
      }
      task = null;
    }
    var failed = failure;
    if (failed != null) {
      failure = null;
      if (failed instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) failed;
    }
  }

  /** Where a thread's part of the shares begins. */
  private int begin(int part) {
    return (int) ((long) shares * part / (helpers + 1));
  }

  /** Does a thread's part, and then what is left of the parts behind it. */
  private void work(Task work, int thread, Workspace workspace) {
    int parts = helpers + 1;
    try {
      for (int i = 0; i < parts; i++) {
        int part = (thread + i) % parts;
        int end = begin(part + 1);
        int share = next.getAndIncrement(part * APART);
        while (share < end) {
          work.run(share, workspace);
          share = next.getAndIncrement(part * APART);
        }
      }
    } catch (RuntimeException | Error e) {
      for (int part = 0; part < parts; part++) {
        next.set(part * APART, shares); // nobody begins another share
      }
      throw e;
    }
  }

  private final class Worker extends Thread {
    private final int number;
    private final Workspace workspace = new Workspace();

    /** Whether it is parked or about to be. */
    private volatile boolean idle;

    Worker(int number) {
      super("quoth-worker-" + (number + 1));
      this.number = number;
      setDaemon(true);
    }

    void wake() {
      if (idle) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int seen = 0;
      while (true) {
        seen = await(seen);
        inside.incrementAndGet();
        try {
          // Read after entering: the caller waits for whoever is inside before the next call.
          var work = open && number < helpers ? task : null;
          if (work != null) {
            work(work, number + 1, workspace);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          inside.decrementAndGet();
        }
      }
    }

    /** Waits for a call later than {@code seen} and returns its number. */
    private int await(int seen) {
      for (int i = 0; i < SPINS; i++) {
        int now = calls.get();
        if (now != seen) {
          return now;
        }
        Thread.onSpinWait();
      }
      idle = true;
      int now = calls.get();
      while (now == seen) {
        LockSupport.park(WorkerPool.this);
        Thread.interrupted(); // nobody's business here, and it would keep park from parking
        now = calls.get();
      }
      idle = false;
      return now;
    }
  }
}
