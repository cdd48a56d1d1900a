package io.quoth.bench;

import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Limits;
import io.quoth.kernels.LimitsProbe;
import io.quoth.kernels.Processor;
import io.quoth.kernels.Rung;
import io.quoth.tensors.DType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Limits of the machine and what Quoth makes of them, in one run: generation as a share of the
 * measured read bandwidth, a prompt as a share of the measured f32 peak. Each round stands between
 * two probes of the limit; medians of seven.
 *
 * <pre>
 * java --add-modules jdk.incubator.vector io.quoth.bench.Bench [f32|bf16|f16|tales|minilm|search|jlama ...]
 * java io.quoth.bench.Bench tokenizers [NAME ...]
 * </pre>
 *
 * {@code jlama} wants {@code --add-opens java.base/java.nio=ALL-UNNAMED} beside it, and a heap of 8
 * GB. The second measures tokenizers and their peers over the data in {@code ../shared/golden}, or
 * where the system property {@code quoth.golden} says.
 *
 * <p>Alone on the machine, or the shares mean nothing.
 */
public final class Bench {
  private static final int ROUNDS = 7;

  /** Nanoseconds of a probe of a limit between two rounds. */
  static final long PROBE = 40_000_000;

  private final int threads;
  private final LimitsProbe probe = new LimitsProbe();

  private Bench(int threads) {
    this.threads = threads;
  }

  /** Measures the shapes named, all when none is. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 0 && arguments[0].equals("tokenizers")) {
      Path golden = Path.of(System.getProperty("quoth.golden", "../shared/golden"));
      TokenizerBench.run(golden, List.of(arguments).subList(1, arguments.length));
      return;
    }
    int threads = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        Locale.ROOT,
        "%s, %s, %s, %d threads%n",
        LocalDate.now(ZoneOffset.UTC),
        Processor.detect(),
        Rung.best(),
        threads);
    var limits = Limits.measure(threads);
    System.out.printf(
        Locale.ROOT,
        "limits: read %.1f GB/s (one thread %.1f), f32 %.0f GFLOP/s (one thread %.0f)%n",
        limits.read(),
        limits.readOneThread(),
        limits.arithmetic(),
        limits.arithmeticOneThread());
    var names = arguments.length == 0 ? List.of("tales", "bf16", "f32", "f16") : List.of(arguments);
    var bench = new Bench(threads);
    for (String name : names) {
      if (name.equals("minilm")) {
        try (var minilm = new MiniLm(threads)) {
          minilm.run();
        }
        continue;
      }
      if (name.equals("search")) {
        Search.run(threads);
        continue;
      }
      if (name.equals("jlama")) {
        Jlama.run(threads);
        continue;
      }
      bench.run(
          name.equals("tales")
              ? Shape.tales()
              : Shape.llama1B(DType.valueOf(name.toUpperCase(Locale.ROOT))));
    }
  }

  private void run(Shape shape) {
    try (var ops = new CpuOps(Rung.best(), threads);
        var model = new RandomLlama(shape, ops)) {
      boolean small = shape.vocabulary() < 10_000;
      warm(model, small ? 40 : 3);
      prompt(shape, model, small ? 128 : 512);
      generation(shape, model, 0, small ? 256 : 16);
      if (!small) {
        generation(shape, model, 2048, 8);
      }
    }
  }

  private static void warm(RandomLlama model, int times) {
    for (int i = 0; i < times; i++) {
      try (var state = model.newState()) {
        model.forward(state, new int[64], 0, 64);
        for (int step = 0; step < 8; step++) {
          model.forward(state, new int[1], 0, 1);
        }
      }
    }
  }

  private void prompt(Shape shape, RandomLlama model, int tokens) {
    int[] ids = new int[tokens];
    Arrays.setAll(ids, i -> i * 31 % 4000);
    double[] median =
        Rounds.besideLimit(
            ROUNDS,
            () -> probe.arithmetic(threads, PROBE),
            () -> {
              try (var state = model.newState()) {
                long start = System.nanoTime();
                for (int from = 0; from < tokens; from += 512) {
                  model.forward(state, ids, from, Math.min(tokens, from + 512));
                }
                return (double) shape.promptOperations(tokens) / (System.nanoTime() - start);
              }
            });
    System.out.printf(
        Locale.ROOT,
        "%s: prompt of %d: %.1f tokens/s, %.0f GFLOP/s, %.0f %% of the f32 peak%n",
        shape,
        tokens,
        tokens * median[0] * 1e9 / shape.promptOperations(tokens),
        median[0],
        100 * median[1]);
  }

  private void generation(Shape shape, RandomLlama model, int context, int tokens) {
    double positions = context + tokens / 2.0;
    double bytes = (shape.bytesPerToken() + positions * shape.cacheBytesPerPosition()) * tokens;
    long[] allocated = {0};
    double[] median;
    try (var state = model.newState()) {
      for (int from = 0; from < context; from += 512) {
        model.forward(state, new int[512], 0, 512);
      }
      int[] id = {1};
      median =
          Rounds.besideLimit(
              ROUNDS,
              () -> probe.read(threads, PROBE),
              () -> {
                long before = allocatedBytes();
                long start = System.nanoTime();
                for (int i = 0; i < tokens; i++) {
                  model.forward(state, id, 0, 1);
                  id[0] = model.greedy();
                }
                long time = System.nanoTime() - start;
                allocated[0] = allocatedBytes() - before;
                state.truncate(context);
                return bytes / time;
              });
    }
    System.out.printf(
        Locale.ROOT,
        "%s: generation after %d: %.1f tokens/s, %.1f GB/s, %.0f %% of the read bandwidth;"
            + " %d bytes allocated in %d tokens%n",
        shape,
        context,
        tokens * median[0] * 1e9 / bytes,
        median[0],
        100 * median[1],
        allocated[0],
        tokens);
  }

  private static long allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
        ? threads.getTotalThreadAllocatedBytes()
        : 0;
  }
}
