package io.quoth.cli;

import java.lang.management.ManagementFactory;
import java.util.List;

/** {@code quoth doctor}. */
final class Doctor implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "doctor",
        List.of(
            "Show what Quoth found on this machine: Java, processor, kernels, memory.",
            "Put its output into every report of a problem."),
        List.of(),
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
    memory(table);
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
            + System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors() + " processors for this process");
  }

  private static String startCache() {
    List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
    return flags.stream().anyMatch(flag -> flag.startsWith("-XX:AOTCache="))
        ? "quick starts: on (ahead-of-time cache)"
        : "quick starts: off (no ahead-of-time cache; ./quoth makes one)";
  }

  private static void memory(Table table) {
    var system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof com.sun.management.OperatingSystemMXBean memory) {
      table.row(
          "Memory",
          Units.bytes(memory.getTotalMemorySize())
              + ", "
              + Units.bytes(memory.getFreeMemorySize())
              + " free");
    }
    table.row("Java heap", "at most " + Units.bytes(Runtime.getRuntime().maxMemory()));
  }
}
