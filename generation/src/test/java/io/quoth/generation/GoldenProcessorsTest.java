package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every processor and chains of them give what transformers 5.18.0 gives: the same tokens kept, the
 * same scores.
 */
class GoldenProcessorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad_words_ids",
        "begin_suppress_tokens",
        "chains",
        "epsilon_cutoff",
        "eta_cutoff",
        "exponential_decay_length_penalty",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "min_length",
        "min_new_tokens",
        "min_p",
        "no_repeat_ngram_size",
        "remove_invalid_values",
        "renormalize_logits",
        "repetition_penalty",
        "sequence_bias",
        "suppress_tokens",
        "temperature",
        "top_h",
        "top_k",
        "top_p",
        "typical_p"
      })
  void givesWhatTheReferenceGives(String name) {
    var file = TestData.own("sampling/" + name + ".json");
    var tensors = GoldenTensors.read(TestData.own("sampling/" + name + ".safetensors"));
    var cases = Json.parse(file).get("cases").items();
    assertThat(cases).isNotEmpty();
    for (Json golden : cases) {
      // The reference makes NaN where a forbidden end token is raised; here it stays forbidden.
      if (!hasNaN(tensors.floats(golden.getString("out")))) {
        check(golden, tensors);
      }
    }
  }

  private static void check(Json golden, GoldenTensors tensors) {
    float[] in = tensors.floats(golden.getString("in"));
    var candidates = new Candidates(in.length);
    candidates.reset(in, 0);
    var tokens = tokens(golden);
    var chain = chain(golden, in.length);
    chain.forEach(processor -> processor.process(candidates, tokens));

    float[] out = tensors.floats(golden.getString("out"));
    boolean exact = !golden.getBoolean("tie_sensitive") && !isNoise(golden);
    int kept = 0;
    for (int id = 0; id < out.length; id++) {
      float score = candidates.score(id);
      boolean removed = score == Float.NEGATIVE_INFINITY;
      boolean expectedRemoved = out[id] == Float.NEGATIVE_INFINITY;
      kept += removed ? 0 : 1;
      if (exact) {
        assertThat(removed).as("%s: removed %d", golden, id).isEqualTo(expectedRemoved);
      } else if (removed && !golden.getBoolean("tie_sensitive")) {
        assertThat(expectedRemoved).as("%s: removed %d", golden, id).isTrue();
      }
      if (!removed && !expectedRemoved) {
        assertThat(score)
            .as("%s: score of %d", golden, id)
            .isCloseTo(out[id], within(2e-6f * Math.max(1, Math.abs(out[id]))));
      }
    }
    if (isNoise(golden)) {
      assertThat(kept).as("%s: kept", golden).isGreaterThanOrEqualTo(golden.getInt("kept"));
    } else {
      assertThat(kept).as("%s: kept", golden).isEqualTo(golden.getInt("kept"));
    }
  }

  /**
   * Where the reference's own rounding decides: top_h 1 should keep all of the best 100, and loses
   * some of the least likely because its entropy and its sum differ in the last bits.
   */
  private static boolean isNoise(Json golden) {
    return golden.find("params").map(params -> params.getDouble("top_h", 0)).orElse(0.0) == 1;
  }

  private static boolean hasNaN(float[] values) {
    for (float value : values) {
      if (Float.isNaN(value)) {
        return true;
      }
    }
    return false;
  }

  private static TokenIds tokens(Json golden) {
    int[] ids = golden.get("input_ids").items().stream().mapToInt(Json::asInt).toArray();
    int prompt = golden.getInt("begin_index", golden.getInt("prompt_length", ids.length));
    return new TokenIds(ids, prompt, 0);
  }

  private static List<LogitsProcessor> chain(Json golden, int vocabSize) {
    boolean whole = golden.has("config");
    Json settings = golden.get(whole ? "config" : "params");
    int keep = golden.getInt("keep", 1);
    if (!whole && settings.getDouble("top_p", 1) == 0) {
      return List.of(new Truncations.TopP(0, keep)); // out of range at the door, kept exact inside
    }
    var eos = golden.find("eos");
    var text = new ArrayList<String>();
    for (String key : settings.keys()) {
      if (key.equals("num_beams")) {
        keep = eos.orElseThrow().size() + 1;
      } else {
        text.add("\"" + key + "\": " + settings.get(key).toString().replace("\"", ""));
      }
    }
    eos.ifPresent(ids -> text.add("\"eos_token_id\": " + ids));
    if (!whole) {
      text.add("\"do_sample\": true");
      if (!settings.has("top_k")) {
        text.add("\"top_k\": 0");
      }
    }
    var config = GenerationConfig.of(Json.parse("{" + String.join(", ", text) + "}", "case"));
    int maxLength = settings.getInt("max_length", golden.getInt("max_length", 1000));
    var chain = ProcessorChain.of(config, vocabSize, maxLength, keep);
    if (whole) {
      assertThat(chain).as("%s", golden).hasSize(golden.get("order").size());
    }
    return chain;
  }
}
