package io.quoth.cli;

import io.quoth.AutoModelForCausalLM;
import io.quoth.LoadOptions;
import io.quoth.base.ModelFolder;
import io.quoth.generation.CausalLM;

/** Models as commands load them. */
final class Loading {
  private Loading() {}

  /** A causal model on the kernels that the environment asks for. */
  static CausalLM causal(ModelFolder folder, Console console) {
    return AutoModelForCausalLM.fromPretrained(
        folder, LoadOptions.DEFAULT.progress(new ProgressLine(console)));
  }
}
