package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;

/**
 * The layer of BERT (Devlin et al. 2018) and its kin: attention of every position to every other,
 * then a feed-forward, each added to what went in and normed afterwards.
 */
record PostNormLayer(
    Attend attend,
    Linear qkv,
    Linear out,
    Norm attentionNorm,
    Nonlinearity activation,
    Linear up,
    Linear down,
    Norm norm)
    implements Layer {

  /** The one step in which families differ: how a token looks at others. */
  @FunctionalInterface
  interface Attend {
    /** From queries, keys and values side by side to [tokens, hiddenSize]. */
    Activation forward(Ops ops, Activation qkv, Batch batch);

    /** Every position sees every other, and nothing else counts. */
    static Attend plain(EncoderConfig config) {
      Attention attention = attention(config);
      return (ops, qkv, batch) -> ops.attend(qkv, attention, batch);
    }
  }

  /** Attention without a mask, scores divided by the root of the size of a head. */
  static Attention attention(EncoderConfig config) {
    float scale = (float) (1 / Math.sqrt(config.headSize()));
    return new Attention(
        0, config.heads(), config.heads(), config.headSize(), scale, /* causal= */ false);
  }

  @Override
  public Activation forward(Ops ops, Activation x, Batch batch) {
    Activation attended = ops.linear(attend.forward(ops, ops.linear(x, qkv), batch), out);
    Activation h = ops.layerNorm(ops.add(attended, x), attentionNorm);

    Activation inner = ops.activate(activation, ops.linear(h, up));
    return ops.layerNorm(ops.add(ops.linear(inner, down), h), norm);
  }
}
