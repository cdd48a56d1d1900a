package io.quoth.cli;

/** A command: what it takes, and what it does. */
interface Command {
  /** What it takes, and its page of help. */
  Usage usage();

  /**
   * Does it. Results go to {@link Console#out}, all else to {@link Console#err}.
   *
   * @return the exit code, {@link Quoth#DONE} as a rule
   * @throws UsageException when the arguments contradict each other
   * @throws io.quoth.base.QuothException when it fails
   */
  int run(Console console, Arguments arguments);
}
