package io.quoth.generation;

import java.util.List;

/**
 * Finds texts in a stream of symbols (bytes, chars) as they come, and knows how much of what came
 * could still become one of them: Knuth, Morris and Pratt 1977, one state a pattern.
 */
final class StopMatcher {
  private final int[][] patterns;

  /** For each length of a beginning, that of the longest shorter one it ends with. */
  private final int[][] shorter;

  private final int[] matched;

  /** A matcher of {@code patterns}, none empty. */
  StopMatcher(List<int[]> patterns) {
    this.patterns = patterns.toArray(int[][]::new);
    shorter = new int[this.patterns.length][];
    for (int p = 0; p < shorter.length; p++) {
      shorter[p] = shorter(this.patterns[p]);
    }
    matched = new int[this.patterns.length];
  }

  private static int[] shorter(int[] pattern) {
    int[] shorter = new int[pattern.length + 1];
    int length = 0;
    for (int i = 1; i < pattern.length; i++) {
      while (length > 0 && pattern[i] != pattern[length]) {
        length = shorter[length];
      }
      if (pattern[i] == pattern[length]) {
        length++;
      }
      shorter[i + 1] = length;
    }
    return shorter;
  }

  /** Takes a symbol; the length of the longest pattern that ends with it, or 0. */
  int push(int symbol) {
    int found = 0;
    for (int p = 0; p < patterns.length; p++) {
      int[] pattern = patterns[p];
      int length = matched[p] == pattern.length ? shorter[p][matched[p]] : matched[p];
      while (length > 0 && pattern[length] != symbol) {
        length = shorter[p][length];
      }
      if (pattern[length] == symbol) {
        length++;
      }
      matched[p] = length;
      if (length == pattern.length) {
        found = Math.max(found, length);
      }
    }
    return found;
  }

  /** How many of the last symbols could be the beginning of a pattern. */
  int pending() {
    int pending = 0;
    for (int length : matched) {
      pending = Math.max(pending, length);
    }
    return pending;
  }
}
