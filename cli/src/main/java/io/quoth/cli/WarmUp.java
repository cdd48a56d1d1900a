package io.quoth.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
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
    for (var line : LINES) {
      run(console, Map.of(), line);
    }
    try {
      pull(console);
    } catch (IOException e) {
      console.err().println("quoth warm-up: nothing pulled: " + e); // the rest is worth keeping
    }
    return Quoth.DONE;
  }

  private static void run(Console console, Map<String, String> more, List<String> line) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    var environment = new HashMap<>(Map.of("QUOTH_TERMINAL", "out err", "QUOTH_COLUMNS", "80"));
    environment.putAll(more);
    var in = new ByteArrayInputStream(new byte[0]);
    var unseen = new Console(in, nowhere, console.err(), environment);
    Quoth.execute(unseen, line.toArray(String[]::new));
  }

  /** Pulls into a folder of its own from a server of its own: no network, no cache of the user. */
  private static void pull(Console console) throws IOException {
    Path home = Files.createTempDirectory("quoth-warm-up");
    try (var hub = new OneFileHub()) {
      var environment =
          Map.of("HF_HOME", home.toString(), "HF_ENDPOINT", hub.endpoint(), "no_proxy", "*");
      run(console, environment, List.of("pull", OneFileHub.MODEL));
      run(console, environment, List.of("list"));
    } finally {
      delete(home);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
