package io.quoth.base;

/**
 * Told how far a long task has come. Called from any thread, often; must return quickly and must
 * not throw.
 */
@FunctionalInterface
public interface ProgressListener {
  /** Listens to nothing. */
  ProgressListener NONE = (_, _, _) -> {};

  /**
   * A task moved on.
   *
   * @param task what is being done, as a person would read it: a file name, "loading"
   * @param done units finished so far, from 0 to {@code total}
   * @param total all units (bytes or items), or -1 while unknown
   */
  void progress(String task, long done, long total);
}
