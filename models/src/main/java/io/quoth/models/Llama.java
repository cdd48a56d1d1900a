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

  private record Config(
      ModelConfig model,
      double epsilon,
      Nonlinearity activation,
      Rope rope,
      boolean attentionBias,
      boolean mlpBias) {

    static Config read(ConfigReader c) {
      int hiddenSize = c.size("hidden_size");
      int heads = c.size("num_attention_heads");
      int headDim = c.headDim(hiddenSize, heads, "head_dim");
      int contextLength = c.contextLength(2048, "max_position_embeddings");
      Rope rope = Ropes.read(c, headDim, contextLength, 10_000, 1);
      return new Config(
          new ModelConfig(
              c.modelType(),
              c.size("vocab_size"),
              contextLength,
              rope.dynamic() != null,
              hiddenSize,
              c.size("intermediate_size"),
              c.layers("num_hidden_layers"),
              heads,
              c.kvHeads(heads, "num_key_value_heads"),
              headDim,
              c.flag(false, "tie_word_embeddings")),
          c.epsilon(1e-6, "rms_norm_eps"),
          Nonlinearity.named(c.text("silu", "hidden_act")),
          rope,
          c.flag(false, "attention_bias"),
          c.flag(false, "mlp_bias"));
    }

    Attention attention(int layer) {
      float scale = (float) (1 / Math.sqrt(model.headDim()));
      return new Attention(
          layer, model.heads(), model.kvHeads(), model.headDim(), scale, /* causal= */ true);
    }
  }

  @Override
  public CausalTransformer build(ConfigReader reader, Parts parts) {
    Config config = Config.read(reader);
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
                  attention.linear("q_proj", hidden, queries, config.attentionBias),
                  attention.linear("k_proj", hidden, keys, config.attentionBias),
                  attention.linear("v_proj", hidden, keys, config.attentionBias)),
          attention.linear("o_proj", queries, hidden, config.attentionBias),
          parts.rmsNorm("post_attention_layernorm", hidden, config.epsilon),
          parts
              .ops()
              .fuse(
                  mlp.linear("gate_proj", hidden, m.intermediateSize(), config.mlpBias),
                  mlp.linear("up_proj", hidden, m.intermediateSize(), config.mlpBias)),
          mlp.linear("down_proj", m.intermediateSize(), hidden, config.mlpBias));
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation queries = ops.linear(ops.rmsNorm(x, inputNorm), qkv);
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
