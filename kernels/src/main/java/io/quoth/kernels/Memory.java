package io.quoth.kernels;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What memory there is, in bytes.
 *
 * @param physical of the machine; empty when unknown
 * @param available that programs could have now, without the container's limit; empty when unknown
 * @param containerLimit what a control group allows; empty without one
 * @param heap the most that this JVM's heap may take
 */
public record Memory(
    OptionalLong physical, OptionalLong available, OptionalLong containerLimit, long heap) {

  /** Limits beyond this stand for none. */
  private static final long NO_LIMIT = 1L << 60;

  /** This machine's, now. */
  public static Memory detect() {
    return new Memory(
        kilobytes("MemTotal:"),
        kilobytes("MemAvailable:"),
        limit(
            List.of(
                Path.of("/sys/fs/cgroup/memory.max"),
                Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes"))),
        Runtime.getRuntime().maxMemory());
  }

  /** The least of what the machine and its container allow; empty when neither is known. */
  public OptionalLong usable() {
    if (physical.isEmpty() || containerLimit.isEmpty()) {
      return physical.isPresent() ? physical : containerLimit;
    }
    return OptionalLong.of(Math.min(physical.getAsLong(), containerLimit.getAsLong()));
  }

  private static OptionalLong kilobytes(String key) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith(key)) {
          String[] words = line.substring(key.length()).strip().split(" +");
          return OptionalLong.of(Math.multiplyExact(Long.parseLong(words[0]), 1024L));
        }
      }
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // not Linux
    }
    return OptionalLong.empty();
  }

  private static OptionalLong limit(List<Path> files) {
    for (Path file : files) {
      try {
        long limit = Long.parseLong(Files.readString(file).strip());
        return limit < NO_LIMIT ? OptionalLong.of(limit) : OptionalLong.empty();
      } catch (IOException | NumberFormatException e) {
        // not that version of control groups, or "max"
      }
    }
    return OptionalLong.empty();
  }
}
