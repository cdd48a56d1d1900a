package io.quoth.cli;

/**
 * Token ids as they stand on a command line: {@code 1,2,3}; blanks may stand in place of commas.
 */
final class Ids {
  private Ids() {}

  /**
   * Reads ids.
   *
   * @param where what holds them, for messages
   * @throws UsageException when the text is anything else
   */
  static int[] parse(String where, String text) {
    String[] words = text.strip().split("\\s*,\\s*|\\s+", -1);
    int[] ids = new int[words.length];
    for (int i = 0; i < ids.length; i++) {
      try {
        ids[i] = Integer.parseUnsignedInt(words[i]);
      } catch (NumberFormatException _) {
        ids[i] = -1;
      }
      if (ids[i] < 0) {
        throw new UsageException(
            where + ": expected token ids like 1,2,3, found \"" + words[i] + '"');
      }
    }
    return ids;
  }

  /** Ids with commas between. */
  static String text(int[] ids) {
    var text = new StringBuilder();
    for (int id : ids) {
      text.append(text.isEmpty() ? "" : ",").append(id);
    }
    return text.toString();
  }
}
