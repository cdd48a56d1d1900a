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
 * Phi-1, Phi-1.5 and Phi-2 (Gunasekar et al. 2023): a part of each head turns, attention and
 * feed-forward read the same norm and stand side by side, everything has biases. Reference:
 * transformers {@code models/phi/modeling_phi.py}.
 */
final class Phi implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("phi");
  }

  private record Config(
      ModelConfig model, double epsilon, Nonlinearity activation, Rope rope, boolean normedHeads) {

    static Config read(ConfigReader c) {
      int hiddenSize = c.size("hidden_size");
      int heads = c.size("num_attention_heads");
      int headDim = c.headDim(hiddenSize, heads, "head_dim");
      int contextLength = c.contextLength(2048, "max_position_embeddings");
      Rope rope = Ropes.read(c, headDim, contextLength, 10_000, 0.5);
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
          c.epsilon(1e-5, "layer_norm_eps"),
          Nonlinearity.named(c.text("gelu_new", "hidden_act")),
          rope,
          c.flag(false, "qk_layernorm"));
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
    return new Model(
        model,
        body.embedding("embed_tokens", model.vocabSize(), model.hiddenSize()),
        List.copyOf(layers),
        body.layerNorm("final_layernorm", model.hiddenSize(), config.epsilon),
        head(model, body, parts));
  }

  /** The head keeps its bias even where its weight is the table of embeddings. */
  private static Linear head(ModelConfig model, Parts body, Parts parts) {
    return model.tiedEmbeddings()
        ? parts
            .ops()
            .prepareLinear(
                body.weights().get("embed_tokens.weight", model.vocabSize(), model.hiddenSize()),
                parts.weights().get("lm_head.bias", model.vocabSize()),
                io.quoth.kernels.Orientation.OUT_IN)
        : parts.linear("lm_head", model.hiddenSize(), model.vocabSize(), true);
  }

  private record Block(
      Attention attention,
      Rope rope,
      Nonlinearity activation,
      Norm norm,
      Linear qkv,
      @Nullable Norm queryNorm,
      @Nullable Norm keyNorm,
      Linear dense,
      Linear up,
      Linear down)
      implements Layer {

    static Block build(Config config, int layer, Parts parts) {
      ModelConfig m = config.model;
      int hidden = m.hiddenSize();
      int queries = m.heads() * m.headDim();
      int keys = m.kvHeads() * m.headDim();
      Parts attention = parts.in("self_attn");
      return new Block(
          config.attention(layer),
          config.rope,
          config.activation,
          parts.layerNorm("input_layernorm", hidden, config.epsilon),
          parts
              .ops()
              .fuse(
                  attention.linear("q_proj", hidden, queries, true),
                  attention.linear("k_proj", hidden, keys, true),
                  attention.linear("v_proj", hidden, keys, true)),
          headNorm(config, attention, "q_layernorm"),
          headNorm(config, attention, "k_layernorm"),
          attention.linear("dense", queries, hidden, true),
          parts.linear("mlp.fc1", hidden, m.intermediateSize(), true),
          parts.linear("mlp.fc2", m.intermediateSize(), hidden, true));
    }

    private static @Nullable Norm headNorm(Config config, Parts attention, String name) {
      return config.normedHeads
          ? attention.layerNorm(name, config.model.headDim(), config.epsilon)
          : null;
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation normed = ops.layerNorm(x, norm);
      Activation queries = ops.linear(normed, qkv);
      if (queryNorm != null && keyNorm != null) {
        ops.layerNormHeads(queries, attention, queryNorm, keyNorm);
      }
      ops.rotate(queries, attention, rope, batch);
      Activation attended = ops.linear(ops.attend(queries, attention, batch), dense);

      Activation inner = ops.activate(activation, ops.linear(normed, up));
      return ops.add(ops.add(x, attended), ops.linear(inner, down));
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
      return ops.layerNorm(x, norm);
    }

    @Override
    public Activation head(Ops ops, Activation x) {
      return ops.linear(x, head);
    }
  }
}
