package io.quoth.kernels;

/** One layer of a model, as {@link Ops#layer} runs it. */
@FunctionalInterface
public interface Layer {
  /** From hidden states to hidden states, both [tokens, hidden size]; {@code x} may be changed. */
  Activation forward(Ops ops, Activation x, Batch batch);
}
