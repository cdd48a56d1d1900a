package io.quoth.tokenizers;

/**
 * A token beside the model's vocabulary: it is cut out of the text before anything else happens.
 *
 * @param id its number
 * @param content the text that it stands for
 * @param singleWord only where no word character touches it
 * @param lstrip takes the white space before it along
 * @param rstrip takes the white space behind it along
 * @param normalized is looked for in the normalized text, in its normalized spelling
 * @param special control, not text: left out by {@code skipSpecialTokens}
 */
public record AddedToken(
    int id,
    String content,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized,
    boolean special) {
  /** A special token that is looked for in the text as it is. */
  public static AddedToken special(int id, String content) {
    return new AddedToken(id, content, false, false, false, false, true);
  }

  /** The same with another id. */
  AddedToken withId(int number) {
    return new AddedToken(number, content, singleWord, lstrip, rstrip, normalized, special);
  }

  /** The same, looked for in the text as it is. */
  AddedToken raw() {
    return new AddedToken(id, content, singleWord, lstrip, rstrip, false, special);
  }

  /** The same, special or not. */
  AddedToken withSpecial(boolean isSpecial) {
    return new AddedToken(id, content, singleWord, lstrip, rstrip, normalized, isSpecial);
  }
}
