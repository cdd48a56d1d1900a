package io.quoth.examples;

import io.quoth.AutoModelForCausalLM;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;

/**
 * When a model says the same twice: always when greedy, and when sampling with the same seed. Two
 * seeds are two texts.
 */
public final class Determinism {
  private Determinism() {}

  /** Shows all three. */
  public static void main(String[] args) {
    String prompt = args.length > 0 ? args[0] : "Once upon a time";
    try (CausalLM model = AutoModelForCausalLM.fromPretrained("tales")) {
      System.out.println(
          "greedy twice, the same: " + same(greedy(model, prompt), greedy(model, prompt)));
      System.out.println(
          "one seed twice, the same: "
              + same(sampled(model, prompt, 1), sampled(model, prompt, 1)));
      System.out.println(
          "two seeds, the same: " + same(sampled(model, prompt, 1), sampled(model, prompt, 2)));
    }
  }

  /** The likeliest token at every step. */
  public static String greedy(CausalLM model, String prompt) {
    return model.generate(prompt, GenerationConfig.greedy().maxNewTokens(40)).text();
  }

  /** Drawn at random, but from this seed. */
  public static String sampled(CausalLM model, String prompt, long seed) {
    return model.generate(prompt, GenerationConfig.sampling().seed(seed).maxNewTokens(40)).text();
  }

  private static boolean same(String a, String b) {
    return a.equals(b);
  }
}
