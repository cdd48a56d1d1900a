package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All ways of cutting a word into pieces of a model in training. Immutable; the arrays of the
 * thread come in from outside.
 */
final class UnigramLattice {
  /**
   * What would stand where a piece stands if it were not there.
   *
   * @param better whether it stands there already, since it is more likely than the piece
   * @param pieces what stands there, from the left; none when there is no other way
   */
  record Alternative(boolean better, int[] pieces) {}

  /** The first piece stands for characters that are no piece. */
  static final int UNKNOWN = 0;

  private static final double UNKNOWN_PENALTY = 10;

  /** Differences beyond it do not show in a sum. */
  private static final double NEGLIGIBLE = 50;

  private final List<UnigramTrainer.Piece> pieces;
  private final double[] scores;
  private final Trie trie = new Trie();

  UnigramLattice(List<UnigramTrainer.Piece> pieces) {
    this.pieces = pieces;
    scores = new double[pieces.size()];
    double lowest = Double.POSITIVE_INFINITY;
    for (int id = 1; id < scores.length; id++) {
      scores[id] = pieces.get(id).score();
      lowest = Math.min(lowest, scores[id]);
      trie.add(pieces.get(id).text(), id);
    }
    scores[UNKNOWN] = (scores.length == 1 ? 0 : lowest) - UNKNOWN_PENALTY;
  }

  int size() {
    return scores.length;
  }

  /** Nodes by the place where they begin, and sums by place. */
  static final class Scratch {
    private int[] firstNode = new int[0];
    private int[] ends = new int[64];
    private int[] ids = new int[64];
    private double[] forward = new double[0];
    private double[] backward = new double[0];
    private int[] bestNode = new int[0];
    private int[] bestStart = new int[0];
    private int nodes;

    private void reset(int places) {
      if (forward.length < places) {
        int size = Math.max(64, places * 2);
        firstNode = new int[size + 1];
        forward = new double[size];
        backward = new double[size];
        bestNode = new int[size];
        bestStart = new int[size];
      }
      nodes = 0;
    }

    private void add(int end, int id) {
      if (nodes == ends.length) {
        ends = Arrays.copyOf(ends, nodes * 2);
        ids = Arrays.copyOf(ids, nodes * 2);
      }
      ends[nodes] = end;
      ids[nodes++] = id;
    }
  }

  /** Finds all nodes; places inside a surrogate pair have none. */
  private void fill(char[] word, Scratch scratch) {
    int n = word.length;
    scratch.reset(n + 1);
    int width = 1;
    for (int at = 0; at < n; at++) {
      scratch.firstNode[at] = scratch.nodes;
      if (--width > 0) {
        continue; // the second half of a pair
      }
      width = Character.isHighSurrogate(word[at]) && at + 1 < n ? 2 : 1;
      boolean single = false;
      int node = Trie.ROOT;
      for (int i = at; i < n; i++) {
        node = trie.next(node, word[i]);
        if (node < 0) {
          break;
        }
        int id = trie.value(node);
        if (id >= 0) {
          scratch.add(i + 1, id);
          single |= i + 1 == at + width;
        }
      }
      if (!single) {
        scratch.add(at + width, UNKNOWN);
      }
    }
    scratch.firstNode[n] = scratch.nodes;
  }

  private static boolean isInside(Scratch scratch, int at) {
    return scratch.firstNode[at] == scratch.firstNode[at + 1];
  }

  /** Adds how often each piece is expected in a word that occurs {@code count} times. */
  void addMarginals(char[] word, long count, double[] expected, Scratch scratch) {
    fill(word, scratch);
    int n = word.length;
    double[] forward = scratch.forward;
    double[] backward = scratch.backward;
    Arrays.fill(forward, 0, n + 1, Double.NEGATIVE_INFINITY);
    forward[0] = 0;
    for (int at = 0; at < n; at++) {
      for (int node = scratch.firstNode[at]; node < scratch.firstNode[at + 1]; node++) {
        int end = scratch.ends[node];
        forward[end] = addLogs(forward[end], scores[scratch.ids[node]] + forward[at]);
      }
    }
    backward[n] = 0;
    for (int at = n - 1; at >= 0; at--) {
      double sum = Double.NEGATIVE_INFINITY;
      for (int node = scratch.firstNode[at]; node < scratch.firstNode[at + 1]; node++) {
        sum = addLogs(sum, scores[scratch.ids[node]] + backward[scratch.ends[node]]);
      }
      backward[at] = sum;
    }
    double whole = forward[n];
    for (int at = 0; at < n; at++) {
      for (int node = scratch.firstNode[at]; node < scratch.firstNode[at + 1]; node++) {
        int id = scratch.ids[node];
        double log = forward[at] + scores[id] + backward[scratch.ends[node]] - whole;
        expected[id] += count * Math.exp(log);
      }
    }
  }

  /** The logarithm of {@code exp(a) + exp(b)}. */
  private static double addLogs(double a, double b) {
    double low = Math.min(a, b);
    double high = Math.max(a, b);
    return high > low + NEGLIGIBLE ? high : high + Math.log(Math.exp(low - high) + 1);
  }

  /** Adds the pieces of the best way to cut a word that occurs {@code count} times. */
  void addBest(char[] word, long count, double[] frequencies, Scratch scratch) {
    fill(word, scratch);
    best(word.length, -1, scratch);
    for (int at = word.length; at > 0; at = scratch.bestStart[at]) {
      frequencies[scratch.ids[scratch.bestNode[at]]] += count;
    }
  }

  /** Viterbi, leaving one node out; on a tie the node that begins earliest. */
  private void best(int n, int leftOut, Scratch scratch) {
    double[] best = scratch.forward;
    Arrays.fill(best, 0, n + 1, Double.NEGATIVE_INFINITY);
    Arrays.fill(scratch.bestNode, 0, n + 1, -1);
    best[0] = 0;
    for (int at = 0; at < n; at++) {
      if (isInside(scratch, at)) {
        continue;
      }
      for (int node = scratch.firstNode[at]; node < scratch.firstNode[at + 1]; node++) {
        int end = scratch.ends[node];
        double score = scores[scratch.ids[node]] + best[at];
        if (node != leftOut && score > best[end]) {
          best[end] = score;
          scratch.bestNode[end] = node;
          scratch.bestStart[end] = at;
        }
      }
    }
  }

  /** The best way to cut the text of a piece without the piece itself. */
  Alternative alternative(int id, Scratch scratch) {
    char[] word = pieces.get(id).text().toCharArray();
    fill(word, scratch);
    int n = word.length;
    int own = -1;
    for (int node = 0; node < scratch.firstNode[1]; node++) {
      if (scratch.ids[node] == id) {
        own = node;
      }
    }
    best(n, own, scratch);
    if (scratch.bestNode[n] < 0) {
      return new Alternative(false, new int[0]);
    }
    var others = new ArrayList<Integer>();
    for (int at = n; at > 0; at = scratch.bestStart[at]) {
      others.add(scratch.ids[scratch.bestNode[at]]);
    }
    return new Alternative(
        scratch.forward[n] > scores[id],
        others.reversed().stream().mapToInt(Integer::intValue).toArray());
  }
}
