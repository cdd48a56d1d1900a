package io.quoth.models;

import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * GPT-2 (Radford et al. 2019): learned positions, layer norms before each half of a layer, weights
 * stored [in, out]. Reference: transformers {@code models/gpt2/modeling_gpt2.py}.
 */
final class Gpt2 implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("gpt2");
  }

  private record Config(
      ModelConfig model,
      double epsilon,
      Nonlinearity activation,
      boolean scaleScores,
      boolean scaleByLayer) {

    static Config read(ConfigReader c) {
      if (c.flag(false, "add_cross_attention")) {
        throw new UnsupportedModelException(
            c.json().place() + ": GPT-2 with cross attention (add_cross_attention) is unsupported");
      }
      int hiddenSize = c.size("n_embd", "hidden_size");
      int heads = c.size("n_head", "num_attention_heads");
      return new Config(
          new ModelConfig(
              c.modelType(),
              c.size("vocab_size"),
              c.contextLength(1024, "n_positions", "max_position_embeddings"),
              /* extendable= */ false,
              hiddenSize,
              c.sizeOr(4 * hiddenSize, "n_inner"),
              c.layers("n_layer", "num_hidden_layers"),
              heads,
              heads,
              c.headDim(hiddenSize, heads),
              c.flag(true, "tie_word_embeddings")),
          c.epsilon(1e-5, "layer_norm_epsilon"),
          Nonlinearity.named(c.text("gelu_new", "activation_function")),
          c.flag(true, "scale_attn_weights"),
          c.flag(false, "scale_attn_by_inverse_layer_idx"));
    }

    Attention attention(int layer) {
      double scale = scaleScores ? 1 / Math.sqrt(model.headDim()) : 1;
      if (scaleByLayer) {
        scale /= layer + 1;
      }
      return new Attention(
          layer, model.heads(), model.heads(), model.headDim(), (float) scale, /* causal= */ true);
    }
  }

  @Override
  public CausalTransformer build(ConfigReader reader, Parts parts) {
    Config config = Config.read(reader);
    ModelConfig model = config.model;
    Parts body = parts.inIfPresent("transformer");
    var layers = new ArrayList<Block>();
    for (int i = 0; i < model.layers(); i++) {
      layers.add(Block.build(config, i, body.in("h." + i)));
    }
    Parts head = model.tiedEmbeddings() ? body : parts;
    String headName = model.tiedEmbeddings() ? "wte" : "lm_head";
    return new Model(
        model,
        body.embedding("wte", model.vocabSize(), model.hiddenSize()),
        body.embedding("wpe", model.contextLength(), model.hiddenSize()),
        List.copyOf(layers),
        body.layerNorm("ln_f", model.hiddenSize(), config.epsilon),
        head.linear(headName, model.hiddenSize(), model.vocabSize(), false));
  }

  private record Block(
      Attention attention,
      Nonlinearity activation,
      Norm norm1,
      Linear qkv,
      Linear out,
      Norm norm2,
      Linear up,
      Linear down)
      implements Layer {

    static Block build(Config config, int layer, Parts parts) {
      int hidden = config.model.hiddenSize();
      int inner = config.model.intermediateSize();
      return new Block(
          config.attention(layer),
          config.activation,
          parts.layerNorm("ln_1", hidden, config.epsilon),
          parts.conv1d("attn.c_attn", hidden, 3 * hidden),
          parts.conv1d("attn.c_proj", hidden, hidden),
          parts.layerNorm("ln_2", hidden, config.epsilon),
          parts.conv1d("mlp.c_fc", hidden, inner),
          parts.conv1d("mlp.c_proj", inner, hidden));
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation queries = ops.linear(ops.layerNorm(x, norm1), qkv);
      ops.add(x, ops.linear(ops.attend(queries, attention, batch), out));

      Activation inner = ops.activate(activation, ops.linear(ops.layerNorm(x, norm2), up));
      return ops.add(x, ops.linear(inner, down));
    }
  }

  private record Model(
      ModelConfig config,
      Embedding tokens,
      Embedding positions,
      List<Block> layers,
      Norm norm,
      Linear head)
      implements CausalTransformer {

    @Override
    public List<Attention> attention() {
      return layers.stream().map(Block::attention).toList();
    }

    @Override
    public Activation embed(Ops ops, Batch batch) {
      return ops.add(ops.embed(tokens, batch), ops.embedPositions(positions, batch, 0));
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
