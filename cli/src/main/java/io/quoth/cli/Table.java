package io.quoth.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows that begin with a name, the names in one column; what follows stands on lines below. */
final class Table {
  private final Style style;
  private final List<List<String>> rows = new ArrayList<>();

  Table(Style style) {
    this.style = style;
  }

  /** A row of a name and one or more lines. */
  void row(String name, String... lines) {
    rows.add(List.of(name, String.join("\n", lines)));
  }

  void print(PrintStream out) {
    int width = rows.stream().mapToInt(row -> row.getFirst().length()).max().orElse(0);
    for (var row : rows) {
      String name = row.getFirst();
      for (String line : row.getLast().split("\n", -1)) {
        out.println(style.bold(name) + " ".repeat(width - name.length() + 2) + line);
        name = "";
      }
    }
  }
}
