package io.quoth.generation;

import java.util.ArrayList;
import java.util.List;

/**
 * The scores of one step.
 *
 * @param chosen the token that was taken
 * @param top the likeliest by the model's logits, best first
 */
public record StepScores(TokenScore chosen, List<TokenScore> top) {
  /** Keeps the list as it is now. */
  public StepScores {
    top = List.copyOf(top);
  }

  /** The scores of a step; both must be normalized. */
  static StepScores of(int chosen, int count, Candidates raw, Candidates processed) {
    raw.orderByScore();
    var top = new ArrayList<TokenScore>(count);
    for (int i = 0; i < Math.min(count, raw.size()); i++) {
      top.add(score(raw.idOf(raw.nextBest()), raw, processed));
    }
    return new StepScores(score(chosen, raw, processed), top);
  }

  private static TokenScore score(int id, Candidates raw, Candidates processed) {
    return new TokenScore(id, raw.logProbability(id), processed.logProbability(id));
  }
}
