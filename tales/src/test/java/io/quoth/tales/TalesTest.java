package io.quoth.tales;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelNotFoundException;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import org.junit.jupiter.api.Test;

class TalesTest {
  @Test
  void isFoundByItsName() {
    ModelFolder tales = ModelSource.resolve("tales", ProgressListener.NONE);
    assertThat(tales.location()).isEqualTo("tales (embedded)");
    assertThat(tales.json("config.json").getString("model_type")).isEqualTo("llama");
    for (String file : tales.files()) {
      assertThat(tales.bytes(file)).as(file).isNotEmpty();
    }
  }

  @Test
  void weightsLieOnDiskAsTheyAre() {
    var region = ModelSource.resolve("tales", ProgressListener.NONE).region("model.safetensors");
    assertThat(region).hasValueSatisfying(r -> assertThat(r.length()).isEqualTo(28_332_712));
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> ModelSource.resolve("talles", ProgressListener.NONE))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("\"talles\"")
        .hasMessageContaining("tales");
  }
}
