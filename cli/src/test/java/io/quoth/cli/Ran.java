package io.quoth.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A command line that ran in this process: its exit code and what it wrote. */
record Ran(int code, String out, String err) {

  static Ran quoth(String... args) {
    return with("", Map.of(), args);
  }

  static Ran with(String input, Map<String, String> environment, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var variables = new java.util.HashMap<>(Map.of("QUOTH_TERMINAL", ""));
    variables.putAll(environment);
    var console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            variables);
    int code = Quoth.execute(console, args);
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
