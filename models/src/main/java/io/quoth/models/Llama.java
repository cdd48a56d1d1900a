package io.quoth.models;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import io.quoth.kernels.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Llama 1 to 3.2 (Touvron et al. 2023; Grattafiori et al. 2024): rotary positions, grouped queries,
 * root-mean-square norms before each half of a layer, a gated feed-forward. Reference: transformers
 * {@code models/llama/modeling_llama.py}.
 */
final class Llama implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("llama");
  }

  @Override
  public CausalTransformer build(ConfigReader c, Parts parts) {
    Config plain = Config.read(c, /* contextLength= */ 2048, /* headDim= */ null);
    boolean bias = c.flag(false, "attention_bias");
    return build(plain.biases(bias, bias, c.flag(false, "mlp_bias")), parts);
  }

  /**
   * A configuration of Llama or of a family that differs in these switches alone.
   *
   * @param qkvBias whether queries, keys and values have biases
   * @param outBias whether the projection behind attention has one
   * @param mlpBias whether the feed-forward has them
   * @param headNorms whether each query head and key head is normed before it is rotated
   * @param windows how many positions each layer sees, 0 for all; empty where all layers see all
   */
  record Config(
      ModelConfig model,
      double epsilon,
      Nonlinearity activation,
      Rope rope,
      boolean qkvBias,
      boolean outBias,
      boolean mlpBias,
      boolean headNorms,
      List<Integer> windows) {

    /**
     * What the families have in common, all switches off.
     *
     * @param contextLength where the file does not say
     * @param headDim where the file does not say; null for hidden size / heads
     */
    static Config read(ConfigReader c, int contextLength, @Nullable Integer headDim) {
      int hiddenSize = c.size("hidden_size");
      int heads = c.size("num_attention_heads");
      int dim =
          headDim == null
              ? c.headDim(hiddenSize, heads, "head_dim")
              : c.sizeOr(headDim, "head_dim");
      int length = c.contextLength(contextLength, "max_position_embeddings");
      Rope rope = Ropes.read(c, dim, length, 10_000, 1);
      ModelConfig model =
          new ModelConfig(
              c.modelType(),
              c.size("vocab_size"),
              length,
              rope.dynamic() != null,
              hiddenSize,
              c.size("intermediate_size"),
              c.layers("num_hidden_layers"),
              heads,
              c.kvHeads(heads, "num_key_value_heads"),
              dim,
              c.flag(false, "tie_word_embeddings"));
      double epsilon = c.epsilon(1e-6, "rms_norm_eps");
      var activation = Nonlinearity.named(c.text("silu", "hidden_act"));
      return new Config(model, epsilon, activation, rope, false, false, false, false, List.of());
    }

    Config biases(boolean qkv, boolean out, boolean mlp) {
      return new Config(model, epsilon, activation, rope, qkv, out, mlp, headNorms, windows);
    }

    Config normedHeads() {
      return new Config(model, epsilon, activation, rope, qkvBias, outBias, mlpBias, true, windows);
    }

    Config windows(List<Integer> each) {
      return new Config(
          model, epsilon, activation, rope, qkvBias, outBias, mlpBias, headNorms, each);
    }

    Attention attention(int layer) {
      float scale = (float) (1 / Math.sqrt(model.headDim()));
      var all =
          new Attention(
              layer, model.heads(), model.kvHeads(), model.headDim(), scale, /* causal= */ true);
      int window = windows.isEmpty() ? 0 : windows.get(layer);
      return window == 0 ? all : all.within(window - 1);
    }
  }

  /** The model of a configuration. */
  static CausalTransformer build(Config config, Parts parts) {
    ModelConfig model = config.model;
    Parts body = parts.inIfPresent("model");
    var layers = new ArrayList<Block>();
    for (int i = 0; i < model.layers(); i++) {
      layers.add(Block.build(config, i, body.in("layers." + i)));
    }
    Parts head = model.tiedEmbeddings() ? body : parts;
    String headName = model.tiedEmbeddings() ? "embed_tokens" : "lm_head";
    return new Model(
        model,
        body.embedding("embed_tokens", model.vocabSize(), model.hiddenSize()),
        List.copyOf(layers),
        body.rmsNorm("norm", model.hiddenSize(), config.epsilon),
        head.linear(headName, model.hiddenSize(), model.vocabSize(), false));
  }

  private record Block(
      Attention attention,
      Rope rope,
      Nonlinearity activation,
      Norm inputNorm,
      Linear qkv,
      @Nullable Norm queryNorm,
      @Nullable Norm keyNorm,
      Linear out,
      Norm postAttentionNorm,
      Linear gateUp,
      Linear down)
      implements Layer {

    static Block build(Config config, int layer, Parts parts) {
      ModelConfig m = config.model;
      int hidden = m.hiddenSize();
      int queries = m.heads() * m.headDim();
      int keys = m.kvHeads() * m.headDim();
      Parts attention = parts.in("self_attn");
      Parts mlp = parts.in("mlp");
      return new Block(
          config.attention(layer),
          config.rope,
          config.activation,
          parts.rmsNorm("input_layernorm", hidden, config.epsilon),
          parts
              .ops()
              .fuse(
                  attention.linear("q_proj", hidden, queries, config.qkvBias),
                  attention.linear("k_proj", hidden, keys, config.qkvBias),
                  attention.linear("v_proj", hidden, keys, config.qkvBias)),
          headNorm(config, attention, "q_norm"),
          headNorm(config, attention, "k_norm"),
          attention.linear("o_proj", queries, hidden, config.outBias),
          parts.rmsNorm("post_attention_layernorm", hidden, config.epsilon),
          parts
              .ops()
              .fuse(
                  mlp.linear("gate_proj", hidden, m.intermediateSize(), config.mlpBias),
                  mlp.linear("up_proj", hidden, m.intermediateSize(), config.mlpBias)),
          mlp.linear("down_proj", m.intermediateSize(), hidden, config.mlpBias));
    }

    private static @Nullable Norm headNorm(Config config, Parts attention, String name) {
      return config.headNorms
          ? attention.rmsNorm(name, config.model.headDim(), config.epsilon)
          : null;
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation queries = ops.linear(ops.rmsNorm(x, inputNorm), qkv);
      if (queryNorm != null && keyNorm != null) {
        ops.rmsNormHeads(queries, attention, queryNorm, keyNorm);
      }
      ops.rotate(queries, attention, rope, batch);
      ops.add(x, ops.linear(ops.attend(queries, attention, batch), out));

      Activation gated = ops.linear(ops.rmsNorm(x, postAttentionNorm), gateUp);
      return ops.add(x, ops.linear(ops.gate(activation, gated), down));
    }
  }

  private record Model(
      ModelConfig config, Embedding tokens, List<Block> layers, Norm norm, Linear head)
      implements CausalTransformer {

    @Override
    public List<Attention> attention() {
      return layers.stream().map(Block::attention).toList();
    }

    @Override
    public Activation embed(Ops ops, Batch batch) {
      return ops.embed(tokens, batch);
    }

    @Override
    public Activation norm(Ops ops, Activation x) {
      return ops.rmsNorm(x, norm);
    }

    @Override
    public Activation head(Ops ops, Activation x) {
      return ops.linear(x, head);
    }
  }
}
