package io.quoth.examples;

import io.quoth.AutoModelForCausalLM;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;

/**
 * The generation loop: the model gives a distribution over the next token, one is drawn, appended,
 * and the model asked again.
 */
public final class Generation {
  private Generation() {}

  /** Goes on with a prompt; the arguments are a model (the embedded one) and a prompt. */
  public static void main(String[] args) {
    String name = args.length > 0 ? args[0] : "tales";
    String prompt = args.length > 1 ? args[1] : "The quick brown fox";
    try (CausalLM model = AutoModelForCausalLM.fromPretrained(name)) {
      var out =
          model.generate(
              prompt, GenerationConfig.sampling().maxNewTokens(30).temperature(0.8).topP(0.9));
      System.out.println(prompt + out.text());
    }
  }
}
