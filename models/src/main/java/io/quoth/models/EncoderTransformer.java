package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Ops;
import java.util.List;

/**
 * An encoder as its family builds it: ids to hidden states, layer by layer, and hidden states to
 * what its task asks for. Immutable; what it computes with is the {@link Ops} that prepared its
 * weights.
 */
public interface EncoderTransformer {
  /** What it is. */
  EncoderConfig config();

  /** What goes into the first layer: [tokens, hiddenSize]. */
  Activation embed(Ops ops, Batch batch);

  /** The layers, in order. */
  List<? extends Layer> layers();

  /** What follows the last layer: [tokens, hiddenSize] to the same. */
  default Activation norm(Ops ops, Activation x) {
    return x;
  }

  /** What its task computes from the last hidden states. */
  EncoderHead head();
}
