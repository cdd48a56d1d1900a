package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.ClosedException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.TestData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EncoderModelTest {
  private static final int[] IDS = {3, 4, 5, 6, 7};

  private static ModelFolder golden(String name) {
    return ModelFolder.of(TestData.own("encoder/" + name));
  }

  private static EncoderModel load(ModelFolder folder) {
    return EncoderModel.load(folder, new CpuOps(), ProgressListener.NONE);
  }

  private static EncoderModel load(String name, UnaryOperator<String> edit) {
    return load(OtherConfig.edited(golden(name), edit));
  }

  private static Batch batch(int[] ids, int[] types) {
    var batch = new Batch();
    batch.add(ids, types, Batch.Want.ALL);
    return batch;
  }

  @Test
  void refusesIdsTypesAndLengthsOutOfBounds() {
    try (var model = load(golden("bert/base"))) {
      assertThatThrownBy(() -> model.forward(batch(new int[] {96}, new int[1])))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("id 96");
      assertThatThrownBy(() -> model.forward(batch(new int[] {1}, new int[] {2})))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("token type 2");
      assertThatThrownBy(() -> model.forward(batch(new int[41], new int[41])))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("41 tokens")
          .hasMessageContaining("40");
      assertThatThrownBy(() -> model.forward(new Batch())).isInstanceOf(BadArgumentException.class);
    }
  }

  @Test
  void robertaLosesTwoPositions() {
    try (var model = load(golden("roberta/base"))) {
      assertThat(model.config().maxLength()).isEqualTo(38);
      assertThatThrownBy(() -> model.forward(batch(new int[39], new int[39])))
          .isInstanceOf(BadArgumentException.class);
    }
  }

  @Test
  void refusesToWorkWhenClosed() {
    var model = load(golden("bert/base"));
    model.close();
    model.close();
    assertThatThrownBy(() -> model.forward(batch(IDS, new int[5])))
        .isInstanceOf(ClosedException.class);
  }

  @Test
  void sixteenThreadsGetTheAnswersOfOne() {
    try (var model = load(golden("deberta_v2/sequence_classification"))) {
      float[] expected = model.forward(batch(IDS, new int[5])).logits().values();
      IntStream.range(0, 16)
          .parallel()
          .forEach(i ->
              assertThat(model.forward(batch(IDS, new int[5])).logits().values())
                  .isEqualTo(expected));
    }
  }

  @Test
  void takesTheTaskFromTheConfigurationAndLoadsABodyAlone() {
    try (var model = load(golden("bert/masked_lm"))) {
      assertThat(model.task()).isEqualTo(Task.MASKED_LM);
    }
    try (var body =
        EncoderModel.load(
            golden("bert/masked_lm"), Task.BASE, new CpuOps(), ProgressListener.NONE)) {
      var output = body.forward(batch(IDS, new int[5]));
      assertThat(output.lastHiddenState().rows()).isEqualTo(5);
      assertThat(output.poolerOutput()).isEmpty();
      assertThatThrownBy(output::logits)
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("last_hidden_state");
    }
  }

  @Test
  void givesLogitsForWantedTokensOnly() {
    try (var model = load(golden("roberta/masked_lm"))) {
      var all = batch(IDS, new int[5]);
      float[] expected = model.forward(all).logits().values();
      var one = new Batch();
      one.add(IDS, new int[5], Batch.Want.NONE);
      assertThat(model.forward(one).outputs()).isEmpty();
      one.want(2, true);
      var logits = model.forward(one).logits();
      assertThat(logits.rows()).isEqualTo(1);
      for (int i = 0; i < logits.columns(); i++) {
        assertThat(logits.get(0, i)).isEqualTo(expected[2 * logits.columns() + i]);
      }
    }
  }

  @Test
  void aHeadThatIsNotThereIsMissed() {
    assertThatThrownBy(() ->
            EncoderModel.load(
                golden("bert/base"), Task.MASKED_LM, new CpuOps(), ProgressListener.NONE))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("missing")
        .hasMessageContaining("cls.predictions");
  }

  @Test
  void aLabelMapThatDoesNotFitIsRefused() {
    assertThatThrownBy(() ->
            load("bert/token_classification", c -> c.replace("\"4\": \"I-LOC\"", "\"9\": \"X\"")))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("none of id 4");
    assertThatThrownBy(
            () -> load("bert/token_classification", c -> c.replace(",\n    \"4\": \"I-LOC\"", "")))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("classifier.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert/base|\"model_type\": \"bert\"|\"model_type\": \"brt\"|did you mean",
        "bert/base|\"num_hidden_layers\": 2|\"num_hidden_layers\": 1|not part of the model",
        "bert/base|\"hidden_act\": \"gelu\"|\"hidden_act\": \"mish\"|mish",
        "bert/base|\"is_decoder\": false|\"is_decoder\": true|is_decoder",
        "roberta/base|\"pad_token_id\": 1|\"pad_token_id\": 90|pad_token_id",
        "mpnet/base|\"relative_attention_num_buckets\": 32|\"relative_attention_num_buckets\":"
            + " 64|64",
        "modernbert/base|\"sliding_attention\"|\"odd_attention\"|odd_attention",
        "modernbert/sequence_classification|\"mean\"|\"median\"|median",
        "deberta_v2/masked_lm|\"legacy\": true|\"legacy\": false|legacy",
        "deberta_v2_conv/base|\"conv_kernel_size\": 3|\"conv_kernel_size\": 4|conv_kernel_size"
      })
  void saysWhatItCannotDo(String name, String from, String to, String message) {
    assertThatThrownBy(() ->
            load(
                name,
                config -> {
                  assertThat(config).contains(from);
                  return config.replace(from, to);
                }))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aCausalModelHasHiddenStatesButNoHeads() {
    var folder = ModelFolder.of(TestData.own("causal/llama"));
    try (var model = EncoderModel.load(folder, Task.BASE, new CpuOps(), ProgressListener.NONE)) {
      assertThat(model.forward(batch(IDS, new int[5])).lastHiddenState().rows()).isEqualTo(5);
    }
    assertThatThrownBy(
            () -> EncoderModel.load(folder, Task.MASKED_LM, new CpuOps(), ProgressListener.NONE))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("causal");
  }

  @Test
  void anEncoderIsNoCausalModel() {
    assertThatThrownBy(
            () -> CausalModel.load(golden("bert/base"), new CpuOps(), ProgressListener.NONE))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("is an encoder");
  }

  @Test
  void namesOfTheFirstCheckpointsAreKnown(@TempDir Path folder) throws Exception {
    byte[] file = golden("bert/base").bytes("model.safetensors");
    String header = new String(file, StandardCharsets.ISO_8859_1);
    // The same length, so that offsets stay: weight and gamma differ by one blank.
    String older =
        header
            .replace("LayerNorm.weight\":{", "LayerNorm.gamma\" :{")
            .replace("LayerNorm.bias\":{", "LayerNorm.beta\":{");
    Files.write(folder.resolve("model.safetensors"), older.getBytes(StandardCharsets.ISO_8859_1));
    Files.write(folder.resolve("config.json"), golden("bert/base").bytes("config.json"));
    try (var model = load(golden("bert/base"));
        var old = load(ModelFolder.of(folder))) {
      assertThat(old.forward(batch(IDS, new int[5])).lastHiddenState().values())
          .isEqualTo(model.forward(batch(IDS, new int[5])).lastHiddenState().values());
    }
  }

  @Test
  void numbersThatAreNoneAreAnError(@TempDir Path folder) throws Exception {
    byte[] file = golden("bert/base").bytes("model.safetensors");
    for (int i = 1; i < 200; i++) {
      file[file.length - 4 * i + 3] = 0x7F;
      file[file.length - 4 * i + 2] = (byte) 0xC0;
    }
    Files.write(folder.resolve("model.safetensors"), file);
    Files.write(folder.resolve("config.json"), golden("bert/base").bytes("config.json"));
    try (var model = load(ModelFolder.of(folder))) {
      assertThatThrownBy(() -> model.forward(batch(IDS, new int[5])))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("NaN");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert/base", "deberta_v2_conv/base", "modernbert/base", "albert/base"})
  void aDamagedConfigurationIsAnErrorOrAModel(String name) {
    byte[] config = golden(name).bytes("config.json");
    for (int seed = 0; seed < 300; seed++) {
      byte[] damaged = new Corrupter(seed).corrupt(config);
      try (var model = load(new OtherConfig(golden(name), Map.of("config.json", damaged)))) {
        model.forward(batch(IDS, new int[5]));
      } catch (QuothException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
      }
    }
  }
}
