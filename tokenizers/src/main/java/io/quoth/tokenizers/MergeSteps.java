package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.List;

/** Byte-pair encoding step by step, for people: the slow twin of {@link Merger}. */
final class MergeSteps {
  /** Pieces of more symbols are not explained step by step. */
  private static final int EXPLAINED = 512;

  private final MergeTable merges;
  private final Vocabulary vocabulary;

  MergeSteps(MergeTable merges, Vocabulary vocabulary) {
    this.merges = merges;
    this.vocabulary = vocabulary;
  }

  /** Each merge from the first {@code n} symbols on, which {@code start} takes. */
  List<Explanation.Merge> explain(int[] symbols, int n, List<String> start) {
    if (n > EXPLAINED) {
      return List.of();
    }
    var ids = new ArrayList<Integer>();
    for (int i = 0; i < n; i++) {
      ids.add(symbols[i]);
    }
    start.addAll(names(ids));
    var steps = new ArrayList<Explanation.Merge>();
    while (true) {
      int best = -1;
      long bestMerge = MergeTable.NONE;
      for (int i = 0; i + 1 < ids.size(); i++) {
        long merge = merges.get(ids.get(i), ids.get(i + 1));
        if (merge < bestMerge) {
          bestMerge = merge;
          best = i;
        }
      }
      if (best < 0) {
        return steps;
      }
      List<String> two = names(ids.subList(best, best + 2));
      ids.set(best, (int) bestMerge);
      ids.remove(/* index */ best + 1);
      steps.add(
          new Explanation.Merge(two.get(0), two.get(1), (int) (bestMerge >>> 32), names(ids)));
    }
  }

  List<String> names(List<Integer> ids) {
    var names = new ArrayList<String>(ids.size());
    for (int id : ids) {
      String token = vocabulary.token(id);
      names.add(token == null ? "" : token);
    }
    return List.copyOf(names);
  }
}
