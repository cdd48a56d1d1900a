package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Ops;
import java.util.List;

/**
 * A causal model as its family builds it: ids to hidden states, layer by layer, and hidden states
 * to logits. Immutable; what it computes with is the {@link Ops} that prepared its weights.
 */
public interface CausalTransformer {
  /** What it is. */
  ModelConfig config();

  /** The attention of each layer, in order: what the state of a sequence is made for. */
  List<Attention> attention();

  /** What goes into the first layer: [tokens, hiddenSize]. */
  Activation embed(Ops ops, Batch batch);

  /** The layers, in order. */
  List<? extends Layer> layers();

  /** What follows the last layer: [rows, hiddenSize] to the same. */
  Activation norm(Ops ops, Activation x);

  /** Normed hidden states to logits: [rows, hiddenSize] to [rows, vocabSize]. */
  Activation head(Ops ops, Activation x);
}
