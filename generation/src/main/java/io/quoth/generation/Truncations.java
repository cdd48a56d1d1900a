package io.quoth.generation;

/**
 * Processors that leave fewer tokens to sample from. They follow transformers' {@code
 * generation/logits_process.py}; where it depends on the order of equal scores, the lower id wins
 * here. {@code minKeep} is the least number of tokens that stay.
 */
final class Truncations {
  private Truncations() {}

  /** The k largest scores; all that equal the k-th stay (Fan et al. 2018). */
  record TopK(int k, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      int keep = Math.max(k, minKeep);
      if (keep < c.size()) {
        c.keepFrom(Candidates.withEquals(c.kthBest(keep)));
      }
    }

    @Override
    public String name() {
      return "top_k";
    }
  }

  /** The likeliest tokens whose probabilities add up to p or just beyond (Holtzman et al. 2020). */
  record TopP(double p, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      c.orderByScore();
      double enough = p * c.weightSum();
      double before = 0;
      long last = c.nextBest();
      for (int kept = 1; kept < c.size(); kept++) {
        before += c.weight(c.idOf(last));
        if (before >= enough && kept >= minKeep) {
          break;
        }
        last = c.nextBest();
      }
      c.keepFrom(last);
    }

    @Override
    public String name() {
      return "top_p";
    }
  }

  /** Tokens at least {@code p} times as likely as the likeliest (Nguyen et al. 2024). */
  record MinP(double p, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      c.keepFrom(c.kthBest(minKeep), p);
    }

    @Override
    public String name() {
      return "min_p";
    }
  }

  /** Tokens whose surprise lies nearest to the entropy (Meister et al. 2023). */
  record TypicalP(double mass, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      c.orderBySurprise(c.entropy());
      double enough = mass * c.weightSum();
      double sum = 0;
      long ofMass = Long.MAX_VALUE;
      long ofNumber = Long.MAX_VALUE;
      for (int kept = 0; kept < c.size() && (sum < enough || kept < minKeep); kept++) {
        long next = c.nextBest();
        ofMass = sum < enough ? next : ofMass;
        ofNumber = kept < minKeep ? next : ofNumber;
        sum += c.weight(c.idOf(next));
      }
      // Equals of the last one that the mass asked for stay, not those of the last of minKeep.
      c.keepFrom(Math.min(Candidates.withEquals(ofMass), ofNumber));
    }

    @Override
    public String name() {
      return "typical_p";
    }
  }

  /** Tokens of probability {@code epsilon} or more (Hewitt et al. 2022). */
  record Epsilon(double epsilon, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      keepLikely(c, epsilon, minKeep);
    }

    @Override
    public String name() {
      return "epsilon_cutoff";
    }
  }

  /** As {@link Epsilon}, with a bound that falls with the entropy (Hewitt et al. 2022). */
  record Eta(double epsilon, int minKeep) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      double eta = Math.min(epsilon, Math.sqrt(epsilon) * StrictMath.exp(-c.entropy()));
      keepLikely(c, eta, minKeep);
    }

    @Override
    public String name() {
      return "eta_cutoff";
    }
  }

  /**
   * The likeliest of the best 100 tokens while their share of the entropy stays within {@code h}
   * (Potraghloo et al. 2025).
   */
  record TopH(double h) implements LogitsProcessor {
    private static final int BEST = 100;

    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.keepFrom(c.kthBest(BEST));
      c.normalize();
      double entropy = 0;
      for (int i = 0; i < c.size(); i++) {
        entropy += surprise(c, c.id(i));
      }
      c.orderByScore();
      long last = c.nextBest();
      double sum = surprise(c, c.idOf(last));
      for (int kept = 1; kept < c.size(); kept++) {
        long next = c.nextBest();
        sum += surprise(c, c.idOf(next));
        if (sum > h * entropy) {
          break;
        }
        last = next;
      }
      c.keepFrom(last);
    }

    private static double surprise(Candidates c, int id) {
      // In f32 as the reference has it, where a probability near 1 holds no surprise at all.
      float p = (float) c.probability(id);
      return p > 0 ? -p * StrictMath.log(p) : 0;
    }

    @Override
    public String name() {
      return "top_h";
    }
  }

  private static void keepLikely(Candidates c, double probability, int minKeep) {
    c.keepFrom(Candidates.withEquals(c.kthBest(minKeep)), probability * c.weightSum());
  }
}
