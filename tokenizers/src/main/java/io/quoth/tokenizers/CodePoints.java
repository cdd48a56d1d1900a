package io.quoth.tokenizers;

import java.util.Arrays;

/** A set of code points as sorted ranges. */
final class CodePoints {
  private final int[] starts;
  private final int[] ends;

  private CodePoints(int[] starts, int[] ends) {
    this.starts = starts;
    this.ends = ends;
  }

  /** Reads ranges in hexadecimal: {@code "61d 10f55-10f59"}. */
  static CodePoints of(String ranges) {
    String[] parts = ranges.strip().split("\\s+");
    var starts = new int[parts.length];
    var ends = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      String[] range = parts[i].split("-");
      starts[i] = Integer.parseInt(range[0], 16);
      ends[i] = Integer.parseInt(range[range.length - 1], 16);
    }
    return new CodePoints(starts, ends);
  }

  boolean contains(int c) {
    if (c < starts[0]) {
      return false;
    }
    int at = Arrays.binarySearch(starts, c);
    return at >= 0 || c <= ends[-at - 2];
  }
}
