package io.quoth.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** What the launcher runs once so that the JDK can keep what later starts need. */
@Command(name = "warm-up", hidden = true, description = "Does a little of everything, unseen.")
final class WarmUp implements Runnable {
  private static final List<List<String>> LINES = List.of(List.of("doctor"), List.of("--help"));

  WarmUp(Console unused) {}

  @Override
  public void run() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var environment = Map.of("QUOTH_TERMINAL", "out err", "QUOTH_COLUMNS", "80");
    for (var line : LINES) {
      var in = new ByteArrayInputStream(new byte[0]);
      Quoth.execute(new Console(in, nowhere, nowhere, environment), line.toArray(String[]::new));
    }
  }
}
