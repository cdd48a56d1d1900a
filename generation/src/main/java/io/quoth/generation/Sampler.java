package io.quoth.generation;

/** Chooses the next token among the candidates. Belongs to one sequence. */
public interface Sampler {
  /** The id chosen; there is at least one candidate with a finite score. */
  int sample(Candidates candidates);

  /** The largest score; of equal ones the lowest id, as torch's {@code argmax}. */
  static Sampler greedy() {
    return candidates -> {
      int best = candidates.id(0);
      for (int i = 1; i < candidates.size(); i++) {
        int id = candidates.id(i);
        if (candidates.score(id) > candidates.score(best)) {
          best = id;
        }
      }
      return best;
    };
  }

  /**
   * Draws by the softmax of the scores. The draws depend on {@code seed} alone: draw n takes the
   * n-th number u of {@link SplitMix64} in [0, 1) and walks the candidates in rising order of ids
   * until their probabilities add up to more than u.
   */
  static Sampler multinomial(long seed) {
    return new Multinomial(new SplitMix64(seed));
  }
}
