package io.quoth.base;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Whose turn it is with something that one caller uses at a time: callers wait in the order in
 * which they came, and once it is closed nobody has a turn.
 *
 * <pre>
 * turn.begin();
 * try {
 *   …
 * } finally {
 *   turn.end();
 * }
 * </pre>
 */
public final class Turn {
  /** Fair, so that many callers all get on. */
  private final ReentrantLock lock = new ReentrantLock(true);

  private final String what;
  private boolean closed;

  /**
   * A turn that nobody has.
   *
   * @param what is used, for messages: {@code models/gpt2: the model}
   */
  public Turn(String what) {
    this.what = what;
  }

  /**
   * Waits for its turn; {@link #end} must follow.
   *
   * @throws ClosedException when it is closed; then it is nobody's turn
   */
  @SuppressWarnings("LockNotBeforeTry") // end() unlocks
  public void begin() {
    lock.lock();
    if (closed) {
      lock.unlock();
      throw new ClosedException(what + " is closed");
    }
  }

  /** Gives the turn to the next. */
  public void end() {
    lock.unlock();
  }

  /** Waits for the work under way, then releases what was used; a second call does nothing. */
  public void close(Runnable release) {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        release.run();
      }
    } finally {
      lock.unlock();
    }
  }
}
