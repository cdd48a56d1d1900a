package io.quoth.embeddings;

import java.util.ArrayList;
import java.util.List;

/**
 * The best k of many scores: a heap whose root is the worst kept. Of equal scores the lower id is
 * better, so that results do not depend on blocks or threads.
 */
final class TopK {
  private final float[] scores;
  private final int[] ids;
  private int size;

  TopK(int k) {
    scores = new float[k];
    ids = new int[k];
  }

  /** Adds {@code values[0..count)}, whose ids rise from {@code firstId}. */
  void addAll(float[] values, int count, int firstId) {
    float worst = worst();
    for (int i = 0; i < count; i++) {
      // Most of millions of scores fail this one comparison.
      if (values[i] >= worst) {
        add(values[i], firstId + i);
        worst = worst();
      }
    }
  }

  /** What a score must reach to be kept. */
  float worst() {
    return size < scores.length
        ? Float.NEGATIVE_INFINITY
        : size == 0 ? Float.POSITIVE_INFINITY : scores[0];
  }

  void add(float score, int id) {
    if (size < ids.length) {
      int at = size++;
      while (at > 0 && worse(score, id, (at - 1) / 2)) {
        move((at - 1) / 2, at);
        at = (at - 1) / 2;
      }
      set(at, score, id);
    } else if (size > 0 && !worse(score, id, 0)) {
      sink(score, id);
    }
  }

  private void sink(float score, int id) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && worse(scores[child + 1], ids[child + 1], child)) {
        child++;
      }
      if (worse(score, id, child)) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, score, id);
  }

  /** Adds what another keeps. */
  void addAll(TopK other) {
    for (int i = 0; i < other.size; i++) {
      add(other.scores[i], other.ids[i]);
    }
  }

  /** Takes everything out, best first. */
  List<SemanticSearch.Hit> drain() {
    var hits = new ArrayList<SemanticSearch.Hit>(size);
    while (size > 0) {
      hits.add(new SemanticSearch.Hit(ids[0], scores[0]));
      size--;
      if (size > 0) {
        sink(scores[size], ids[size]);
      }
    }
    return List.copyOf(hits.reversed());
  }

  /** Whether a score is worse than the one kept at {@code at}. */
  private boolean worse(float score, int id, int at) {
    return score < scores[at] || score == scores[at] && id > ids[at];
  }

  private void move(int from, int to) {
    set(to, scores[from], ids[from]);
  }

  private void set(int at, float score, int id) {
    scores[at] = score;
    ids[at] = id;
  }
}
