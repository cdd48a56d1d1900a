package io.quoth.examples;

import io.quoth.AutoModelForCausalLM;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What temperature does: it divides the logits before the softmax. Near 0 the likeliest token wins
 * every time; at 1 the model's own distribution is drawn from; above, unlikely tokens come closer.
 */
public final class Temperatures {
  private static final double[] TEMPERATURES = {0.1, 0.5, 0.8, 1.0, 1.2, 1.5};

  private Temperatures() {}

  /** Prints how a prompt goes on at several temperatures, all from one seed. */
  public static void main(String[] args) {
    String prompt = args.length > 0 ? args[0] : "Once upon a time";
    try (CausalLM model = AutoModelForCausalLM.fromPretrained("tales")) {
      sideBySide(model, prompt, 40)
          .forEach((temperature, text) -> System.out.println(temperature + ": " + text + "\n"));
    }
  }

  /** The texts by temperature. */
  public static Map<Double, String> sideBySide(CausalLM model, String prompt, int tokens) {
    var texts = new LinkedHashMap<Double, String>();
    for (double temperature : TEMPERATURES) {
      var config =
          GenerationConfig.sampling().temperature(temperature).topP(1).seed(1).maxNewTokens(tokens);
      texts.put(temperature, model.generate(prompt, config).text());
    }
    return texts;
  }
}
