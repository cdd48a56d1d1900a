package io.quoth.hub;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two downloads of one blob apart, in this program and between processes. The operating
 * system lets go of a lock when its process ends, however it ends, so none is ever left behind. The
 * file stays, as Python's does, and holds who took the lock last.
 */
final class FileLock implements AutoCloseable {
  /**
   * What this program holds. The system's lock belongs to the whole process, and closing any
   * channel to its file would give it up: so threads are kept apart here, before a file is opened.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int MAX_OWNER_BYTES = 200;

  private final Path key;
  private final @Nullable FileChannel channel;

  private FileLock(Path key, @Nullable FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /**
   * Waits for the lock as long as its owner makes progress.
   *
   * @param progress a number that changes while the owner works
   * @param timeout how long it may stay the same
   * @throws HubException when that time has passed, naming the owner
   */
  static FileLock take(
      ModelName name, Path file, Duration timeout, LongSupplier progress, Http http)
      throws IOException {
    Path key = file.toAbsolutePath().normalize();
    long seen = progress.getAsLong();
    long since = System.nanoTime();
    while (true) {
      FileLock lock = tryTake(key);
      if (lock != null) {
        return lock;
      }
      long now = progress.getAsLong();
      if (now != seen) {
        seen = now;
        since = System.nanoTime();
      } else if (System.nanoTime() - since > timeout.toNanos()) {
        throw new HubException(
            HubException.Reason.LOCKED,
            name
                + ": "
                + owner(file)
                + " has been fetching the same file without progress for "
                + timeout.toSeconds()
                + " s (lock "
                + file
                + "). Wait for it, or end it and try again: its lock ends with it");
      }
      http.pause(LOOK_AGAIN);
    }
  }

  private static @Nullable FileLock tryTake(Path key) throws IOException {
    if (!HELD.add(key)) {
      return null;
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel =
          FileChannel.open(
              key, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      taken = isLocked(channel);
      return taken ? new FileLock(key, channel) : null;
    } finally {
      if (!taken) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(key);
      }
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    if (channel.tryLock() == null) {
      return false;
    }
    byte[] owner =
        ("process "
                + ProcessHandle.current().pid()
                + " on "
                + host()
                + " since "
                + Instant.now().truncatedTo(ChronoUnit.SECONDS))
            .getBytes(StandardCharsets.UTF_8);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(owner));
    return true;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "this machine";
    }
  }

  private static String owner(Path file) {
    try (var in = Files.newInputStream(file)) {
      String owner = new String(in.readNBytes(MAX_OWNER_BYTES), StandardCharsets.UTF_8).strip();
      return owner.isEmpty() ? "another process" : Http.clipped(owner);
    } catch (IOException e) {
      return "another process";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      HELD.remove(key);
    }
  }
}
