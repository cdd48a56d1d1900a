package io.quoth.cli;

import io.quoth.base.ProgressListener;
import java.util.Locale;

/**
 * How far a computation has come, counted in steps: one line on standard error, drawn over itself,
 * at a terminal only.
 */
final class StepsLine implements ProgressListener, AutoCloseable {
  private static final long STEP_NANOS = 100_000_000;

  private final Console console;
  private long due = System.nanoTime();
  private boolean drawn;

  StepsLine(Console console) {
    this.console = console;
  }

  @Override
  public synchronized void progress(String task, long done, long total) {
    long now = System.nanoTime();
    if (!console.errIsTerminal() || now - due < 0) {
      return;
    }
    due = now + STEP_NANOS;
    String line =
        total < 0
            ? String.format(Locale.ROOT, "%s: %,d", task, done)
            : String.format(Locale.ROOT, "%s: %,d of %,d", task, done, total);
    console.err().print("\r\033[K" + line);
    console.err().flush();
    drawn = true;
  }

  @Override
  public synchronized void close() {
    if (drawn) {
      console.err().print("\r\033[K");
      console.err().flush();
      drawn = false;
    }
  }
}
