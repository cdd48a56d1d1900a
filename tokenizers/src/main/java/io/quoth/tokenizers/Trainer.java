package io.quoth.tokenizers;

import io.quoth.base.ProgressListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trains a vocabulary, as the reference's BpeTrainer, WordPieceTrainer and WordLevelTrainer do (for
 * its UnigramTrainer see {@link UnigramTrainer}). Ties go to the lower ids, or the smaller word, so
 * that one text gives one vocabulary.
 */
final class Trainer {
  private final TrainerOptions options;
  private final ProgressListener progress;

  Trainer(TrainerOptions options, ProgressListener progress) {
    this.options = options;
    this.progress = progress;
  }

  /**
   * How often each piece occurs, in the order in which they came. Texts are read one by one and
   * worked on by all cores, some thousand at a time.
   */
  Map<String, Long> count(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Iterable<String> texts) {
    return new WordCounts(normalizer, preTokenizer, progress).of(texts);
  }

  /** The model of these words. */
  Model train(Map<String, Long> counts) {
    return switch (options.kind()) {
      case WORD_LEVEL -> wordLevel(counts);
      case UNIGRAM -> new UnigramTrainer(options, progress, counts).train();
      case BPE -> new Pairs(counts).bpe();
      case WORD_PIECE ->
          new WordPiece(
              new Pairs(counts).vocabularyAfterMerging(),
              options.unknownToken(),
              options.prefix(),
              100);
    };
  }

  private WordLevel wordLevel(Map<String, Long> counts) {
    var words = new ArrayList<>(counts.entrySet());
    words.removeIf(word -> word.getValue() < options.minFrequency());
    words.sort(
        Comparator.comparingLong((Map.Entry<String, Long> word) -> -word.getValue())
            .thenComparing(Map.Entry::getKey, Trainer::compareCodePoints));
    var vocabulary = new Vocabulary(options.vocabSize());
    int next = 0;
    for (String token : options.specialTokens()) {
      if (next < options.vocabSize()) {
        vocabulary.add(token, next++);
      }
    }
    for (int i = 0; i < words.size() && next < options.vocabSize(); i++) {
      vocabulary.add(words.get(i).getKey(), next++);
    }
    return new WordLevel(vocabulary, options.unknownToken());
  }

  /** By code point, not by char. */
  private static int compareCodePoints(String a, String b) {
    return java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }

  /** Byte-pair encoding's: words as symbols, pairs and where they occur. */
  private final class Pairs {
    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<int[]> words = new ArrayList<>();
    private final List<int[]> lengths = new ArrayList<>();
    private final List<Long> wordCounts = new ArrayList<>();
    private final Map<Long, Long> pairCounts = new HashMap<>();
    private Map<Long, Set<Integer>> places = new HashMap<>();
    private final PriorityQueue<Candidate> queue = new PriorityQueue<>();
    private final List<long[]> merges = new ArrayList<>();

    /** A pair with the count that was true when it was queued. */
    private record Candidate(long pair, long count, Set<Integer> places)
        implements Comparable<Candidate> {
      @Override
      public int compareTo(Candidate other) {
        int byCount = Long.compare(other.count, count);
        return byCount != 0 ? byCount : Long.compare(pair, other.pair);
      }
    }

    Pairs(Map<String, Long> counts) {
      options.specialTokens().forEach(this::id);
      alphabet(counts);
      if (!options.prefix().isEmpty() && options.suffix().isEmpty()) {
        prefixedLetters(counts.keySet());
      }
      counts.forEach(this::addWord);
      for (int w = 0; w < words.size(); w++) {
        int[] word = words.get(w);
        for (int i = 0; i + 1 < word.length; i++) {
          change(pair(word[i], word[i + 1]), wordCounts.get(w), w);
        }
      }
      enqueue();
      merge();
    }

    private static long pair(int left, int right) {
      return (long) left << 32 | right;
    }

    private int id(String token) {
      Integer known = ids.putIfAbsent(token, tokens.size());
      if (known != null) {
        return known;
      }
      tokens.add(token);
      return tokens.size() - 1;
    }

    private void alphabet(Map<String, Long> counts) {
      var characters = new HashMap<Integer, Long>();
      counts.forEach(
          (word, count) -> word.codePoints().forEach(c -> characters.merge(c, count, Long::sum)));
      for (String initial : options.initialAlphabet()) {
        if (!initial.isEmpty()) {
          characters.put(initial.codePointAt(0), Long.MAX_VALUE);
        }
      }
      var kept = new ArrayList<>(characters.entrySet());
      int limit = options.limitAlphabet();
      if (limit > 0 && kept.size() > limit) {
        kept.sort(
            Comparator.comparingLong((Map.Entry<Integer, Long> c) -> -c.getValue())
                .thenComparing(Map.Entry::getKey));
        kept.subList(limit, kept.size()).clear();
      }
      kept.stream().map(Map.Entry::getKey).sorted().forEach(c -> id(Character.toString(c)));
    }

