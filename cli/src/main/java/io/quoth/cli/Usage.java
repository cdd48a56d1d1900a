package io.quoth.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command takes, told by its makers and shown by {@code --help}.
 *
 * @param name as it is typed
 * @param summary what it does; the first line stands in the list of commands
 * @param options in the order of the help
 * @param parameters what stands without an option
 * @param examples command lines
 */
record Usage(
    String name,
    List<String> summary,
    List<Opt> options,
    Parameters parameters,
    List<String> examples) {

  /**
   * An option.
   *
   * @param name with its dashes
   * @param letter the short form with its dash, or null
   * @param value what follows it, as help names it; null for a switch
   * @param many whether it may be given several times
   * @param description one sentence
   */
  record Opt(
      String name,
      @Nullable String letter,
      @Nullable String value,
      boolean many,
      String description) {

    /** An option with a value. */
    static Opt of(String name, String value, String description) {
      return new Opt(name, null, value, false, description);
    }

    /** An option that is there or not. */
    static Opt flag(String name, String description) {
      return new Opt(name, null, null, false, description);
    }

    /** An option with a value that may be given several times. */
    static Opt many(String name, String value, String description) {
      return new Opt(name, null, value, true, description);
    }

    private String shown() {
      String all = letter == null ? "    " + name : letter + ", " + name;
      return value == null ? all : all + " " + value;
    }
  }

  /**
   * What stands without an option.
   *
   * @param label as help names it; empty where there is none
   * @param description one sentence
   * @param least how many there must be
   * @param most how many there may be
   */
  record Parameters(String label, String description, int least, int most) {
    /** No parameters. */
    static final Parameters NONE = new Parameters("", "", 0, 0);
  }

  /** The options that every command has. */
  static final List<Opt> COMMON =
      List.of(
          Opt.flag("--debug", "Show stack traces of errors (also: QUOTH_DEBUG=1)."),
          new Opt("--help", "-h", null, false, "Show this page."),
          new Opt("--version", "-V", null, false, "Show the version."));

  private static final List<String> EXIT_CODES =
      List.of("0    done", "1    failed", "2    wrong usage", "130  interrupted");

  /** The option of that name or letter, or null. */
  @Nullable Opt find(String name) {
    for (Opt option : all()) {
      if (option.name().equals(name) || name.equals(option.letter())) {
        return option;
      }
    }
    return null;
  }

  /** Its own options and the common ones. */
  List<Opt> all() {
    var all = new ArrayList<>(options);
    all.addAll(COMMON);
    return all;
  }

  /** The page of help. */
  String help(Style style, int columns) {
    var page = new StringBuilder();
    page.append(style.bold("Usage: ")).append("quoth ").append(name).append(" [OPTIONS]");
    if (!parameters.label().isEmpty()) {
      page.append(' ').append(parameters.label());
    }
    page.append("\n\n");
    summary.forEach(line -> wrap(page, line, 0, columns));
    if (!parameters.label().isEmpty()) {
      heading(page, style, "Parameters");
      entry(page, style.cyan(parameters.label()), parameters.description(), columns);
    }
    heading(page, style, "Options");
    for (Opt option : all()) {
      entry(page, style.cyan(option.shown()), option.description(), columns);
    }
    heading(page, style, "Examples");
    examples.forEach(line -> page.append("  ").append(line).append('\n'));
    heading(page, style, "Exit codes");
    EXIT_CODES.forEach(line -> page.append("  ").append(line).append('\n'));
    return page.toString();
  }

  static void heading(StringBuilder page, Style style, String name) {
    page.append('\n').append(style.bold(name + ":")).append('\n');
  }

  /** A name and its description beside it, or below it where the name is long. */
  static void entry(StringBuilder page, String name, String description, int columns) {
    int indent = 32;
    int width = Grid.width(name) + 2;
    page.append("  ").append(name);
    if (width > indent - 2) {
      page.append('\n').append(" ".repeat(indent));
    } else {
      page.append(" ".repeat(indent - width));
    }
    wrap(page, description, indent, columns);
  }

  /** Adds a text broken at blanks; lines but the first begin with {@code indent} blanks. */
  private static void wrap(StringBuilder page, String text, int indent, int columns) {
    int column = indent;
    for (String word : text.split(" ")) {
      if (column > indent && column + 1 + word.length() > columns) {
        page.append('\n').append(" ".repeat(indent));
        column = indent;
      }
      if (column > indent) {
        page.append(' ');
        column++;
      }
      page.append(word);
      column += word.length();
    }
    page.append('\n');
  }
}
