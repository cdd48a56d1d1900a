package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.ModelFolder;
import io.quoth.testkit.TestData;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ModelFactsTest {
  /** As their authors publish them. */
  private static final Map<String, Long> PUBLISHED =
      Map.ofEntries(
          Map.entry("GPT-2 124M", 124_439_808L),
          Map.entry("GPT-2 355M (medium)", 354_823_168L),
          Map.entry("GPT-2 774M (large)", 774_030_080L),
          Map.entry("GPT-2 1.5B (xl)", 1_557_611_200L),
          Map.entry("phi-1.5", 1_418_270_720L),
          Map.entry("phi-2", 2_779_683_840L),
          Map.entry("TinyLlama 1.1B", 1_100_048_384L),
          Map.entry("Llama 2 7B", 6_738_415_616L),
          Map.entry("Llama 2 13B", 13_015_864_320L),
          Map.entry("Llama 2 70B", 68_976_648_192L),
          Map.entry("Llama 3 8B", 8_030_261_248L),
          Map.entry("Llama 3 70B", 70_553_706_496L),
          Map.entry("Llama 3.1 405B", 405_853_388_800L),
          Map.entry("Llama 3.2 1B", 1_235_814_400L),
          Map.entry("Llama 3.2 3B", 3_212_749_824L),
          Map.entry("Mistral 7B", 7_241_732_096L),
          Map.entry("Qwen2.5 0.5B", 494_032_768L),
          Map.entry("Qwen2.5 7B", 7_615_616_512L),
          Map.entry("Qwen3 0.6B", 596_049_920L),
          Map.entry("Qwen3 8B", 8_190_735_360L));

  @Test
  void countsTheParametersThatAuthorsPublish() {
    var counted =
        KnownModel.all().stream()
            .collect(Collectors.toMap(KnownModel::name, m -> m.facts().parameters()));
    assertThat(counted).containsAllEntriesOf(PUBLISHED);
  }

  @Test
  void workIsTwoOperationsAParameterPlusTheContext() {
    var facts = known("Llama 3 8B");
    // The table of embeddings is only looked up.
    double matrices = facts.parameters() - 128_256.0 * 4096;
    assertThat(facts.operationsFirst() / (2 * matrices)).isCloseTo(1, within(0.01));
    // Scores and values: 4 operations a number of each query head and layer, and a softmax.
    assertThat(facts.operationsPerPosition()).isEqualTo(32.0 * 32 * (4 * 128 + 5));
    assertThat(facts.operationsAt(1000) - facts.operationsAt(0))
        .isEqualTo(1000L * 32 * 32 * (4 * 128 + 5));
  }

  @Test
  void memoryIsThatOfWeightsKeysAndValues() {
    var facts = known("Llama 3 8B");
    assertThat(facts.weightBytes(16)).isEqualTo(2 * 8_030_261_248L);
    assertThat(facts.weightBytes(4)).isEqualTo(8_030_261_248L / 2);
    assertThat(facts.kvBytesPerToken()).isEqualTo(2 * 32 * 8 * 128 * 4);
    assertThat(facts.kvBytesAtFullContext()).isEqualTo(8192L * 2 * 32 * 8 * 128 * 4);
  }

  @Test
  void partsAddUp() {
    var parts =
        ModelFacts.of(ModelFolder.of(TestData.own("causal/gpt2"))).parts().stream()
            .collect(Collectors.toMap(ModelFacts.Part::name, ModelFacts.Part::parameters));
    int hidden = 48;
    assertThat(parts)
        .containsOnly(
            Map.entry("embeddings", (128L + 72) * hidden),
            Map.entry("attention", 2L * (hidden * 4 * hidden + 4 * hidden)),
            Map.entry("feed-forward", 2L * (2 * hidden * 192 + 192 + hidden)),
            Map.entry("norms", 5L * 2 * hidden));
  }

  private static ModelFacts known(String name) {
    return KnownModel.all().stream()
        .filter(model -> model.name().equals(name))
        .findAny()
        .orElseThrow()
        .facts();
  }
}
