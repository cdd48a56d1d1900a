package io.quoth;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Easing;
import io.quoth.kernels.Ops;
import io.quoth.kernels.Rung;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How to load a model: immutable, changed by methods that return a copy.
 *
 * @param kernels the rung of kernels to run on; empty for the best one that runs here, or for what
 *     the environment variable {@code QUOTH_KERNELS} says ({@code scalar}, {@code vector})
 * @param threads how many threads work on a forward; 0 for as many as there are processors
 * @param progress is told how far loading has come
 */
public record LoadOptions(Optional<Rung> kernels, int threads, ProgressListener progress) {
  /** Read once; nothing else in Quoth asks the environment for kernels. */
  private static final @Nullable String FORCED = System.getenv("QUOTH_KERNELS");

  /** The best kernels, all processors, no progress. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Optional.empty(), 0, ProgressListener.NONE);

  /** Checks the number of threads. */
  public LoadOptions {
    if (threads < 0) {
      throw new BadArgumentException("threads must be >= 0 (0 for all processors): " + threads);
    }
  }

  /** These, on one rung of kernels. */
  public LoadOptions kernels(Rung rung) {
    return new LoadOptions(Optional.of(rung), threads, progress);
  }

  /** These, with so many threads; 0 for as many as there are processors. */
  public LoadOptions threads(int count) {
    return new LoadOptions(kernels, count, progress);
  }

  /** These, telling {@code listener} how far loading has come. */
  public LoadOptions progress(ProgressListener listener) {
    return new LoadOptions(kernels, threads, listener);
  }

  /**
   * What computes, by these options; the model that it is given to closes it.
   *
   * @throws BadArgumentException when the rung cannot run here, or {@code QUOTH_KERNELS} names none
   */
  public Ops newOps() {
    Optional<Rung> wanted = kernels.or(() -> forced(FORCED));
    int all = Runtime.getRuntime().availableProcessors();
    return new CpuOps(
        wanted.orElseGet(Rung::best),
        threads == 0 ? all : threads,
        wanted.isPresent() ? Easing.NONE : Easing.IN);
  }

  /** The rung that a value of {@code QUOTH_KERNELS} asks for; empty where it is not set. */
  static Optional<Rung> forced(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    String wanted = value.strip().toLowerCase(Locale.ROOT);
    for (Rung rung : Rung.values()) {
      if (name(rung).equals(wanted)) {
        return Optional.of(rung);
      }
    }
    throw new BadArgumentException(
        "QUOTH_KERNELS is \""
            + value
            + "\"; it must be one of "
            + Arrays.stream(Rung.values()).map(LoadOptions::name).toList()
            + ", or not be set for the best that runs here");
  }

  private static String name(Rung rung) {
    return rung.name().toLowerCase(Locale.ROOT);
  }
}
