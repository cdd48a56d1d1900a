package io.quoth;

import io.quoth.base.ModelSource;
import io.quoth.models.EncoderModel;
import io.quoth.models.Task;

/**
 * Masked language models by name: what could stand in place of a token.
 *
 * <pre>{@code
 * try (var model = AutoModelForMaskedLM.fromPretrained("bert-base-uncased")) {
 *   var batch = new Batch();
 *   batch.add(ids, typeIds, Batch.Want.ALL);
 *   var logits = model.forward(batch).logits();
 * }
 * }</pre>
 */
public final class AutoModelForMaskedLM {
  private AutoModelForMaskedLM() {}

  /**
   * Loads a model on the best kernels that run here. The caller closes it.
   *
   * @param model a folder, or the name of a model
   * @throws io.quoth.base.ModelNotFoundException when nobody knows the name
   * @throws io.quoth.base.BadFileException when its files are missing or damaged, or it has no head
   *     for this task
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  public static EncoderModel fromPretrained(String model) {
    return fromPretrained(model, LoadOptions.DEFAULT);
  }

  /** As {@link #fromPretrained(String)}, with options. */
  public static EncoderModel fromPretrained(String model, LoadOptions options) {
    return EncoderModel.load(
        ModelSource.resolve(model, options.progress()),
        Task.MASKED_LM,
        options.newOps(),
        options.progress());
  }
}
