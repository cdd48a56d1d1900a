package io.quoth.examples;

import io.quoth.AutoModelForCausalLM;
import io.quoth.AutoTokenizer;
import io.quoth.generation.GenerationConfig;

/**
 * A tokenizer and a model by name: what is not in the cache is fetched, and the next time nobody is
 * asked.
 */
public final class FirstSteps {
  private FirstSteps() {}

  /** Takes no arguments. */
  public static void main(String[] args) {
    var tok = AutoTokenizer.fromPretrained("gpt2");
    int[] ids = tok.encode("Hello, world!").ids(); // [15496, 11, 995, 0]
    System.out.println(java.util.Arrays.toString(ids));
    System.out.println(tok.decode(ids)); // Hello, world!
    try (var model = AutoModelForCausalLM.fromPretrained("gpt2")) {
      var out =
          model.generate(
              "The quick brown fox",
              GenerationConfig.sampling().maxNewTokens(30).temperature(0.8).topP(0.9));
      System.out.println(out.text());
    }
  }
}
