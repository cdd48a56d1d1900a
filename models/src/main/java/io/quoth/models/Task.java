package io.quoth.models;

import java.util.List;

/**
 * What an encoder computes above its hidden states. Each has the outputs of the reference's class
 * of that name.
 */
public enum Task {
  /** {@code AutoModel}: {@code last_hidden_state}, and {@code pooler_output} where there is one. */
  BASE("Model"),
  /** {@code logits} [wanted tokens, vocabSize]: what could stand in place of each token. */
  MASKED_LM("ForMaskedLM"),
  /** {@code logits} [sequences, labels]. */
  SEQUENCE_CLASSIFICATION("ForSequenceClassification"),
  /** {@code logits} [tokens, labels]. */
  TOKEN_CLASSIFICATION("ForTokenClassification"),
  /** {@code start_logits} and {@code end_logits}, both [tokens, 1]. */
  QUESTION_ANSWERING("ForQuestionAnswering");

  private final String suffix;

  Task(String suffix) {
    this.suffix = suffix;
  }

  /** How the names of the reference's classes for it end. */
  public String suffix() {
    return suffix;
  }

  /** The task that {@code architectures} of a configuration names; {@link #BASE} for any other. */
  static Task of(List<String> architectures) {
    for (String architecture : architectures) {
      for (Task task : values()) {
        if (task != BASE && architecture.endsWith(task.suffix)) {
          return task;
        }
      }
    }
    return BASE;
  }
}
