package io.quoth.cli;

/**
 * Text in colours where they are wanted, else as it is.
 *
 * @param colours whether to write ANSI escape sequences
 */
record Style(boolean colours) {
  /** Backgrounds of the 256-colour palette on which black text reads well, neighbours distinct. */
  private static final int[] BACKGROUNDS = {153, 222, 157, 218, 189, 180};

  String bold(String text) {
    return wrap("1", text);
  }

  String dim(String text) {
    return wrap("2", text);
  }

  String red(String text) {
    return wrap("31", text);
  }

  String green(String text) {
    return wrap("32", text);
  }

  String yellow(String text) {
    return wrap("33", text);
  }

  String cyan(String text) {
    return wrap("36", text);
  }

  /** The text as the {@code index}-th of several pieces that stand side by side. */
  String piece(int index, String text) {
    return wrap("38;5;16;48;5;" + BACKGROUNDS[Math.floorMod(index, BACKGROUNDS.length)], text);
  }

  private String wrap(String codes, String text) {
    return colours && !text.isEmpty() ? "\033[" + codes + "m" + text + "\033[0m" : text;
  }
}
