package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;

/**
 * How long an encoding may be and what becomes of the rest.
 *
 * @param maxLength most tokens of an encoding, special ones included
 * @param stride by how many tokens the windows of the rest overlap
 * @param strategy which of two texts is cut
 * @param direction where it is cut
 */
public record Truncation(int maxLength, int stride, Strategy strategy, Direction direction) {
  /** Which of two texts is cut. */
  public enum Strategy {
    /** The longer one. */
    LONGEST_FIRST,
    /** The first one alone. */
    ONLY_FIRST,
    /** The second one alone. */
    ONLY_SECOND
  }

  /** Checks. */
  public Truncation {
    if (maxLength < 0 || stride < 0) {
      throw new BadArgumentException(
          "maxLength and stride must be >= 0: maxLength=" + maxLength + " stride=" + stride);
    }
  }

  /** Cuts at the right end, the longer text first, without overlap. */
  public static Truncation to(int maxLength) {
    return new Truncation(maxLength, 0, Strategy.LONGEST_FIRST, Direction.RIGHT);
  }
}
