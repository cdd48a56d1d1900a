package io.quoth.generation;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The tokens that may come next, with their scores: all of the vocabulary at first, fewer after
 * each truncation. One instance is filled anew for each token and allocates nothing then. Not safe
 * for use by several threads.
 *
 * <p>Scores are logits: f32, any real number or negative infinity. The candidates always stand in
 * rising order of their ids; a token that was removed has the score negative infinity.
 */
public final class Candidates {
  private final float[] scores;
  private final int[] ids;
  private int size;

  // What the candidates are selected by, place by place, and a heap of their ranks.
  private final float[] keys;
  private final long[] heap;
  private int heapSize;

  // Marks of ids for whoever needs them within one call.
  private final long[] marks;

  private float max;
  private double sum;

  /** Room for the tokens 0 to {@code vocabSize - 1}; none is a candidate before {@link #reset}. */
  public Candidates(int vocabSize) {
    scores = new float[vocabSize];
    ids = new int[vocabSize];
    keys = new float[vocabSize];
    heap = new long[vocabSize];
    marks = new long[(vocabSize + 63) / 64];
  }

  /** Makes every token a candidate with the score {@code logits[at + id]}. */
  public void reset(float[] logits, int at) {
    System.arraycopy(logits, at, scores, 0, scores.length);
    for (int id = 0; id < ids.length; id++) {
      ids[id] = id;
    }
    size = ids.length;
  }

  /** How many tokens the vocabulary has. */
  public int vocabSize() {
    return scores.length;
  }

  /** How many candidates are left. */
  public int size() {
    return size;
  }

  /** The id of candidate {@code index}, 0 to {@code size() - 1}; they rise. */
  public int id(int index) {
    return ids[index];
  }

  /** The score of a token; negative infinity once it is removed. */
  public float score(int id) {
    return scores[id];
  }

  /** Sets the score of a candidate; a token that was removed stays so. */
  public void setScore(int id, float score) {
    if (size == scores.length || Arrays.binarySearch(ids, 0, size, id) >= 0) {
      scores[id] = score;
    }
  }

  /** As {@link #setScore} for a token known to be a candidate. */
  void put(int id, float score) {
    scores[id] = score;
  }

