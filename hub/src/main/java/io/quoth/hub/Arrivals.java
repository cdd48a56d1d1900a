package io.quoth.hub;

import io.quoth.base.ProgressListener;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Tells a listener of each file, and of all together, a few times a second. */
final class Arrivals {
  private static final long EVERY_NANOS = 50_000_000;

  private final ProgressListener listener;
  private final String all;
  private final long total;
  private final ConcurrentHashMap<String, Long> here = new ConcurrentHashMap<>();
  private final AtomicLong sum = new AtomicLong();
  private final AtomicLong lastTold = new AtomicLong();

  Arrivals(ProgressListener listener, ModelName name, List<RepoFile> files) {
    this.listener = listener;
    this.all = name.toString();
    this.total = files.stream().mapToLong(RepoFile::size).sum();
  }

  /** Takes the number of bytes of a file that are here. */
  LongConsumer of(RepoFile file) {
    var lastOfFile = new AtomicLong();
    return bytes -> {
      Long before = here.put(file.path(), bytes);
      long done = sum.addAndGet(bytes - (before == null ? 0 : before));
      if (isTime(lastOfFile) || bytes == file.size()) {
        listener.progress(file.path(), bytes, file.size());
      }
      if (isTime(lastTold) || done == total) {
        listener.progress(all, done, total);
      }
    };
  }

  private static boolean isTime(AtomicLong last) {
    long now = System.nanoTime();
    long before = last.get();
    return (before == 0 || now - before > EVERY_NANOS) && last.compareAndSet(before, now);
  }
}
