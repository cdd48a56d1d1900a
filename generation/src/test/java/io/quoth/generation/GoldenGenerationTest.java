package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole generations against transformers 5.18.0 and against published texts. */
class GoldenGenerationTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2",
        "gpt2_variant",
        "gpt2_oldnames",
        "llama",
        "llama3",
        "llama_linear",
        "llama_dynamic",
        "llama_yarn",
        "llama_yarn_factor",
        "llama_bias",
        "llama_tied",
        "llama_sharded",
        "llama_fp16",
        "llama_bf16",
        "phi",
        "phi_qknorm"
      })
  void greedyIdsAreTheReferences(String name) {
    var golden = GoldenTensors.read(TestData.own("causal/" + name + "/expected.safetensors"));
    try (var model = load(TestData.own("causal/" + name))) {
      var prompts = new ArrayList<int[]>();
      var expected = new ArrayList<int[]>();
      for (String key : List.of("", "batch.0.", "batch.1.", "batch.2.", "batch.3.")) {
        if (golden.has(key + "greedy_ids")) {
          prompts.add(golden.ints(key + "input_ids"));
          expected.add(golden.ints(key + "greedy_ids"));
        }
      }
      assertThat(prompts).isNotEmpty();
      var config =
          GenerationConfig.greedy().ignoreEos(true).maxNewTokens(expected.getFirst().length);
      var together = model.generateIds(prompts, config);
      for (int i = 0; i < prompts.size(); i++) {
        var result = model.generate(prompts.get(i), config);
        assertThat(result.ids()).as("prompt %d alone", i).isEqualTo(expected.get(i));
        assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(result.text()).isEmpty();
        assertThat(together.get(i).ids()).as("prompt %d with others", i).isEqualTo(expected.get(i));
      }
    }
  }

  /** The ids that the reference drew are fed; the scores behind all processors are compared. */
  @Test
  void scoresOfEachStepAreTheReferences() {
    var golden = GoldenTensors.read(TestData.own("sampling/steps.safetensors"));
    var cases = Json.parse(TestData.own("sampling/steps.json")).get("cases").items();
    int compared = 0;
    for (Json step : cases) {
      if (step.get("config").has("guidance_scale")) {
        continue; // refused
      }
      try (var model = load(TestData.own("causal/" + step.getString("model")))) {
        compared += compare(step, golden, model);
      }
    }
    assertThat(compared).isEqualTo(10);
  }

  private static int compare(Json step, GoldenTensors golden, CausalLM model) {
    String key = step.getString("key");
    int newTokens = step.getInt("max_new_tokens");
    int[] shape = golden.shape(key + ".scores");
    int vocab = shape[2];
    int[] sequences = golden.ints(key + ".sequences");
    int length = sequences.length / shape[0];
    float[] scores = golden.floats(key + ".scores");
    // Several sequences of one prompt are so many calls with seeds of their own here.
    String settings = step.get("config").toString().replace("num_return_sequences", "_n");
    var config = GenerationConfig.of(Json.parse(settings, "steps"));
    for (int s = 0; s < shape[0]; s++) {
      int[] ids = Arrays.copyOfRange(sequences, s * length, (s + 1) * length);
      int prompt = length - newTokens;
      var chain = ProcessorChain.of(config.orElse(model.generationConfig()), vocab, length, 1);
      float[] logits = model.model().record(ids).logits();
      var candidates = new Candidates(vocab);
      for (int t = 0; t < newTokens; t++) {
        candidates.reset(logits, (prompt + t - 1) * vocab);
        var tokens =
            TokenIds.of(Arrays.copyOf(ids, prompt), Arrays.copyOfRange(ids, prompt, prompt + t));
        chain.forEach(processor -> processor.process(candidates, tokens));
        for (int id = 0; id < vocab; id++) {
          float expected = scores[(s * newTokens + t) * vocab + id];
          float bound = Float.isInfinite(expected) ? 0 : 1e-4f * Math.max(1, Math.abs(expected));
          if (expected != candidates.score(id)) {
            assertThat(candidates.score(id))
                .as("%s, sequence %d, step %d, id %d", step, s, t, id)
                .isCloseTo(expected, within(bound));
          }
        }
      }
      if (!config.doSample().orElse(false)) {
        var result =
            model.generate(
                Arrays.copyOf(ids, prompt), config.maxNewTokens(newTokens).ignoreEos(true));
        assertThat(result.ids()).isEqualTo(Arrays.copyOfRange(ids, prompt, length));
      }
    }
    return 1;
  }

  @Test
  void stories260KWritesItsPublishedText() {
    Path folder = TestData.shared("models/stories260K");
    var expected = Json.parse(folder.resolve("expected.json"));
    int[] ids = ints(expected.get("ids_from_bos"));
    var greedy = GenerationConfig.greedy().ignoreEos(true);
    try (var model = load(folder)) {
      for (String steps : List.of("200", "256")) {
        int count = expected.getInt("ids_for_" + steps + "_steps_text") - 1;
        var result = model.generate(new int[] {ids[0]}, greedy.maxNewTokens(count));
        assertThat(result.text())
            .isEqualTo(expected.getString("published_text_" + steps + "_steps"));
        assertThat(result.ids()).isEqualTo(Arrays.copyOfRange(ids, 1, count + 1));
      }
      checkPrompts(model, expected);
    }
  }

  @Test
  void talesWritesWhatTheReferenceWrites() {
    Path folder = TestData.shared("models/tales");
    try (var model = load(folder)) {
      checkPrompts(model, Json.parse(folder.resolve("expected.json")));
    }
  }

  private static void checkPrompts(CausalLM model, Json expected) {
    var prompts = expected.get("prompts").items();
    assertThat(prompts).isNotEmpty();
    var texts = prompts.stream().map(prompt -> prompt.getString("prompt")).toList();
    int count = prompts.getFirst().get("greedy_ids").size();
    var config = GenerationConfig.greedy().ignoreEos(true).maxNewTokens(count).repetitionPenalty(1);
    var results = model.generate(texts, config);
    for (int i = 0; i < texts.size(); i++) {
      assertThat(results.get(i).ids()).isEqualTo(ints(prompts.get(i).get("greedy_ids")));
      assertThat(results.get(i).promptTokens()).isEqualTo(prompts.get(i).get("prompt_ids").size());
    }
  }

  private static int[] ints(Json array) {
    return array.items().stream().mapToInt(Json::asInt).toArray();
  }

  static CausalLM load(Path folder) {
    return CausalLM.load(ModelFolder.of(folder), new CpuOps(Rung.best(), 2), ProgressListener.NONE);
  }
}
