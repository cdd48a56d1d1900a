package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.models.ModelFacts;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InfoTest {
  @Test
  void theEmbeddedModelIsTheDefault() {
    var ran = Ran.quoth("info");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("tales (embedded)", "llama", "14,162,304", "512 tokens", "8.00 KiB", "f16");
  }

  @Test
  void jsonTellsTheSame() {
    var json = Json.parse(Ran.quoth("info", "--json").out(), "output");
    assertThat(json.get("parameters").asLong()).isEqualTo(14_162_304);
    assertThat(json.get("weight_bytes").get("f16").asLong()).isEqualTo(28_324_608);
    assertThat(json.getInt("context_length")).isEqualTo(512);
  }

  /** The numbers of parameters that the makers of the models publish. */
  @Test
  void sizesOfKnownModelsAreThePublishedOnes() {
    Map<String, Long> parameters = new LinkedHashMap<>();
    Calibration.MODELS.forEach(
        (name, config) -> parameters.put(name, ModelFacts.of(config).parameters()));
    assertThat(parameters)
        .containsEntry("GPT-2 (124M)", 124_439_808L)
        .containsEntry("GPT-2 medium (355M)", 354_823_168L)
        .containsEntry("GPT-2 large (774M)", 774_030_080L)
        .containsEntry("GPT-2 XL (1.5B)", 1_557_611_200L)
        .containsEntry("TinyLlama 1.1B", 1_100_048_384L)
        .containsEntry("Llama 3.2 1B", 1_235_814_400L)
        .containsEntry("Phi-2 (2.7B)", 2_779_683_840L)
        .containsEntry("Llama 3.2 3B", 3_212_749_824L)
        .containsEntry("Llama 2 7B", 6_738_415_616L)
        .containsEntry("Llama 3 8B", 8_030_261_248L)
        .containsEntry("Llama 2 13B", 13_015_864_320L)
        .containsEntry("Llama 3 70B", 70_553_706_496L)
        .containsEntry("Llama 3.1 405B", 405_853_388_800L);
    assertThat(Ran.quoth("info", "--calibrate").out()).contains("Llama 3 8B", "8.03 G", "15.0 GiB");
  }

  @Test
  void aMissingFolderFailsWithOneLine() {
    var ran = Ran.quoth("info", "./no/such/folder");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err().lines()).hasSize(1);
    assertThat(ran.err()).startsWith("quoth info: ").contains("no/such/folder");
  }

  @Test
  void contradictionsAreWrongUsage() {
    assertThat(Ran.quoth("info", "a", "-m", "b").code()).isEqualTo(2);
    assertThat(Ran.quoth("info", "--calibrate", "a").code()).isEqualTo(2);
    assertThat(Ran.quoth("info", "--jsn").err()).contains("did you mean --json?");
  }
}
