package io.quoth.bench;

import com.github.tjake.jlama.model.AbstractModel;
import com.github.tjake.jlama.model.ModelSupport;
import com.github.tjake.jlama.model.functions.Generator;
import com.github.tjake.jlama.safetensors.prompt.PromptContext;
import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;
import io.quoth.generation.GenerationResult;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import io.quoth.tensors.DType;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.Folders;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;

/**
 * Text to text beside Jlama: one folder, one prompt, the same number of threads, greedy. The
 * embedded model, whose texts must be equal, and the shape of Llama-3.2-1B with random weights and
 * the embedded model's tokenizer, 2.5 GB in the folder of temporary files.
 */
final class Jlama implements AutoCloseable {
  private static final int ROUNDS = 5;
  private static final String SHORT_PROMPT = "The fox said to the";

  /** Its type of activations; with bf16 it writes nonsense for the embedded model. */
  private static final com.github.tjake.jlama.safetensors.DType ACTIVATIONS =
      com.github.tjake.jlama.safetensors.DType.F32;

  private final String name;
  private final Path folder;
  private final CausalLM model;
  private final AbstractModel peer;

  private Jlama(String name, Path folder, int threads) {
    this.name = name;
    this.folder = folder;
    model =
        CausalLM.load(
            ModelFolder.of(folder), new CpuOps(Rung.best(), threads), ProgressListener.NONE);
    peer = ModelSupport.loadModel(folder.toFile(), ACTIVATIONS, ACTIVATIONS);
  }

  /** Measures both models. */
  static void run(int threads) throws IOException {
    var embedded = ModelSource.resolve("tales", ProgressListener.NONE);
    Path tales = Files.createTempDirectory("tales");
    Folders.copy(embedded, _ -> true, tales);
    try (var both = new Jlama("tales", tales, threads)) {
      both.requireSameText();
      both.measure(256, 128);
    }
    try (var both = new Jlama("Llama-3.2-1B", llama1B(embedded), threads)) {
      both.measure(128, 16);
    }
  }

  private static Path llama1B(ModelFolder embedded) throws IOException {
    Path folder = Files.createTempDirectory("llama-1b");
    Folders.copy(embedded, file -> file.startsWith("tokenizer"), folder);
    var shape = Shape.llama1B(DType.BF16);
    Files.writeString(folder.resolve("config.json"), config(shape));
    try (var arena = Arena.ofShared()) {
      SafetensorsWriter.write(folder.resolve("model.safetensors"), weights(shape, arena));
    }
    return folder;
  }

  private static String config(Shape shape) {
    return """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": %d,
     "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d,
     "num_key_value_heads": %d, "head_dim": %d, "vocab_size": %d,
     "max_position_embeddings": 2048, "rms_norm_eps": 1e-05, "rope_theta": 500000.0,
     "hidden_act": "silu", "bos_token_id": 0, "eos_token_id": %d,
     "tie_word_embeddings": true, "torch_dtype": "bfloat16"}
    """
        .formatted(
            shape.hidden(),
            shape.feedForward(),
            shape.layers(),
            shape.heads(),
            shape.kvHeads(),
            shape.headSize(),
            shape.vocabulary(),
            shape.vocabulary() - 1);
  }

  private static List<Tensor> weights(Shape shape, Arena arena) {
    int hidden = shape.hidden();
    int queries = shape.heads() * shape.headSize();
    int keys = shape.kvHeads() * shape.headSize();
    var weights = new Weights(shape.dtype(), arena, new Random(1), new ArrayList<>());
    weights.matrix("embed_tokens", shape.vocabulary(), hidden);
    weights.norm("norm", hidden);
    for (int i = 0; i < shape.layers(); i++) {
      String layer = "layers." + i + ".";
      weights.norm(layer + "input_layernorm", hidden);
      weights.matrix(layer + "self_attn.q_proj", queries, hidden);
      weights.matrix(layer + "self_attn.k_proj", keys, hidden);
      weights.matrix(layer + "self_attn.v_proj", keys, hidden);
      weights.matrix(layer + "self_attn.o_proj", hidden, queries);
      weights.norm(layer + "post_attention_layernorm", hidden);
      weights.matrix(layer + "mlp.gate_proj", shape.feedForward(), hidden);
      weights.matrix(layer + "mlp.up_proj", shape.feedForward(), hidden);
      weights.matrix(layer + "mlp.down_proj", hidden, shape.feedForward());
    }
    return weights.tensors;
  }

  private record Weights(DType dtype, Arena arena, Random random, List<Tensor> tensors) {
    void matrix(String name, int out, int in) {
      tensors.add(RandomLlama.tensor("model." + name + ".weight", dtype, out, in, random, arena));
    }

    void norm(String name, int size) {
      float[] ones = new float[size];
      Arrays.fill(ones, 1f);
      tensors.add(Tensor.of("model." + name + ".weight", new long[] {size}, ones));
    }
  }

  private void requireSameText() {
    // Not many: where two tokens are as likely as each other, rounding decides.
    String ours = quoth(SHORT_PROMPT, 12).text();
    String theirs = jlama(SHORT_PROMPT, 12).responseText;
    if (ours.isBlank() || !theirs.equals(ours)) {
      throw new AssertionError("the two differ: " + ours + " | " + theirs);
    }
  }

  private void measure(int promptWords, int tokens) {
    String prompt = SHORT_PROMPT + " the".repeat(promptWords);
    double[][] speeds = new double[4][ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      var generated = quoth(SHORT_PROMPT, tokens);
      var theirs = jlama(SHORT_PROMPT, tokens);
      var read = quoth(prompt, 2);
      var theirRead = jlama(prompt, 2);
      if (round >= 0) {
        speeds[0][round] = generated.generatedTokensPerSecond();
        speeds[1][round] = 1000.0 * theirs.generatedTokens / theirs.generateTimeMs;
        speeds[2][round] = read.promptTokensPerSecond();
        speeds[3][round] = 1000.0 * theirRead.promptTokens / theirRead.promptTimeMs;
      }
    }
    print("generation", speeds[0], speeds[1]);
    print("prompt of " + promptWords, speeds[2], speeds[3]);
  }

  private void print(String what, double[] quoth, double[] jlama) {
    double[] ratios = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      ratios[i] = quoth[i] / jlama[i];
    }
    System.out.printf(
        Locale.ROOT,
        "%s BF16, %s: Quoth %.1f tokens/s, Jlama %.1f, ratio %.2f%n",
        name,
        what,
        Rounds.median(quoth),
        Rounds.median(jlama),
        Rounds.median(ratios));
  }

  private GenerationResult quoth(String prompt, int tokens) {
    return model.generate(
        prompt,
        GenerationConfig.greedy().repetitionPenalty(1).ignoreEos(true).maxNewTokens(tokens));
  }

  private Generator.Response jlama(String prompt, int tokens) {
    // It is told how many tokens there may be in all, its own bos not counted.
    int promptTokens = model.tokenizer().encode(prompt).ids().length - 1;
    return peer.generate(
        UUID.randomUUID(), PromptContext.of(prompt), 0f, promptTokens + tokens, (_, _) -> {});
  }

  @Override
  public void close() throws IOException {
    model.close();
    peer.close();
    Folders.delete(folder);
  }
}
