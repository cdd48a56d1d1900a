package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  /** Every family with every head. */
  static Stream<Path> encoders() throws IOException {
    try (var files = Files.walk(TestData.own("encoder"), 3)) {
      return files
          .filter(file -> file.endsWith("expected.safetensors"))
          .map(Path::getParent)
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void writesWhatTheHeadOfAnEncoderMakesUnderTheReferencesNames(Path model) {
    var golden = GoldenTensors.read(model.resolve("expected.safetensors"));
    Path file = folder.resolve("out.safetensors");
    var arguments = new ArrayList<>(List.of("forward", "-m", model.toString(), "--out"));
    arguments.addAll(List.of(file.toString(), "--input-ids", Ids.text(golden.ints("input_ids"))));
    if (golden.has("token_type_ids")) {
      arguments.addAll(List.of("--token-type-ids", Ids.text(golden.ints("token_type_ids"))));
    }
    assertThat(Ran.quoth(arguments.toArray(String[]::new))).isEqualTo(new Ran(0, "", ""));
    var written = GoldenTensors.read(file);
    var names = new ArrayList<>(golden.names());
    names.removeIf(name -> name.startsWith("batch.") || name.endsWith("_ids"));
    assertThat(names).isNotEmpty();
    assertThat(written.names()).containsAll(names);
    assertThat(written.names()).contains("hidden_states.0", "hidden_states.1");
    written.names().stream()
        .filter(name -> !name.startsWith("hidden_states."))
        .forEach(name -> assertThat(names).contains(name));
    for (String name : names) {
      assertThat(written.shape(name)).as(name).isEqualTo(golden.shape(name));
      assertThat(written.floats(name))
          .as(name)
          .containsExactly(golden.floats(name), tolerance(golden, name));
    }
  }

  @Test
  void tokenTypesAreAnEncodersAndAsManyAsTheIds() {
    String out = folder.resolve("out.safetensors").toString();
    var causal =
        Ran.quoth(
            "forward", "-m", "" + LLAMA, "--input-ids=1,2", "--token-type-ids=0,0", "--out", out);
    assertThat(causal.code()).isEqualTo(1);
    assertThat(causal.err()).contains("takes no --token-type-ids");
    var fewer = Ran.quoth("forward", "--input-ids=1,2", "--token-type-ids=0", "--out", out);
    assertThat(fewer.code()).isEqualTo(2);
    assertThat(fewer.err()).contains("each of the 2 ids, found 1");
    String plain = TestData.own("encoder/distilbert/base").toString();
    var none =
        Ran.quoth("forward", "-m", plain, "--input-ids=1,2", "--token-type-ids=0,1", "--out", out);
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("knows no token types");
    String bert = TestData.own("encoder/bert/base").toString();
    var outside =
        Ran.quoth("forward", "-m", bert, "--input-ids=1,2", "--token-type-ids=0,2", "--out", out);
    assertThat(outside.code()).isEqualTo(1);
    assertThat(outside.err()).contains("token type 2 is outside the table: 0 to 1");
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
