package io.quoth;

import io.quoth.base.ModelSource;
import io.quoth.models.EncoderModel;
import io.quoth.models.Task;

/**
 * Models by name that find the answer to a question in a text.
 *
 * <pre>{@code
 * try (var model = AutoModelForQuestionAnswering.fromPretrained("deepset/roberta-base-squad2")) {
 *   var batch = new Batch();
 *   batch.add(ids, typeIds, Batch.Want.ALL);
 *   var starts = model.forward(batch).get("start_logits");
 * }
 * }</pre>
 */
public final class AutoModelForQuestionAnswering {
  private AutoModelForQuestionAnswering() {}

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
        Task.QUESTION_ANSWERING,
        options.newOps(),
        options.progress());
  }
}
