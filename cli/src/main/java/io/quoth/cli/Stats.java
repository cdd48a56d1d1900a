package io.quoth.cli;

import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationResult;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What {@code --stats} tells. */
record Stats(Style style) {
  void print(PrintStream err, CausalLM model, GenerationResult result) {
    var table = new Table(style);
    table.row(
        "prompt",
        result.promptTokens() + " tokens, " + rate(result.promptTokensPerSecond()) + " tokens/s");
    table.row(
        "generation",
        result.generatedTokens()
            + " tokens, "
            + rate(result.generatedTokensPerSecond())
            + " tokens/s; ended: "
            + switch (result.finishReason()) {
              case EOS -> "the model ended it (eos)";
              case STOP_STRING -> "stop string";
              case LENGTH -> "length";
              case CANCELLED -> "interrupted";
            });
    Duration first = result.timings().timeToFirstToken();
    table.row("first token", milliseconds(first) + " after the prompt went in");
    table.row("weights", weights(model));
    table.row("memory", memory());
    table.row("kernels", result.kernels());
    table.row(
        "seed",
        result.seed().isPresent() ? String.valueOf(result.seed().getAsLong()) : "none (greedy)");
    table.row("process", milliseconds(age()) + " since its start");
    err.println();
    table.print(err);
  }

  /** Their types, the one with most bytes first. */
  private static String weights(CausalLM model) {
    return model.model().weightBytes().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .map(type ->
            type.getKey().name().toLowerCase(Locale.ROOT) + " " + Units.bytes(type.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String rate(double rate) {
    return String.format(Locale.ROOT, rate < 10 ? "%.2f" : "%.1f", rate);
  }

  private static String milliseconds(Duration time) {
    return time.toMillis() + " ms";
  }

  private static Duration age() {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    return Duration.ofMillis(System.currentTimeMillis() - start);
  }

  /** Resident bytes as Linux counts them, else what Java has taken for its heap. */
  private static String memory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          long kilobytes = Long.parseLong(line.replaceAll("[^0-9]", ""));
          return Units.bytes(kilobytes << 10) + " resident at most, mapped weights included";
        }
      }
    } catch (IOException | NumberFormatException _) {
      // no such file on this system: the heap is told below
    }
    return Units.bytes(Runtime.getRuntime().totalMemory()) + " of Java heap";
  }
}
