package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ProgressListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Trains a unigram model (Kudo 2018) as the reference's UnigramTrainer does: begin with many
 * substrings of the words, estimate their probabilities by expectation and maximisation, drop those
 * whose loss costs least, and so on down to the size that is wanted.
 *
 * <p>Words are worked on in a fixed number of shares, each with sums of its own that are added in
 * order, so that the result does not depend on how many threads there are.
 */
final class UnigramTrainer {
  private static final int SHARES = 16;

  /** Pieces whose expected count is below it are dropped. */
  private static final double LEAST_EXPECTED = 0.5;

  private final TrainerOptions options;
  private final TrainerOptions.Unigram settings;
  private final ProgressListener progress;
  private final List<char[]> words = new ArrayList<>();
  private final long[] counts;

  UnigramTrainer(TrainerOptions options, ProgressListener progress, Map<String, Long> wordCounts) {
    this.options = options;
    this.settings = options.unigram();
    this.progress = progress;
    counts = new long[wordCounts.size()];
    wordCounts.forEach((word, count) -> {
      if (!word.isEmpty()) {
        counts[words.size()] = count;
        words.add(word.toCharArray());
      }
    });
  }

  /** A piece and the logarithm of its probability. */
  record Piece(String text, double score) {}

  /** Stands for characters that are no piece while training; always the first. */
  private static final Piece UNKNOWN = new Piece("", Double.NaN);

  Unigram train() {
    var pieces = new ArrayList<Piece>();
    pieces.add(UNKNOWN);
    pieces.addAll(new UnigramSeeds(words, counts, settings).pieces());
    return train(pieces);
  }

  private Unigram train(List<Piece> pieces) {
    Set<String> required = requiredCharacters();
    if (required.size() > options.vocabSize()) {
      throw new BadArgumentException(
          "the texts have "
              + required.size()
              + " different characters, which all must be in the vocabulary; a size of "
              + options.vocabSize()
              + " is too small");
    }
    int wanted = (int) (options.vocabSize() * 11L / 10);
    int loops = 1;
    if (pieces.size() > wanted) {
      loops +=
          (int)
              ((Math.log(wanted) - Math.log(pieces.size())) / Math.log(settings.shrinkingFactor()));
    }
    long steps = (long) loops * settings.subIterations();
    for (long step = 0; ; ) {
      for (int i = 0; i < settings.subIterations(); i++) {
        pieces = maximise(pieces, expect(new UnigramLattice(pieces)));
        progress.progress("estimating pieces", Math.min(++step, steps), steps);
      }
      if (pieces.size() <= wanted) {
        break;
      }
      List<Piece> fewer = prune(pieces, wanted);
      if (fewer.size() == pieces.size()) {
        break; // nothing can be spared
      }
      pieces = fewer;
    }
    progress.progress("estimating pieces", steps, steps);
    return finish(pieces, required);
  }

  private Set<String> requiredCharacters() {
    var characters = new TreeSet<String>();
    for (char[] word : words) {
      new String(word).codePoints().forEach(c -> characters.add(Character.toString(c)));
    }
    for (String initial : options.initialAlphabet()) {
      if (!initial.isEmpty()) {
        characters.add(Character.toString(initial.codePointAt(0)));
      }
    }
    return characters;
  }

  /** Adds what a word that occurs {@code count} times gives. */
  private interface Adder {
    void add(char[] word, long count, double[] sums, UnigramLattice.Scratch scratch);
  }

  /** Sums over all words, in shares that are added in order. */
  private double[] sums(int size, Adder adder) {
    int n = words.size();
    var shares =
        IntStream.range(0, SHARES)
            .parallel()
            .mapToObj(share -> {
              var sums = new double[size];
              var scratch = new UnigramLattice.Scratch();
              int to = (int) ((long) n * (share + 1) / SHARES);
              for (int i = (int) ((long) n * share / SHARES); i < to; i++) {
                adder.add(words.get(i), counts[i], sums, scratch);
              }
              return sums;
            })
            .toList();
    var all = new double[size];
    for (double[] share : shares) {
      for (int id = 0; id < size; id++) {
        all[id] += share[id];
      }
    }
    return all;
  }

  /** How often each piece is expected in all ways of cutting all words. */
  private double[] expect(UnigramLattice lattice) {
    return sums(
        lattice.size(),
        (word, count, sums, scratch) -> lattice.addMarginals(word, count, sums, scratch));
  }

  /** Not the counts' logarithms but their digamma: a prior that favours few pieces. */
  private static List<Piece> maximise(List<Piece> pieces, double[] expected) {
    double sum = 0;
    var kept = new ArrayList<Piece>(pieces.size());
    for (int id = 1; id < expected.length; id++) {
      if (expected[id] >= LEAST_EXPECTED) {
        kept.add(new Piece(pieces.get(id).text(), expected[id]));
        sum += expected[id];
      }
    }
    double all = digamma(sum);
    kept.replaceAll(piece -> new Piece(piece.text(), digamma(piece.score()) - all));
    kept.add(0, UNKNOWN);
    return kept;
  }

