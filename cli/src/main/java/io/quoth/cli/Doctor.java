package io.quoth.cli;

import io.quoth.kernels.Limits;
import io.quoth.kernels.Memory;
import io.quoth.kernels.Processor;
import io.quoth.kernels.Rung;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code quoth doctor}. */
final class Doctor implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "doctor",
        List.of(
            "Show what Quoth found on this machine: Java, processor, kernels, memory.",
            "Put its output into every report of a problem."),
        List.of(Usage.Opt.flag("--quick", "Leave out what takes seconds to measure.")),
        Usage.Parameters.NONE,
        List.of("quoth doctor", "quoth doctor > report.txt"));
  }

  /** The version in the manifest of the jar; "development" outside one. */
  static String version() {
    String version = Doctor.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var table = new Table(console.style());
    table.row("Quoth", version());
    java(table);
    processor(table);
    kernels(table);
    memory(table);
    if (!arguments.has("--quick")) {
      limits(table);
    }
    table.print(console.out());
    return Quoth.DONE;
  }

  private static void java(Table table) {
    table.row(
        "Java",
        Runtime.version() + ", " + System.getProperty("java.vendor"),
        System.getProperty("java.home"));
    table.row(
        "",
        System.getProperty("java.vm.name") + ", " + System.getProperty("java.vm.info"),
        startCache());
    table.row(
        "System",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch"));
  }

  private static String startCache() {
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return flags.stream().anyMatch(flag -> flag.startsWith("-XX:SharedArchiveFile="))
        ? "quick starts: on (an archive of classes)"
        : "quick starts: off (no archive of classes; ./quoth makes one)";
  }

  private static void processor(Table table) {
    var processor = Processor.detect();
    table.row(
        "Processor",
        processor.maker() + ", " + processor.model() + ", " + processor.architecture(),
        processor.processors() + " of them for this process",
        processor.features().isEmpty()
            ? "instruction sets unknown"
            : String.join(", ", processor.features()));
    if (!processor.features().contains("AMX") && processor.architecture().equals("amd64")) {
      table.row("", "no AMX");
    }
  }

  private static void kernels(Table table) {
    Rung best = Rung.best();
    String forced = System.getenv("QUOTH_KERNELS");
    String name = "Kernels";
    for (Rung rung : Rung.values()) {
      String reason = rung.obstacle().orElseGet(() -> runs(rung, best));
      table.row(name, rung.name().toLowerCase(Locale.ROOT) + ": " + reason);
      name = "";
    }
    if (forced != null && !forced.isBlank()) {
      table.row("", "QUOTH_KERNELS=" + forced + " decides otherwise");
    }
  }

  private static String runs(Rung rung, Rung best) {
    String numbers = rung.width() == 1 ? "" : ", " + rung.width() + " numbers at a time";
    return (rung == best ? "taken: the best that runs here" : "runs here") + numbers;
  }

  private static void memory(Table table) {
    var memory = Memory.detect();
    var known = new ArrayList<String>();
    memory.physical().ifPresent(bytes -> known.add(Units.bytes(bytes) + " in all"));
    memory.available().ifPresent(bytes -> known.add(Units.bytes(bytes) + " available"));
    memory
        .containerLimit()
        .ifPresent(bytes -> known.add(Units.bytes(bytes) + " for this container"));
    known.add("Java heap at most " + Units.bytes(memory.heap()));
    table.row("Memory", String.join(", ", known));
  }

  private static void limits(Table table) {
    var limits = Limits.measure(Runtime.getRuntime().availableProcessors());
    table.row(
        "Reads",
        String.format(
            Locale.ROOT,
            "%.1f GB/s from memory, %.1f by one thread (measured): generation reads all weights for"
                + " each token",
            limits.read(),
            limits.readOneThread()));
    table.row(
        "Arithmetic",
        String.format(
            Locale.ROOT,
            "%.1f thousand million f32 operations/s, %.1f by one thread (measured): what prompts"
                + " need",
            limits.arithmetic(),
            limits.arithmeticOneThread()));
  }
}
