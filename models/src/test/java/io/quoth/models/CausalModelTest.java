package io.quoth.models;

import static io.quoth.models.Running.golden;
import static io.quoth.models.Running.load;
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
import io.quoth.kernels.Rung;
import io.quoth.tensors.Safetensors;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CausalModelTest {

  private static CausalModel scalar(ModelFolder folder) {
    return load(folder, Rung.SCALAR, 1);
  }

  private static Object[] bad(String model, String from, String to, String... messages) {
    return new Object[] {model, from, to, messages};
  }

  static Stream<Object[]> contradictions() {
    return Stream.of(
        bad("llama", "\"hidden_size\": 48", "\"hidden_size\": 0", "hidden_size: expected 1 to"),
        bad("llama", "\"hidden_size\": 48", "\"hidden_size\": -48", "hidden_size: expected 1 to"),
        bad("llama", "\"hidden_size\": 48", "\"hidden_size\": \"48\"", "expected a whole number"),
        bad("llama", "\"hidden_size\": 48,", "", "has no \"hidden_size\""),
        bad("llama", "\"vocab_size\": 128", "\"vocab_size\": 4294967296", "vocab_size"),
        bad(
            "llama",
            "\"num_hidden_layers\": 2",
            "\"num_hidden_layers\": 1000000",
            "num_hidden_layers: expected 1 to 4096, found 1000000"),
        bad(
            "phi",
            "\"num_attention_heads\": 4",
            "\"num_attention_heads\": 5",
            "the hidden size 48 is no multiple of the 5 attention heads"),
        bad(
            "llama",
            "\"num_key_value_heads\": 2",
            "\"num_key_value_heads\": 3",
            "num_key_value_heads: 3 key and value heads do not divide the 4 attention heads"),
        bad("llama", "\"head_dim\": 12", "\"head_dim\": 11", "turn 11 of the 11 numbers of a head"),
        bad("llama", "\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": -1", "rms_norm_eps: expected"),
        bad("llama", "\"rms_norm_eps\": 1e-05", "\"rms_norm_eps\": NaN", "rms_norm_eps: expected"),
        bad("llama", "10000.0", "0", "rope_theta: expected a number above 0"),
        bad("llama", "\"default\"", "\"spiral\"", "rope type \"spiral\" is not supported"),
        bad("llama", "\"silu\"", "\"swoosh\"", "\"swoosh\" is not known"),
        bad("llama_yarn", "\"factor\": 8.0", "\"factor\": 0", "factor: expected a number above"),
        bad("llama3", "\"low_freq_factor\": 1.0", "\"low_freq_factor\": 9", "must be below"),
        bad("phi", "\"partial_rotary_factor\": 0.5", "\"partial_rotary_factor\": 1.5", "at most 1"),
        bad("gpt2", "\"n_head\": 4", "\"n_head\": 5", "no multiple of the 5 attention heads"),
        bad(
            "gpt2",
            "\"n_embd\": 48",
            "\"n_embd\": 48, \"hidden_size\": 64",
            "hidden_size: is 64, but",
            "n_embd is 48"),
        bad(
            "gpt2",
            "\"add_cross_attention\": false",
            "\"add_cross_attention\": true",
            "cross attention"),
        bad(
            "gpt2",
            "\"model_type\": \"gpt2\"",
            "\"model_type\": \"gpt3\"",
            "model_type: \"gpt3\" is not supported; did you mean \"gpt2\"?",
            "supported are gpt2, llama"),
        bad("gpt2", "\"model_type\": \"gpt2\",", "", "has no \"model_type\""));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void refusesConfigurationsByKey(String model, String from, String to, String... messages) {
    var folder =
        OtherConfig.edited(
            golden(model),
            config -> {
              assertThat(config).contains(from);
              return config.replace(from, to);
            });
    assertThatThrownBy(() -> scalar(folder))
        .isInstanceOfAny(BadFileException.class, UnsupportedModelException.class)
        .satisfies(e -> {
          for (String message : messages) {
            assertThat(e).hasMessageContaining(message);
          }
        });
  }

  @Test
  void listsAllThatDoesNotFitTheWeights() {
    var more = edited("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    assertThatThrownBy(() -> scalar(more))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("llama/model.safetensors: does not fit the configuration")
        .hasMessageContaining("9 missing: model.layers.2.input_layernorm.weight [48]")
        .hasMessageContaining("and 1 more");
    var fewer = edited("llama", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1");
    assertThatThrownBy(() -> scalar(fewer))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("9 not part of the model: model.layers.1.input_layernorm.weight");
    var smaller = edited("llama", "\"vocab_size\": 128", "\"vocab_size\": 127");
    assertThatThrownBy(() -> scalar(smaller))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining(
            "2 not as configured: model.embed_tokens.weight is [128, 48], expected [127, 48];"
                + " lm_head.weight is");
    var untied = edited("llama_tied", "embeddings\": true", "embeddings\": false");
    assertThatThrownBy(() -> scalar(untied))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("1 missing: lm_head.weight [128, 32]");
  }

  @Test
  void passesOverBuffersAndHeadsOfOtherTasksOnly() throws IOException {
    var extras =
        List.of(
            Tensor.of("score.weight", new long[] {2}, 0, 0),
            Tensor.of("model.layers.0.self_attn.rotary_emb.inv_freq", new long[] {2}, 0, 0));
    var folder = golden("llama");
    try (var model = scalar(withTensors(folder, extras))) {
      assertThat(model.config().layers()).isEqualTo(2);
    }
    for (String extra : List.of("model.layers.0.self_attn.gate.weight", "extra.weight")) {
      var damaged = withTensors(folder, List.of(Tensor.of(extra, new long[] {1}, 0)));
      assertThatThrownBy(() -> scalar(damaged))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("1 not part of the model: " + extra);
    }
  }

  @Test
  void namesWhatIsNotWeights(@TempDir Path empty) {
    byte[] pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"
            .getBytes(StandardCharsets.UTF_8);
    var folder = OtherConfig.named(golden("llama"), "config.json");
    assertThatThrownBy(() -> scalar(folder.with("model.safetensors", pointer)))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("llama/model.safetensors: is a Git LFS pointer");
    assertThatThrownBy(() -> scalar(ModelFolder.of(empty)))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("config.json: no such file");
  }

  @Test
  void refusesWhatCannotBeRun() {
    try (var model = scalar(golden("gpt2"))) {
      float[] logits = new float[128];
      assertThatThrownBy(() -> model.record(1, 128))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("id 128 is outside the vocabulary of 128: 0 to 127");
      assertThatThrownBy(() -> model.record(-1)).hasMessageContaining("id -1 is outside");
      assertThatThrownBy(() -> model.record(new int[73]))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("73 tokens is longer than the model's context of 72");
      assertThatThrownBy(() -> model.record())
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("no ids");
      assertThatThrownBy(() -> model.forward(new Batch(), logits))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("empty");
      var two = new Batch();
      two.add(null, new int[2], 0, 2, 2, Batch.Want.ALL);
      assertThatThrownBy(() -> model.forward(two, logits))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("2 rows need an array of 256 numbers, found 128");
      var first = new Batch();
      first.add(null, new int[2], 0, 2, 100, Batch.Want.NONE);
      assertThatThrownBy(() -> model.forward(first, logits))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("a prompt of 100 tokens is longer than the model's context of 72");
    }
  }

  @Test
  void namesLogitsThatAreNoNumbersAndForgetsTheirTokens() throws IOException {
    var folder = golden("llama");
    var norm = Tensor.of("model.norm.weight", new long[] {48}, new float[48]);
    norm.data().set(java.lang.foreign.ValueLayout.JAVA_FLOAT, 0, Float.NaN);
    try (var model = scalar(withTensors(folder, List.of(norm)));
        var state = model.newState()) {
      var batch = new Batch();
      batch.add(state, new int[] {5, 6}, 0, 2, 2, Batch.Want.LAST);
      assertThatThrownBy(() -> model.forward(batch, new float[128]))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("the logit of id 0 in row 0 is not a number (NaN)");
      assertThat(state.length()).isZero();
    }
  }

  @Test
  void answersManyThreadsAlikeAndThenIsClosed() throws Exception {
    int[] ids = {1, 2, 3, 4, 5, 6, 7};
    var model = load(golden("llama"), Rung.SCALAR, 2);
    float[] alone = model.record(ids).logits();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Recording>>();
      for (int i = 0; i < 50; i++) {
        answers.add(callers.submit(() -> model.record(ids)));
      }
      for (var answer : answers) {
        assertThat(answer.get().logits()).isEqualTo(alone);
      }
      var late = new ArrayList<Future<Recording>>();
      for (int i = 0; i < 20; i++) {
        late.add(callers.submit(() -> model.record(ids)));
      }
      model.close();
      for (var answer : late) {
        try {
          assertThat(answer.get().logits()).isEqualTo(alone);
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(ClosedException.class);
        }
      }
    }
    model.close();
    assertThatThrownBy(() -> model.record(ids))
        .isInstanceOf(ClosedException.class)
        .hasMessageContaining("llama: the model is closed");
    assertThatThrownBy(model::newState).isInstanceOf(ClosedException.class);
  }

  @Test
  void findsFamiliesFromOutside() {
    var folder = edited("llama", "\"model_type\": \"llama\"", "\"model_type\": \"outside\"");
    try (var model = scalar(folder);
        var llama = scalar(golden("llama"))) {
      assertThat(model.record(1, 2, 3).logits()).isEqualTo(llama.record(1, 2, 3).logits());
    }
  }

  private static OtherConfig edited(String model, String from, String to) {
    return OtherConfig.edited(golden(model), config -> config.replace(from, to));
  }

  /** The folder with more tensors in its weights, or others in place of those. */
  private static OtherConfig withTensors(ModelFolder folder, List<Tensor> extras)
      throws IOException {
    try (var arena = Arena.ofConfined()) {
      var weights = Safetensors.open(folder, arena, ProgressListener.NONE);
      var tensors = new ArrayList<>(extras);
      for (String name : weights.names()) {
        if (extras.stream().noneMatch(extra -> extra.name().equals(name))) {
          tensors.add(weights.find(name).orElseThrow());
        }
      }
      var out = new ByteArrayOutputStream();
      SafetensorsWriter.write(out, tensors);
      return OtherConfig.named(folder, "config.json").with("model.safetensors", out.toByteArray());
    }
  }

  @Test
  void torchFilesOfTheOldestFormAreRefusedByName() {
    assertThatThrownBy(() -> load(golden("gpt2_bin_legacy"), Rung.SCALAR, 1))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("pytorch_model.bin: is no archive of torch")
        .hasMessageContaining("save it again");
  }
}
