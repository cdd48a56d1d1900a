package io.quoth.pipelines;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;
import io.quoth.generation.GenerationResult;
import io.quoth.generation.TokenStream;
import io.quoth.kernels.Ops;
import java.util.List;

/** Text that goes on from a prompt; {@link CausalLM} does more. */
public final class TextGeneration implements Pipeline {
  private final CausalLM model;

  private TextGeneration(CausalLM model) {
    this.model = model;
  }

  /** Loads a causal model. */
  public static TextGeneration load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return new TextGeneration(CausalLM.load(folder, ops, progress));
  }

  @Override
  public String task() {
    return "text-generation";
  }

  /** Goes on from a prompt as the model's own settings say. */
  public GenerationResult generate(String prompt) {
    return model.generate(prompt);
  }

  /** Goes on from prompts, all in one batch. */
  public List<GenerationResult> generate(List<String> prompts, GenerationConfig config) {
    return model.generate(prompts, config);
  }

  /** Goes on from a prompt, token by token. */
  public TokenStream stream(String prompt, GenerationConfig config) {
    return model.stream(prompt, config);
  }

  @Override
  public void close() {
    model.close();
  }
}
