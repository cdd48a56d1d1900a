package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.QuothException;
import io.quoth.kernels.Rung;
import io.quoth.testkit.Corrupter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged model folder is refused, or loaded and run as what it then says. */
class CorruptionTest {
  private static final int SEEDS = 1_500;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2_oldnames", "llama_yarn", "llama_dynamic", "phi_qknorm"})
  void damagedFoldersAreRefusedOrRun(String name) {
    var folder = Running.golden(name);
    byte[] config = folder.bytes("config.json");
    byte[] weights = folder.bytes("model.safetensors");
    int refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var whole = OtherConfig.named(folder, "config.json");
      var damaged =
          seed % 3 == 0
              ? whole.with("model.safetensors", new Corrupter(seed).corrupt(weights))
              : whole.with("config.json", new Corrupter(seed).corrupt(config));
      try (var model = Running.load(damaged, Rung.SCALAR, 1)) {
        int last = model.config().vocabSize() - 1;
        model.record(0, last);
      } catch (QuothException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
        refused++;
      }
    }
    assertThat(refused).isBetween(SEEDS / 4, SEEDS - 1);
  }
}
