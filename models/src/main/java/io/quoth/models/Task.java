package io.quoth.models;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import java.util.List;
import java.util.Optional;

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

  /**
   * The task whose head a model has: the first of the {@code architectures} of its configuration
   * says it. Empty for a model that generates text.
   *
   * @throws io.quoth.base.BadFileException when there is no {@code config.json} or it is damaged
   */
  public static Optional<Task> of(ModelFolder folder) {
    return of(ModelLoader.config(folder));
  }

  /** The task that a configuration names; that of its family where it names none that is known. */
  static Optional<Task> of(ConfigReader config) {
    String architecture =
        config.json().find("architectures").map(Json::items).orElse(List.of()).stream()
            .findFirst()
            .map(Json::asString)
            .orElse("");
    for (Task task : values()) {
      if (task != BASE && architecture.endsWith(task.suffix)) {
        return Optional.of(task);
      }
    }
    if (architecture.endsWith("ForCausalLM") || architecture.endsWith("LMHeadModel")) {
      return Optional.empty();
    }
    boolean body = architecture.endsWith(BASE.suffix) || EncoderLoader.knows(config.modelType());
    return body ? Optional.of(BASE) : Optional.empty();
  }
}
