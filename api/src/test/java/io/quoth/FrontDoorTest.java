package io.quoth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.generation.FinishReason;
import io.quoth.generation.GenerationConfig;
import io.quoth.kernels.Rung;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontDoorTest {
  @Test
  void theEmbeddedModelWritesByItsName() {
    var config = GenerationConfig.sampling().maxNewTokens(12).seed(3);
    try (var model = AutoModelForCausalLM.fromPretrained("tales")) {
      var result = model.generate("Once upon a time", config);
      assertThat(result.text()).isNotBlank();
      assertThat(result.promptTokens()).isEqualTo(5);
      assertThat(result.seed()).hasValue(3);
      assertThat(result.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(model.generate("Once upon a time", config).text()).isEqualTo(result.text());
      assertThat(result.kernels())
          .startsWith(Rung.best().name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  @Test
  void allRungsAndThreadsWriteTheSame() {
    var config = GenerationConfig.sampling().maxNewTokens(6).seed(1);
    var texts = new java.util.HashSet<String>();
    for (Rung rung : Rung.values()) {
      if (rung.obstacle().isEmpty()) {
        for (int threads = 1; threads <= 3; threads += 2) {
          var options = LoadOptions.DEFAULT.kernels(rung).threads(threads);
          try (var model = AutoModelForCausalLM.fromPretrained("tales", options)) {
            texts.add(model.generate("There was once", config).text());
          }
        }
      }
    }
    assertThat(texts).hasSize(1);
  }

  @Test
  void theEmbeddedTokenizerByItsName() {
    var tokenizer = AutoTokenizer.fromPretrained("tales");
    int[] ids = tokenizer.encode("Once upon a time").ids();
    assertThat(ids).containsExactly(0, 2628, 660, 259, 529);
    assertThat(tokenizer.decode(ids, true)).isEqualTo("Once upon a time");
  }

  @Test
  void namesWhatIsMissing(@TempDir Path empty) {
    assertThatThrownBy(() -> AutoModelForCausalLM.fromPretrained(empty.toString()))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("config.json");
    assertThatThrownBy(() -> AutoTokenizer.fromPretrained(empty.toString()))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("tokenizer.json");
    assertThatThrownBy(() -> AutoModelForCausalLM.fromPretrained(empty.resolve("no").toString()))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("no");
  }

  @Test
  void theVariableForcesARung() {
    assertThat(LoadOptions.forced(null)).isEmpty();
    assertThat(LoadOptions.forced("")).isEmpty();
    assertThat(LoadOptions.forced("Scalar")).contains(Rung.SCALAR);
    assertThatThrownBy(() -> LoadOptions.forced("fast"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageStartingWith("QUOTH_KERNELS is \"fast\"; it must be one of [scalar, vector");
    assertThatThrownBy(() -> LoadOptions.DEFAULT.threads(-1))
        .isInstanceOf(BadArgumentException.class)
        .hasMessage("threads must be >= 0 (0 for all processors): -1");
  }
}
