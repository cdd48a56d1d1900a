package io.quoth.generation;

import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Keys of generation_config.json that would change the result and that Quoth does not support yet.
 * All other unknown keys are about speed, caches or what is returned, and are passed over.
 */
final class UnsupportedSettings {
  private static final Map<String, Predicate<Json>> CHANGES_THE_RESULT =
      Map.ofEntries(
          Map.entry("num_beams", isNot(1)),
          Map.entry("num_beam_groups", isNot(1)),
          Map.entry("num_return_sequences", isNot(1)),
          Map.entry("penalty_alpha", isNot(0)),
          Map.entry("diversity_penalty", isNot(0)),
          Map.entry("encoder_repetition_penalty", isNot(1)),
          Map.entry("encoder_no_repeat_ngram_size", isNot(0)),
          Map.entry("guidance_scale", isNot(1)),
          Map.entry("constraints", _ -> true),
          Map.entry("force_words_ids", _ -> true),
          Map.entry("watermarking_config", _ -> true),
          Map.entry("dola_layers", _ -> true),
          Map.entry("token_healing", json -> json.isBoolean() && json.asBoolean()),
          Map.entry(
              "cache_implementation",
              json -> json.isString() && json.asString().equals("quantized")));

  private UnsupportedSettings() {}

  /** Throws when {@code json} asks for what is not supported. */
  static void refuse(Json json) {
    for (String key : json.keys()) {
      var changes = CHANGES_THE_RESULT.get(key);
      var value = json.find(key);
      if (changes != null && value.isPresent() && changes.test(value.get())) {
        throw new UnsupportedModelException(
            value.get().place()
                + ": "
                + value.get()
                + " is not supported; take the key out of the file to generate without it");
      }
    }
  }

  private static Predicate<Json> isNot(double neutral) {
    return json -> !json.isNumber() || json.asDouble() != neutral;
  }
}
