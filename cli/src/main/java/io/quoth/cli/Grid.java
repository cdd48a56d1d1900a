package io.quoth.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Rows of cells in columns as wide as their widest cell, colours and wide characters respected. */
final class Grid {
  private static final Pattern COLOURS = Pattern.compile("\033\\[[0-9;]*m");

  private final String[] alignments;
  private final List<String[]> rows = new ArrayList<>();

  /** A grid; each column is aligned right ({@code ">"}) or left ({@code ""}). */
  Grid(String... alignments) {
    this.alignments = alignments;
  }

  void head(Style style, String... names) {
    String[] cells = new String[names.length];
    for (int i = 0; i < names.length; i++) {
      cells[i] = style.dim(names[i]);
    }
    row(cells);
  }

  void row(String... cells) {
    rows.add(cells);
  }

  @Override
  public String toString() {
    int[] widths = new int[alignments.length];
    for (var row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], width(row[i]));
      }
    }
    var lines = new StringBuilder();
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < row.length; i++) {
        String blanks = " ".repeat(widths[i] - width(row[i]));
        boolean right = alignments[i].equals(">");
        line.append(right ? blanks : "").append(row[i]).append(right ? "" : blanks).append("  ");
      }
      lines.append(line.toString().stripTrailing()).append('\n');
    }
    return lines.toString();
  }

  /** Columns that a text takes in a terminal. */
  static int width(String text) {
    return COLOURS.matcher(text).replaceAll("").codePoints().map(Grid::width).sum();
  }

  private static int width(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    // The blocks of Unicode's East Asian Width W and F, and the emoji.
    boolean wide =
        point >= 0x1100 && point <= 0x115F
            || point >= 0x2E80 && point <= 0xA4CF
            || point >= 0xAC00 && point <= 0xD7A3
            || point >= 0xF900 && point <= 0xFAFF
            || point >= 0xFE30 && point <= 0xFE6F
            || point >= 0xFF00 && point <= 0xFF60
            || point >= 0xFFE0 && point <= 0xFFE6
            || point >= 0x1F300 && point <= 0x1FAFF
            || point >= 0x20000 && point <= 0x3FFFD;
    return wide ? 2 : 1;
  }
}
