package io.quoth.cli;

import java.util.Comparator;
import java.util.List;

/** What somebody may have meant. */
final class Nearest {
  private Nearest() {}

  /** " (did you mean X?)" with the nearest of the names, or nothing where none is near. */
  static String question(String word, List<String> names) {
    int bound = Math.max(1, word.replace("-", "").length() / 3);
    return names.stream()
        .filter(name -> distance(word, name) <= bound || name.startsWith(word) && word.length() > 3)
        .min(Comparator.comparingInt(name -> distance(word, name)))
        .map(name -> " (did you mean " + name + "?)")
        .orElse("");
  }

  /** Insertions, deletions, changes and swaps of neighbours that make one word of the other. */
  static int distance(String a, String b) {
    int[][] steps = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          steps[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(steps[i - 1][j], steps[i][j - 1]) + 1;
        best = Math.min(best, steps[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, steps[i - 2][j - 2] + 1);
        }
        steps[i][j] = best;
      }
    }
    return steps[a.length()][b.length()];
  }
}
