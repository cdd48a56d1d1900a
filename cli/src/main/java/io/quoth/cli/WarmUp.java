package io.quoth.cli;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the launcher runs once so that the JDK can keep what later starts need. */
final class WarmUp implements Command {
  private static final List<List<String>> LINES =
      List.of(
          List.of("run", "--max-new-tokens", "24", "--stats", "Once upon a time"),
          List.of("run", "--max-new-tokens", "8", "--greedy", "--ids", "0,443"),
          List.of("next", "Once upon a"),
          List.of("doctor", "--quick"),
          List.of("--help"),
          List.of("tokenize", "Once upon a time"),
          List.of("info"));

  @Override
  public Usage usage() {
    return new Usage(
        "warm-up",
        List.of("Does a little of everything, unseen."),
        List.of(),
        Usage.Parameters.NONE,
        List.of("quoth warm-up"));
  }

  @Override
  public int run(Console console, Arguments arguments) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var environment = Map.of("QUOTH_TERMINAL", "out err", "QUOTH_COLUMNS", "80");
    for (var line : LINES) {
      var in = new ByteArrayInputStream(new byte[0]);
      var unseen = new Console(in, nowhere, console.err(), environment);
      Quoth.execute(unseen, line.toArray(String[]::new));
    }
    return Quoth.DONE;
  }
}
