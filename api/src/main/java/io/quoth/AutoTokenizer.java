package io.quoth;

import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.tokenizers.Tokenizer;

/**
 * Tokenizers by the name of their model.
 *
 * <pre>{@code
 * int[] ids = AutoTokenizer.fromPretrained("gpt2").encode("Hello, world!").ids();
 * }</pre>
 */
public final class AutoTokenizer {
  private AutoTokenizer() {}

  /**
   * The tokenizer of a model.
   *
   * @param model a folder, or the name of a model: {@code tales}, {@code openai-community/gpt2}
   * @throws io.quoth.base.ModelNotFoundException when nobody knows the name
   * @throws io.quoth.base.BadFileException when its files are missing or damaged
   */
  public static Tokenizer fromPretrained(String model) {
    return fromPretrained(model, ProgressListener.NONE);
  }

  /** As {@link #fromPretrained(String)}, telling how far it has come. */
  public static Tokenizer fromPretrained(String model, ProgressListener progress) {
    return Tokenizer.load(ModelSource.resolve(model, progress));
  }

  /**
   * The tokenizer of a model as transformers' AutoTokenizer builds it, which for some models (Llama
   * 2, Phi-3, Pegasus) gives other ids than their tokenizer.json: see {@link
   * Tokenizer#loadAsTransformers}.
   */
  public static Tokenizer fromPretrainedAsTransformers(String model, ProgressListener progress) {
    return Tokenizer.loadAsTransformers(ModelSource.resolve(model, progress));
  }
}
