package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a unigram model begins with: all characters, and the substrings of the words that are
 * followed by at least two different characters (the inner nodes of the suffix tree), each weighed
 * by length times number of places.
 *
 * <p>Only substrings of up to a maximal length inside one word count, so the suffixes are sorted no
 * deeper than that: by their first character, each group by the next, and so on, which finds the
 * nodes on the way.
 */
final class UnigramSeeds {
  /** Follows every word; no character. */
  private static final int BOUNDARY = -1;

  private final TrainerOptions.Unigram settings;
  private final Map<Integer, Long> characters = new HashMap<>();
  private final int[] text;
  private final List<Substring> substrings = new ArrayList<>();

  /** A substring: its place, its length in characters, its weight. */
  private record Substring(int start, int length, long weight) {}

  UnigramSeeds(List<char[]> words, long[] counts, TrainerOptions.Unigram settings) {
    this.settings = settings;
    int size = 0;
    for (char[] word : words) {
      size += word.length + 1;
    }
    var all = new int[size];
    int n = 0;
    for (int w = 0; w < words.size(); w++) {
      char[] word = words.get(w);
      for (int i = 0; i < word.length; ) {
        int c = Character.codePointAt(word, i, word.length);
        characters.merge(c, counts[w], Long::sum);
        all[n++] = c;
        i += Character.charCount(c);
      }
      all[n++] = BOUNDARY;
    }
    text = Arrays.copyOf(all, n);
  }

  /** The pieces with the logarithms of their shares: the most frequent characters come first. */
  List<UnigramTrainer.Piece> pieces() {
    var pieces = new ArrayList<UnigramTrainer.Piece>();
    double sum = 0;
    var sorted = new ArrayList<>(characters.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<Integer, Long> c) -> c.getValue())
            .thenComparing(Map.Entry::getKey)
            .reversed());
    for (var character : sorted) {
      pieces.add(
          new UnigramTrainer.Piece(Character.toString(character.getKey()), character.getValue()));
      sum += character.getValue();
    }
    findSubstrings();
    substrings.sort(
        Comparator.comparingLong(Substring::weight).thenComparing(this::compare).reversed());
    for (Substring substring : substrings) {
      pieces.add(
          new UnigramTrainer.Piece(
              new String(text, substring.start, substring.length), substring.weight));
      sum += substring.weight;
      if (pieces.size() >= settings.seedSize()) {
        break;
      }
    }
    double all = Math.log(sum);
    pieces.replaceAll(
        piece -> new UnigramTrainer.Piece(piece.text(), Math.log(piece.score()) - all));
    return pieces;
  }

  private int compare(Substring a, Substring b) {
    return Arrays.compare(text, a.start, a.start + a.length, text, b.start, b.start + b.length);
  }

  private void findSubstrings() {
    var places = new int[text.length];
    int n = 0;
    for (int i = 0; i < text.length; i++) {
      if (text[i] != BOUNDARY) {
        places[n++] = i;
      }
    }
    sort(places, 0, n, 0, true);
  }

  /**
   * Sorts places whose first {@code depth} characters are equal by the next one, in three parts
   * (Bentley and Sedgewick 1997), and each part further.
   *
   * @param whole whether these are all places with those characters, not a part of them
   */
  private void sort(int[] places, int from, int to, int depth, boolean whole) {
    while (to - from > 1) {
      int pivot = text[places[from + to >>> 1] + depth];
      int low = from;
      int high = to;
      for (int i = from; i < high; ) {
        int c = text[places[i] + depth];
        if (c < pivot) {
          swap(places, low++, i++);
        } else if (c > pivot) {
          swap(places, i, --high);
        } else {
          i++;
        }
      }
      boolean branches = low > from || high < to;
      if (whole && branches && depth > 1) {
        substrings.add(new Substring(places[from], depth, (long) depth * (to - from)));
      }
      sort(places, from, low, depth, false);
      sort(places, high, to, depth, false);
      if (pivot == BOUNDARY || depth + 1 > settings.maxPieceLength()) {
        return;
      }
      from = low;
      to = high;
      depth++;
      whole = true;
    }
  }

  private static void swap(int[] places, int a, int b) {
    int place = places[a];
    places[a] = places[b];
    places[b] = place;
  }
}
