package io.quoth;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.generation.CausalLM;

/**
 * Causal language models by name.
 *
 * <pre>{@code
 * try (var model = AutoModelForCausalLM.fromPretrained("tales")) {
 *   System.out.println(model.generate("Once upon a time").text());
 * }
 * }</pre>
 */
public final class AutoModelForCausalLM {
  private AutoModelForCausalLM() {}

  /**
   * Loads a model on the best kernels that run here. The caller closes it.
   *
   * @param model a folder, or the name of a model: {@code tales}, {@code openai-community/gpt2}
   * @throws io.quoth.base.ModelNotFoundException when nobody knows the name
   * @throws io.quoth.base.BadFileException when its files are missing or damaged
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  public static CausalLM fromPretrained(String model) {
    return fromPretrained(model, LoadOptions.DEFAULT);
  }

  /** As {@link #fromPretrained(String)}, with options. */
  public static CausalLM fromPretrained(String model, LoadOptions options) {
    return fromPretrained(ModelSource.resolve(model, options.progress()), options);
  }

  /** As {@link #fromPretrained(String)}, from files that are known already. */
  public static CausalLM fromPretrained(ModelFolder folder, LoadOptions options) {
    return CausalLM.load(folder, options.newOps(), options.progress());
  }
}
