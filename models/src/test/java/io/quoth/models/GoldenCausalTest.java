package io.quoth.models;

import static io.quoth.models.Running.assertClose;
import static io.quoth.models.Running.golden;
import static io.quoth.models.Running.greedy;
import static io.quoth.models.Running.load;
import static io.quoth.models.Running.logits;
import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ModelFolder;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Rung;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every family must do: compute what the reference computes (transformers 5.18.0, f32), and
 * the same bits however a sequence comes in. To add a family, add its golden folder.
 */
class GoldenCausalTest {
  private static final List<String> MODELS =
      List.of(
          "gpt2",
          "gpt2_variant",
          "gpt2_oldnames",
          "gpt2_bin",
          "gpt2_bin_sharded",
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
          "mistral",
          "phi",
          "phi_qknorm",
          "qwen2",
          "qwen3");

  /** Of the largest magnitude. */
  private static final double TOLERANCE = 1e-4;

  static Stream<Arguments> modelsAndRungs() {
    return MODELS.stream()
        .flatMap(name -> Running.rungs().stream().map(rung -> Arguments.of(name, rung)));
  }

  static Stream<Arguments> models() {
    return modelsAndRungs()
        .flatMap(model ->
            Stream.of("config.json", "config.v4.json")
                .map(config -> Arguments.of(model.get()[0], model.get()[1], config)));
  }

  private static GoldenTensors expected(String name) {
    return GoldenTensors.read(TestData.own("causal/" + name + "/expected.safetensors"));
  }

  @ParameterizedTest
  @MethodSource("models")
  void computesWhatTheReferenceComputes(String name, Rung rung, String config) {
    var expected = expected(name);
    ModelFolder folder = OtherConfig.named(golden(name), config);
    try (var model = load(folder, rung, 2)) {
      int[] ids = expected.ints("input_ids");
      var found = model.record(ids);
      assertClose(found.logits(), expected.floats("logits"), TOLERANCE, "logits");
      assertThat(found.hiddenStates()).hasSize(model.config().layers() + 1);
      if (expected.has("hidden_states.0")) {
        for (int i = 0; i <= model.config().layers(); i++) {
          String state = "hidden_states." + i;
          assertClose(found.hiddenStates().get(i), expected.floats(state), TOLERANCE, state);
        }
      }
      int[] greedy = expected.ints("greedy_ids");
      assertThat(greedy(model, new int[][] {ids}, greedy.length)[0]).isEqualTo(greedy);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void computesSequencesOfDifferentLengthsInOneBatch(String name, Rung rung, String config) {
    var expected = expected(name);
    if (!expected.has("batch.0.input_ids")) {
      return; // a form of storage, of which only the whole is recorded
    }
    try (var model = load(OtherConfig.named(golden(name), config), rung, 2)) {
      int[][] prompts = new int[4][];
      int vocabSize = model.config().vocabSize();
      var batch = new Batch();
      for (int k = 0; k < prompts.length; k++) {
        prompts[k] = expected.ints("batch." + k + ".input_ids");
        batch.add(null, prompts[k], 0, prompts[k].length, prompts[k].length, Batch.Want.ALL);
      }
      float[] logits = new float[batch.tokens() * vocabSize];
      model.forward(batch, logits);
      int steps = expected.ints("batch.0.greedy_ids").length;
      int[][] greedy = greedy(model, prompts, steps);
      for (int k = 0; k < prompts.length; k++) {
        int from = batch.start(k) * vocabSize;
        float[] own = Arrays.copyOfRange(logits, from, batch.end(k) * vocabSize);
        assertClose(own, expected.floats("batch." + k + ".logits"), TOLERANCE, "batch " + k);
        assertThat(greedy[k]).isEqualTo(expected.ints("batch." + k + ".greedy_ids"));
        assertThat(model.record(prompts[k]).logits()).as("alone").isEqualTo(own);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndRungs")
  void givesTheSameBitsForAnyChunksAndAnyThreads(String name, Rung rung) {
    int[] ids = expected(name).ints("input_ids");
    float[] whole;
    try (var model = load(golden(name), rung, 1)) {
      whole = logits(model, ids, ids.length);
      assertThat(model.record(ids).logits()).as("without state").isEqualTo(whole);
    }
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    for (int threads : new int[] {1, 2, 3}) {
      try (var model = load(golden(name), rung, threads)) {
        assertThat(logits(model, ids, ids.length)).as(threads + " threads").isEqualTo(whole);
        assertThat(logits(model, ids, ones)).as("token by token").isEqualTo(whole);
        assertThat(logits(model, ids, 7, 1, 11, ids.length - 19)).as("chunks").isEqualTo(whole);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndRungs")
  void givesTheSameBitsOnEveryRung(String name, Rung rung) {
    int[] ids = expected(name).ints("input_ids");
    try (var scalar = load(golden(name), Rung.SCALAR, 2);
        var model = load(golden(name), rung, 2)) {
      assertThat(model.record(ids).logits()).isEqualTo(scalar.record(ids).logits());
    }
  }
}
