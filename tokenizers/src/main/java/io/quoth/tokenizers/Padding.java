package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;

/**
 * How encodings are brought to one length.
 *
 * @param length the length, or 0 for that of the longest of the batch
 * @param direction where the padding goes
 * @param multipleOf lengths are rounded up to a multiple of it; 0 for none
 * @param padId the id of the padding
 * @param padTypeId its type id
 * @param padToken how it reads
 */
public record Padding(
    int length, Direction direction, int multipleOf, int padId, int padTypeId, String padToken) {
  /** Checks. */
  public Padding {
    if (length < 0 || multipleOf < 0) {
      throw new BadArgumentException(
          "length and multipleOf must be >= 0: length=" + length + " multipleOf=" + multipleOf);
    }
  }

  /** Pads at the right to the longest of the batch. */
  public static Padding longest(int padId, String padToken) {
    return new Padding(0, Direction.RIGHT, 0, padId, 0, padToken);
  }

  /** The length that a batch with this longest encoding gets. */
  int target(int longest) {
    long target = length > 0 ? length : longest;
    if (multipleOf > 0 && target % multipleOf != 0) {
      target += multipleOf - target % multipleOf;
    }
    return (int) Math.min(target, Integer.MAX_VALUE - 8);
  }
}
