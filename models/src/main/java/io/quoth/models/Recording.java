package io.quoth.models;

import java.util.List;

/**
 * What a model computed for one sequence, numbered as the reference numbers it. The arrays are the
 * caller's own.
 *
 * @param hiddenStates [layers + 1], each [tokens, hiddenSize] row-major: 0 is what goes into the
 *     first layer, i what comes out of layer i, and the last is that of the last layer behind the
 *     final norm
 * @param logits [tokens, vocabSize] row-major
 * @param tokens rows of each
 */
public record Recording(List<float[]> hiddenStates, float[] logits, int tokens) {
  /** Keeps the list as it is now. */
  public Recording {
    hiddenStates = List.copyOf(hiddenStates);
  }
}
