package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardTest {
  private static final Path LLAMA = TestData.own("causal/llama");

  @TempDir Path folder;

  @Test
  void writesLogitsAndHiddenStatesAsTheReferenceNumbersThem() {
    var golden = GoldenTensors.read(LLAMA.resolve("expected.safetensors"));
    Path file = folder.resolve("out.safetensors");
    var ran =
        Ran.quoth(
            "forward",
            "-m",
            LLAMA.toString(),
            "--input-ids",
            Ids.text(golden.ints("input_ids")),
            "--out",
            file.toString());
    assertThat(ran).isEqualTo(new Ran(0, "", ""));
    var written = GoldenTensors.read(file);
    var names = new ArrayList<>(golden.names());
    names.removeIf(name -> !name.startsWith("hidden_states.") && !name.equals("logits"));
    assertThat(written.names()).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      assertThat(written.shape(name)).isEqualTo(golden.shape(name));
      assertThat(written.floats(name))
          .containsExactly(golden.floats(name), tolerance(golden, name));
    }
  }

  private static org.assertj.core.data.Offset<Float> tolerance(GoldenTensors golden, String name) {
    float largest = 0;
    for (float value : golden.floats(name)) {
      largest = Math.max(largest, Math.abs(value));
    }
    return org.assertj.core.data.Offset.offset(1e-4f * largest);
  }

  @Test
  void anIdOutsideTheVocabularyFailsAndLeavesNoFile() {
    Path file = folder.resolve("out.safetensors");
    var ran =
        Ran.quoth("forward", "--model=" + LLAMA, "--input-ids", "1,128", "--out", file.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("quoth forward: ").contains("128", "0 to 127");
    assertThat(Arrays.asList(folder.toFile().list())).isEmpty();
  }

  @Test
  void missingAndMalformedOptionsAreWrongUsage() {
    assertThat(Ran.quoth("forward", "--out", "x").code()).isEqualTo(2);
    assertThat(Ran.quoth("forward", "--input-ids", "1").err()).contains("missing --out FILE");
    var ran = Ran.quoth("forward", "--input-ids", "1,b", "--out", "x");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("expected token ids like 1,2,3, found \"b\"");
    assertThat(Ran.quoth("forward", "extra").err()).contains("unexpected \"extra\"");
  }
}