  /** The derivative of the logarithm of the gamma function, by its asymptotic series. */
  private static double digamma(double x) {
    double result = 0;
    for (; x < 7; x++) {
      result -= 1 / x;
    }
    x -= 0.5;
    double y = 1 / (x * x);
    return result
        + Math.log(x)
        + y / 24
        - 7.0 / 960 * y * y
        + 31.0 / 8064 * y * y * y
        - 127.0 / 30720 * y * y * y * y;
  }

  /** A piece that could go, and by how much the likelihood of the words would fall. */
  private record Candidate(Piece piece, double loss) {}

  /** Drops the pieces that are needed least; never all that are too many at once. */
  private List<Piece> prune(List<Piece> pieces, int wanted) {
    var lattice = new UnigramLattice(pieces);
    double[] used = frequencies(lattice);
    double sum = Arrays.stream(used).sum();
    double words = Arrays.stream(counts).sum();
    var kept = new ArrayList<Piece>();
    var candidates = new ArrayList<Candidate>();
    var scratch = new UnigramLattice.Scratch();
    kept.add(UNKNOWN);
    for (int id = 1; id < pieces.size(); id++) {
      var instead = lattice.alternative(id, scratch);
      boolean needed = instead.pieces().length == 0 || instead.better() && used[id] > 0;
      if (needed) {
        kept.add(pieces.get(id));
      } else if (used[id] > 0) {
        double loss = used[id] / words * loss(used, id, instead.pieces(), sum);
        candidates.add(new Candidate(pieces.get(id), loss));
      }
    }
    int size = Math.max(wanted, (int) (pieces.size() * settings.shrinkingFactor()));
    candidates.sort(Comparator.comparingDouble(candidate -> -candidate.loss));
    for (Candidate candidate : candidates) {
      if (kept.size() >= size) {
        break;
      }
      kept.add(candidate.piece);
    }
    return kept;
  }

  /** How often each piece is used when every word is cut in the best way. */
  private double[] frequencies(UnigramLattice lattice) {
    return sums(
        lattice.size(),
        (word, count, sums, scratch) -> lattice.addBest(word, count, sums, scratch));
  }

  /**
   * What it costs where a piece stood to write others instead, whose counts then grow. All counts
   * together grow by those of the others but one; the reference takes the number of all pieces for
   * that of the others, which spares frequent pieces, and so does this.
   */
  private static double loss(double[] used, int id, int[] instead, double sum) {
    double all = Math.log(sum + used[id] * (used.length - 1));
    double others = 0;
    for (int other : instead) {
      others += Math.log(used[other] + used[id]) - all;
    }
    return Math.log(used[id]) - Math.log(sum) - others;
  }

  /** Adds characters and special tokens, and cuts to the size that is wanted. */
  private Unigram finish(List<Piece> pieces, Set<String> required) {
    var scores = new java.util.HashMap<String, Double>();
    double lowest = Double.POSITIVE_INFINITY;
    for (Piece piece : pieces.subList(1, pieces.size())) {
      scores.put(piece.text(), piece.score());
      lowest = Math.min(lowest, piece.score());
    }
    if (scores.isEmpty()) {
      lowest = 0;
    }
    var chosen = new ArrayList<Piece>();
    var inserted = new HashSet<String>();
    double penalty = 0;
    for (String character : required) {
      Double known = scores.get(character);
      chosen.add(new Piece(character, known != null ? known : lowest + penalty));
      penalty += known != null ? 0 : 0.0001;
      inserted.add(character);
    }
    var special = new ArrayList<>(options.specialTokens());
    String unknownToken = options.unknownToken();
    if (!unknownToken.isEmpty() && !special.contains(unknownToken)) {
      special.add(0, unknownToken);
    }
    int room = options.vocabSize() - special.size();
    for (Piece piece : pieces.subList(1, pieces.size())) {
      if (chosen.size() >= room) {
        break;
      }
      if (inserted.add(piece.text())) {
        chosen.add(piece);
      }
    }
    chosen.sort(Comparator.comparingDouble(piece -> -piece.score()));
    return model(special, chosen, special.indexOf(unknownToken));
  }

  private static Unigram model(List<String> special, List<Piece> pieces, int unknown) {
    var all = new ArrayList<Piece>();
    special.forEach(token -> all.add(new Piece(token, 0)));
    all.addAll(pieces);
    var vocabulary = new Vocabulary(all.size());
    var scores = new double[all.size()];
    for (int id = 0; id < scores.length; id++) {
      vocabulary.add(all.get(id).text(), id);
      scores[id] = all.get(id).score();
    }
    return new Unigram(vocabulary, scores, unknown, false);
  }
}
