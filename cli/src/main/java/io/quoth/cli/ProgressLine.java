package io.quoth.cli;

import io.quoth.base.ProgressListener;
import java.util.concurrent.atomic.AtomicLong;

/** Progress as one line of a terminal that is overwritten; nothing where there is none. */
final class ProgressLine implements ProgressListener {
  /** Ten times a second is smooth; more only costs. */
  private static final long STEP_NANOS = 100_000_000;

  private final Console console;
  private final AtomicLong next = new AtomicLong(Long.MIN_VALUE);

  ProgressLine(Console console) {
    this.console = console;
  }

  @Override
  public void progress(String task, long done, long total) {
    if (!console.errIsTerminal()) {
      return;
    }
    long now = System.nanoTime();
    long due = next.get();
    boolean last = done == total;
    if (last || now >= due && next.compareAndSet(due, now + STEP_NANOS)) {
      console.err().print(last ? "\r\033[K" : "\r\033[K" + line(task, done, total));
      console.err().flush();
    }
  }

  private String line(String task, long done, long total) {
    if (total <= 0) {
      return task + " " + done;
    }
    int width = Math.clamp(console.columns() - task.length() - 12L, 5, 40);
    int full = (int) (width * done / total);
    return "%s %s%s %3d %%"
        .formatted(task, "━".repeat(full), "─".repeat(width - full), 100 * done / total);
  }
}
