package io.quoth.tokenizers;

import java.util.List;

/**
 * How one piece of a text became tokens.
 *
 * @param piece the piece as the model saw it; bytes as printable characters where the model has
 *     them
 * @param chars where it stands in the text, in chars
 * @param start the symbols that byte-pair encoding began with; empty for other models, for added
 *     tokens and for words that the vocabulary holds whole
 * @param merges what was merged, one step after the other
 * @param tokens the tokens of the piece
 */
public record Explanation(
    String piece, Span chars, List<String> start, List<Merge> merges, List<String> tokens) {
  /**
   * One step of byte-pair encoding.
   *
   * @param left the left one of the two
   * @param right the right one
   * @param rank the place of the merge in the list of merges, from 0: lower ones come first
   * @param symbols all symbols of the piece after this step
   */
  public record Merge(String left, String right, int rank, List<String> symbols) {}
}
