package io.quoth.models;

import java.util.List;

/**
 * What an encoder computed for one sequence, numbered as the reference numbers it.
 *
 * @param hiddenStates [layers + 1], each [tokens, hiddenSize] row-major: 0 is what goes into the
 *     first layer, i what comes out of layer i, the last behind the final norm where there is one
 * @param output what its task computes
 * @param tokens rows of each hidden state
 */
public record EncoderRecording(List<float[]> hiddenStates, EncoderOutput output, int tokens) {
  /** Keeps the list as it is now. */
  public EncoderRecording {
    hiddenStates = List.copyOf(hiddenStates);
  }
}
