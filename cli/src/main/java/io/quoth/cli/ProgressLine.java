package io.quoth.cli;

import io.quoth.base.ProgressListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * Progress on standard error. At a terminal: a bar for each task under way, with speed and time
 * left, drawn over itself. Elsewhere: a line every few seconds about the largest task, which is the
 * sum of the others. What has no total is a message and stands for itself.
 */
final class ProgressLine implements ProgressListener, AutoCloseable {
  /** Ten times a second is smooth; more only costs. */
  private static final long STEP_NANOS = 100_000_000;

  private static final long QUIET_STEP_NANOS = 5_000_000_000L;
  private static final int MOST_BARS = 9;

  private record Task(long done, long total, long firstDone, long since) {}

  private final Console console;
  private final LongFunction<String> amount;
  private final boolean silent;
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private long due;
  private int drawn;

  /** Of bytes. */
  ProgressLine(Console console) {
    this(console, Units::bytes);
  }

  /** Of things that are counted, texts or files. */
  static ProgressLine counting(Console console) {
    return new ProgressLine(console, Long::toString);
  }

  private ProgressLine(Console console, LongFunction<String> amount) {
    this.console = console;
    this.amount = amount;
    silent =
        List.of("1", "on", "yes", "true")
            .contains(
                console
                    .environment()
                    .getOrDefault("HF_HUB_DISABLE_PROGRESS_BARS", "")
                    .toLowerCase(java.util.Locale.ROOT));
    due = System.nanoTime() + (console.errIsTerminal() ? 0 : QUIET_STEP_NANOS);
  }

  @Override
  public synchronized void progress(String task, long done, long total) {
    if (total < 0) {
      erase();
      console.err().println(task);
      console.err().flush();
      return;
    }
    if (silent) {
      return;
    }
    long now = System.nanoTime();
    Task before = tasks.get(task);
    if (done >= total) {
      tasks.remove(task);
    } else if (before == null || done < before.done) {
      tasks.put(task, new Task(done, total, done, now));
    } else {
      tasks.put(task, new Task(done, total, before.firstDone, before.since));
    }
    if (now - due >= 0 || tasks.isEmpty() && drawn > 0) {
      due = now + (console.errIsTerminal() ? STEP_NANOS : QUIET_STEP_NANOS);
      draw(now);
    }
  }

  private void draw(long now) {
    if (!console.errIsTerminal()) {
      tasks.entrySet().stream()
          .max((a, b) -> Long.compare(a.getValue().total, b.getValue().total))
          .ifPresent(largest ->
              console.err().println(largest.getKey() + ": " + numbers(largest.getValue(), now)));
      console.err().flush();
      return;
    }
    erase();
    var lines = new ArrayList<String>();
    for (var task : tasks.entrySet()) {
      if (lines.size() < MOST_BARS) {
        lines.add(line(task.getKey(), task.getValue(), now));
      }
    }
    lines.forEach(line -> console.err().println(line));
    drawn = lines.size();
    console.err().flush();
  }

  /** Takes the bars away. */
  private void erase() {
    if (drawn > 0) {
      console.err().print("\033[" + drawn + "A\r\033[J");
      drawn = 0;
    }
  }

  private String line(String name, Task task, long now) {
    String numbers = numbers(task, now);
    int room = Math.max(8, console.columns() - numbers.length() - 14);
    String shown = name.length() > room ? "…" + name.substring(name.length() - room + 1) : name;
    int full = (int) (10.0 * task.done / Math.max(1, task.total));
    return shown + " " + "━".repeat(full) + "─".repeat(10 - full) + " " + numbers;
  }

  private String numbers(Task task, long now) {
    String text = "%s of %s".formatted(amount.apply(task.done), amount.apply(task.total));
    double seconds = (now - task.since) / 1e9;
    double speed = (task.done - task.firstDone) / Math.max(seconds, 1e-9);
    if (seconds < 0.5 || speed < 1) {
      return text;
    }
    return text
        + ", "
        + amount.apply((long) speed)
        + "/s, "
        + time((long) ((task.total - task.done) / speed))
        + " left";
  }

  private static String time(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? "%d:%02d min".formatted(seconds / 60, seconds % 60)
        : "%d:%02d h".formatted(seconds / 3600, seconds / 60 % 60);
  }

  @Override
  public synchronized void close() {
    erase();
    console.err().flush();
  }
}
