package io.quoth.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Gpt2FolderTest {
  @Test
  void vocabularyAndMergesAreGpt2s(@TempDir Path folder) throws IOException {
    Gpt2Folder.write(folder);
    var vocabulary = Json.parse(folder.resolve("vocab.json"));
    assertThat(vocabulary.size()).isEqualTo(50_257);
    assertThat(vocabulary.getInt("!")).isZero();
    assertThat(vocabulary.getInt("Hello")).isEqualTo(15496);
    assertThat(vocabulary.getInt("Ġworld")).isEqualTo(995);
    var merges = TestData.lines(folder.resolve("merges.txt"));
    assertThat(merges).hasSize(50_001).startsWith("#version: 0.2", "Ġ t", "Ġ a", "h e");
    var weights = GoldenTensors.read(folder.resolve("model.safetensors"));
    assertThat(weights.shape("wte.weight")).containsExactly(50_257, 8);
  }
}
