package io.quoth;

import io.quoth.base.ModelSource;
import io.quoth.models.EncoderModel;
import io.quoth.models.Task;

/**
 * Encoders by name, without a head: what they make of each token. Causal models too.
 *
 * <pre>{@code
 * try (var model = AutoModel.fromPretrained("bert-base-uncased")) {
 *   var batch = new Batch();
 *   batch.add(ids, typeIds, Batch.Want.ALL);
 *   var states = model.forward(batch).lastHiddenState();
 * }
 * }</pre>
 */
public final class AutoModel {
  private AutoModel() {}

  /**
   * Loads a model on the best kernels that run here. The caller closes it.
   *
   * @param model a folder, or the name of a model
   * @throws io.quoth.base.ModelNotFoundException when nobody knows the name
   * @throws io.quoth.base.BadFileException when its files are missing or damaged
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  public static EncoderModel fromPretrained(String model) {
    return fromPretrained(model, LoadOptions.DEFAULT);
  }

  /** As {@link #fromPretrained(String)}, with options. */
  public static EncoderModel fromPretrained(String model, LoadOptions options) {
    return EncoderModel.load(
        ModelSource.resolve(model, options.progress()),
        Task.BASE,
        options.newOps(),
        options.progress());
  }
}
