package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Ops;

/** What a task computes from the last hidden states of an encoder. */
@FunctionalInterface
public interface EncoderHead {
  /**
   * Computes the outputs and hands each over.
   *
   * @param x the last hidden states, [tokens, hiddenSize]; not to be changed
   */
  void forward(Ops ops, Activation x, Batch batch, Outputs outputs);

  /** Takes outputs. */
  interface Outputs {
    /** Takes all columns of {@code x} under the reference's name for it. */
    default void put(String name, Activation x) {
      put(name, x, 0, x.columns());
    }

    /** Takes columns {@code from} to {@code to} of {@code x}. */
    void put(String name, Activation x, int from, int to);
  }
}