  /** Removes the candidates whose id fulfils {@code condition}. */
  public void removeIf(IntPredicate condition) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int id = ids[i];
      if (condition.test(id)) {
        scores[id] = Float.NEGATIVE_INFINITY;
      } else {
        ids[kept++] = id;
      }
    }
    size = kept;
  }

  /** Leaves only tokens of {@code only} as candidates, each with the score 0. */
  void force(int[] only) {
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (int id : only) {
      scores[id] = 0;
    }
    size = 0;
    for (int id = 0; id < scores.length; id++) {
      if (scores[id] == 0) {
        ids[size++] = id;
      }
    }
  }

  // ---- probabilities

  /**
   * Works out the softmax over the candidates; {@link #probability} and {@link #logProbability}
   * answer from it until a score changes.
   */
  void normalize() {
    max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < size; i++) {
      max = Math.max(max, scores[ids[i]]);
    }
    sum = 0;
    for (int i = 0; i < size; i++) {
      sum += weight(ids[i]);
    }
  }

  /** exp(score - largest score), after {@link #normalize}. */
  double weight(int id) {
    // StrictMath: one seed gives one text on every machine.
    return StrictMath.exp((double) scores[id] - max);
  }

  /** The largest score, after {@link #normalize}. */
  float max() {
    return max;
  }

  /** The sum of all weights, after {@link #normalize}. */
  double weightSum() {
    return sum;
  }

  double probability(int id) {
    return weight(id) / sum;
  }

  double logProbability(int id) {
    return (double) scores[id] - max - StrictMath.log(sum);
  }

  /** The entropy of the candidates in nats, after {@link #normalize}. */
  double entropy() {
    double entropy = 0;
    double logSum = StrictMath.log(sum);
    for (int i = 0; i < size; i++) {
      double weight = weight(ids[i]);
      if (weight > 0) {
        entropy -= weight / sum * ((double) scores[ids[i]] - max - logSum);
      }
    }
    return entropy;
  }

  // ---- selection: candidates in falling order of a key, equal keys in rising order of ids

  /** Makes {@link #nextBest} begin with the candidate of the highest score. */
  void orderByScore() {
    for (int i = 0; i < size; i++) {
      keys[i] = scores[ids[i]];
    }
    order();
  }

  /**
   * The rank by score of the k-th best, from 1, or of the worst when there are fewer; {@link
   * #keepFrom} knows it afterwards, {@link #nextBest} does not.
   */
  long kthBest(int k) {
    heapSize = Math.min(k, size);
    for (int i = 0; i < size; i++) {
      keys[i] = scores[ids[i]];
      // The complement turns the order round: the worst of the best so far stands on top.
      long worse = ~rank(keys[i], i);
      if (i < heapSize) {
        heap[i] = worse;
        if (i == heapSize - 1) {
          heapify();
        }
      } else if (worse < heap[0]) {
        heap[0] = worse;
        siftDown(0);
      }
    }
    return ~heap[0];
  }

  /** Makes {@link #nextBest} begin with the candidate whose surprise is nearest to this. */
  void orderBySurprise(double surprise) {
    double logSum = StrictMath.log(sum);
    for (int i = 0; i < size; i++) {
      keys[i] = (float) -Math.abs((double) max - scores[ids[i]] + logSum - surprise);
    }
    order();
  }

  private void order() {
    for (int i = 0; i < size; i++) {
      heap[i] = rank(keys[i], i);
    }
    heapSize = size;
    heapify();
  }

  private void heapify() {
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** The rank of the best candidate not yet taken, which is taken; there must be one. */
  long nextBest() {
    long best = heap[0];
    heap[0] = heap[--heapSize];
    siftDown(0);
    return best;
  }

  /** The id that a rank belongs to. */
  int idOf(long rank) {
    return ids[~(int) rank];
  }

  /** The lowest rank of those with the same key. */
  static long withEquals(long rank) {
    return rank & 0xFFFFFFFF_00000000L;
  }

  /** Keeps the candidates of this rank or better in the last order. */
  void keepFrom(long leastRank) {
    keepFrom(leastRank, Double.POSITIVE_INFINITY);
  }

  /** As {@link #keepFrom(long)}, and those of this {@link #weight} or more. */
  void keepFrom(long leastRank, double leastWeight) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int id = ids[i];
      if (rank(keys[i], i) >= leastRank
          || leastWeight < Double.POSITIVE_INFINITY && weight(id) >= leastWeight) {
        ids[kept++] = id;
      } else {
        scores[id] = Float.NEGATIVE_INFINITY;
      }
    }
    size = kept;
  }

  /** A number that is greater for a greater key, and of equal ones for the lower place. */
  private static long rank(float key, int place) {
    int bits = Float.floatToRawIntBits(key + 0f); // -0 becomes 0: they are equal
    bits ^= bits >> 31 & 0x7FFFFFFF;
    return (long) bits << 32 | ~place & 0xFFFFFFFFL;
  }

  private void siftDown(int at) {
    long moving = heap[at];
    for (int child = 2 * at + 1; child < heapSize; child = 2 * at + 1) {
      if (child + 1 < heapSize && heap[child + 1] > heap[child]) {
        child++;
      }
      if (heap[child] <= moving) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = moving;
  }

  // ---- marks

  /** Marks an id; whether it was not marked before. */
  boolean mark(int id) {
    long bit = 1L << id;
    boolean fresh = (marks[id >> 6] & bit) == 0;
    marks[id >> 6] |= bit;
    return fresh;
  }

  void clearMarks() {
    Arrays.fill(marks, 0);
  }
}
