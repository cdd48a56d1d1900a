package io.quoth.generation;

import java.util.ArrayList;
import java.util.List;

/**
 * The distribution over the token behind a prompt, as the model gives it and behind each processor.
 *
 * @param promptIds the ids of the prompt
 * @param stages the model's own, then one a processor, in order
 */
public record NextToken(int[] promptIds, List<Stage> stages) {
  /** Keeps list and array as they are now. */
  public NextToken {
    promptIds = promptIds.clone();
    stages = List.copyOf(stages);
  }

  /**
   * A distribution.
   *
   * @param name {@code logits}, or what the processor is called: {@code temperature}
   * @param candidates tokens that may still come
   * @param top the likeliest, best first
   */
  public record Stage(String name, int candidates, List<Choice> top) {
    /** Keeps the list as it is now. */
    public Stage {
      top = List.copyOf(top);
    }

    static Stage of(String name, Candidates candidates, int count, PieceName pieces) {
      candidates.normalize();
      candidates.orderByScore();
      var top = new ArrayList<Choice>(count);
      for (int i = 0; i < Math.min(count, candidates.size()); i++) {
        int id = candidates.idOf(candidates.nextBest());
        top.add(new Choice(id, pieces.of(id), candidates.score(id), candidates.probability(id)));
      }
      return new Stage(name, candidates.size(), top);
    }
  }

  /**
   * A token that may come.
   *
   * @param piece the text it stands for, U+FFFD for bytes that are no whole character; "" for a
   *     model without a tokenizer
   * @param score its logit at this stage
   * @param probability from 0 to 1
   */
  public record Choice(int id, String piece, float score, double probability) {}

  /** Names pieces. */
  @FunctionalInterface
  interface PieceName {
    String of(int id);
  }
}
