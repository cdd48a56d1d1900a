package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import org.jspecify.annotations.Nullable;

/** The heads that families share; each family gives its names for their weights. */
final class Heads {
  private Heads() {}

  /**
   * A dense layer, a pointwise function, perhaps a norm: the beginning of most heads.
   *
   * @param norm null for none
   */
  record Transform(Linear dense, Nonlinearity activation, @Nullable Norm norm) {
    Activation forward(Ops ops, Activation x) {
      Activation y = ops.activate(activation, ops.linear(x, dense));
      return norm == null ? y : ops.layerNorm(y, norm);
    }
  }

  /** Which rows of a sequence a classifier sees. */
  enum Pooling {
    /** The first token's. */
    FIRST,
    /** The mean of all. */
    MEAN;

    Activation forward(Ops ops, Activation x, Batch batch) {
      return this == MEAN ? ops.mean(x, batch) : ops.rows(x, firstRows(batch));
    }
  }

  /** The hidden states themselves, and the pooled first token where there is a pooler. */
  static EncoderHead base(@Nullable Transform pooler) {
    return (ops, x, batch, outputs) -> {
      outputs.put("last_hidden_state", x);
      if (pooler != null) {
        Activation first = Pooling.FIRST.forward(ops, x, batch);
        outputs.put("pooler_output", pooler.forward(ops, first));
      }
    };
  }

  /** For each wanted token, how likely each id would be in its place. */
  static EncoderHead maskedLm(Transform transform, Linear decoder) {
    return (ops, x, batch, outputs) -> {
      if (batch.wantedRows() > 0) {
        Activation y = transform.forward(ops, ops.wantedRows(x, batch));
        outputs.put("logits", ops.linear(y, decoder));
      }
    };
  }

  /** One row of logits a sequence. */
  static EncoderHead sequenceClassification(
      Pooling pooling, Transform transform, Linear classifier) {
    return (ops, x, batch, outputs) -> {
      Activation y = transform.forward(ops, pooling.forward(ops, x, batch));
      outputs.put("logits", ops.linear(y, classifier));
    };
  }

  /** One row of logits a token. */
  static EncoderHead tokenClassification(@Nullable Transform transform, Linear classifier) {
    return (ops, x, batch, outputs) ->
        outputs.put(
            "logits", ops.linear(transform == null ? x : transform.forward(ops, x), classifier));
  }

  /** How well each token begins and ends the answer. */
  static EncoderHead questionAnswering(@Nullable Transform transform, Linear ends) {
    return (ops, x, batch, outputs) -> {
      Activation y = ops.linear(transform == null ? x : transform.forward(ops, x), ends);
      outputs.put("start_logits", y, 0, 1);
      outputs.put("end_logits", y, 1, 2);
    };
  }

  private static int[] firstRows(Batch batch) {
    int[] rows = new int[batch.sequences()];
    for (int s = 0; s < rows.length; s++) {
      rows[s] = batch.start(s);
    }
    return rows;
  }
}