    /**
     * Letters that continue a word get their ids by code point, so that these do not depend on the
     * order of the texts; the reference's depend on chance.
     */
    private void prefixedLetters(Iterable<String> words) {
      var letters = new java.util.TreeSet<Integer>();
      for (String word : words) {
        word.codePoints().skip(1).forEach(letters::add);
      }
      for (int letter : letters) {
        String text = Character.toString(letter);
        if (ids.containsKey(text)) {
          id(options.prefix() + text);
        }
      }
    }

    /** Characters outside the alphabet are left out. */
    private void addWord(String word, long count) {
      int[] characters = word.codePoints().toArray();
      var symbols = new ArrayList<Integer>();
      for (int i = 0; i < characters.length; i++) {
        String text = Character.toString(characters[i]);
        if (ids.containsKey(text)) {
          symbols.add(
              id(
                  (i > 0 ? options.prefix() : "")
                      + text
                      + (i + 1 == characters.length ? options.suffix() : "")));
        }
      }
      words.add(symbols.stream().mapToInt(Integer::intValue).toArray());
      var ones = new int[symbols.size()];
      java.util.Arrays.fill(ones, 1);
      lengths.add(ones);
      wordCounts.add(count);
    }

    private void change(long pair, long count, int word) {
      pairCounts.merge(pair, count, Long::sum);
      if (count > 0) {
        places.computeIfAbsent(pair, _ -> new HashSet<>()).add(word);
      }
    }

    private void enqueue() {
      places.forEach((pair, where) -> {
        long count = pairCounts.getOrDefault(pair, 0L);
        if (count > 0) {
          queue.add(new Candidate(pair, count, where));
        }
      });
      places = new HashMap<>();
    }

    private void merge() {
      while (ids.size() < options.vocabSize() && !queue.isEmpty()) {
        Candidate top = queue.remove();
        long count = pairCounts.getOrDefault(top.pair, 0L);
        if (top.count != count) {
          queue.add(new Candidate(top.pair, count, top.places));
          continue;
        }
        if (count < 1 || options.minFrequency() > count) {
          break;
        }
        int left = (int) (top.pair >>> 32);
        int right = (int) top.pair;
        String second = tokens.get(right);
        if (!options.prefix().isEmpty() && second.startsWith(options.prefix())) {
          second = second.substring(options.prefix().length());
        }
        int whole = id(tokens.get(left) + second);
        merges.add(new long[] {left, right, whole});
        for (int word : top.places) {
          merge(word, left, right, whole);
        }
        enqueue();
        progress.progress("merging pairs", ids.size(), options.vocabSize());
      }
    }

    /** Merges a pair in one word and says how the counts of its neighbours change. */
    private void merge(int w, int left, int right, int whole) {
      int[] symbols = words.get(w);
      int[] sizes = lengths.get(w);
      int limit = options.maxTokenLength() == 0 ? Integer.MAX_VALUE : options.maxTokenLength();
      long count = wordCounts.get(w);
      int n = symbols.length;
      var out = new int[n];
      var outSizes = new int[n];
      int m = 0;
      for (int i = 0; i < n; i++) {
        if (i + 1 < n && symbols[i] == left && symbols[i + 1] == right) {
          int size = sizes[i] + sizes[i + 1];
          if (m > 0) {
            change(pair(out[m - 1], left), -count, w);
            if (outSizes[m - 1] + size < limit) {
              change(pair(out[m - 1], whole), count, w);
            }
          }
          if (i + 2 < n) {
            change(pair(right, symbols[i + 2]), -count, w);
            if (sizes[i + 2] + size < limit) {
              change(pair(whole, symbols[i + 2]), count, w);
            }
          }
          out[m] = whole;
          outSizes[m++] = size;
          i++;
        } else {
          out[m] = symbols[i];
          outSizes[m++] = sizes[i];
        }
      }
      words.set(w, java.util.Arrays.copyOf(out, m));
      lengths.set(w, java.util.Arrays.copyOf(outSizes, m));
    }

    Vocabulary vocabularyAfterMerging() {
      var vocabulary = new Vocabulary(tokens.size());
      for (int id = 0; id < tokens.size(); id++) {
        vocabulary.add(tokens.get(id), id);
      }
      return vocabulary;
    }

    Bpe bpe() {
      var table = new MergeTable(merges.size());
      for (int rank = 0; rank < merges.size(); rank++) {
        long[] merge = merges.get(rank);
        table.put((int) merge[0], (int) merge[1], rank, (int) merge[2]);
      }
      return new Bpe(
          vocabularyAfterMerging(),
          table,
          new Bpe.Options(
              0,
              options.unknownToken().isEmpty() ? null : options.unknownToken(),
              options.prefix(),
              options.suffix(),
              false,
              false,
              false));
    }
  }
}
