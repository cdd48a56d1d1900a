package io.quoth.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world.
 *
 * @param in standard input
 * @param out standard output, for results; flushed by who prints a piece that should be seen
 * @param err standard error, for everything else
 * @param environment the variables; the launcher adds {@code QUOTH_TERMINAL} (which of {@code out}
 *     and {@code err} are terminals) and {@code QUOTH_COLUMNS}
 */
record Console(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {

  /** Whether results are read by a person at a terminal. */
  boolean outIsTerminal() {
    return isTerminal("out");
  }

  /** Whether messages are read by a person at a terminal. */
  boolean errIsTerminal() {
    return isTerminal("err");
  }

  /** How to write on standard output. */
  Style style() {
    return new Style(colours(outIsTerminal()));
  }

  /** How to write on standard error. */
  Style errStyle() {
    return new Style(colours(errIsTerminal()));
  }

  /** Characters a line of the terminal; 80 where there is none. */
  int columns() {
    String columns = environment.getOrDefault("QUOTH_COLUMNS", "");
    return columns.matches("[1-9][0-9]{0,4}") ? Math.max(20, Integer.parseInt(columns)) : 80;
  }

  private boolean isTerminal(String stream) {
    String terminals = environment.get("QUOTH_TERMINAL");
    if (terminals != null) {
      return List.of(terminals.split(" ")).contains(stream);
    }
    // Started without the launcher: Java knows only whether all streams are a terminal.
    return Optional.ofNullable(System.console()).map(console -> console.isTerminal()).orElse(false);
  }

  /** no-color.org: a variable that is set and not empty; the other one is for taking pictures. */
  private boolean colours(boolean terminal) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    return !environment.getOrDefault("FORCE_COLOR", "").isEmpty()
        || terminal && !"dumb".equals(environment.get("TERM"));
  }
}
