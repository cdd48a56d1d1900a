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
import io.quoth.kernels.Rope;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * ModernBERT (Warner et al. 2024): rotary positions, norms before each half of a layer, a gated
 * feed-forward, and most layers seeing only a window. Reference: transformers {@code
 * models/modernbert/modeling_modernbert.py}.
 */
final class Modernbert implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("modernbert");
  }

  /**
   * The configuration.
   *
   * @param local the attention of layers that see a window
   * @param full the attention of the others
   */
  private record Config(
      EncoderConfig model,
      int intermediateSize,
      double epsilon,
      boolean normBias,
      boolean attentionBias,
      boolean mlpBias,
      boolean classifierBias,
      boolean decoderBias,
      boolean tied,
      Nonlinearity activation,
      Nonlinearity classifierActivation,
      Heads.Pooling pooling,
      Attention full,
      Attention local,
      Rope fullRope,
      Rope localRope) {

    static Config read(ConfigReader c) {
      int maxPositions = c.contextLength(8192, "max_position_embeddings");
      var model = EncoderConfig.read(c, 0, maxPositions, 0);
      Attention full = PostNormLayer.attention(model);
      return new Config(
          model,
          c.size("intermediate_size"),
          c.epsilon(1e-5, "norm_eps"),
          c.flag(false, "norm_bias"),
          c.flag(false, "attention_bias"),
          c.flag(false, "mlp_bias"),
          c.flag(false, "classifier_bias"),
          c.flag(true, "decoder_bias"),
          c.flag(true, "tie_word_embeddings"),
          Nonlinearity.named(c.text("gelu", "hidden_activation")),
          Nonlinearity.named(c.text("gelu", "classifier_activation")),
          pooling(c),
          full,
          full.within(c.sizeOr(128, "local_attention") / 2),
          rope(c, model, "full_attention", "global_rope_theta", 160_000),
          rope(c, model, "sliding_attention", "local_rope_theta", 10_000));
    }

    private static Heads.Pooling pooling(ConfigReader c) {
      String pooling = c.text("cls", "classifier_pooling");
      return switch (pooling) {
        case "cls" -> Heads.Pooling.FIRST;
        case "mean" -> Heads.Pooling.MEAN;
        default ->
            throw c.json().get("classifier_pooling").error("expected cls or mean: " + pooling);
      };
    }

    private static Rope rope(
        ConfigReader c, EncoderConfig model, String kind, String older, double theta) {
      double base = c.positive(theta, older);
      var nested = c.json().find("rope_parameters").flatMap(all -> all.find(kind));
      if (nested.isPresent()) {
        String type = nested.get().getString("rope_type", "default");
        if (!type.equals("default")) {
          throw new UnsupportedModelException(
              nested.get().place() + ": rope type \"" + type + "\" is not supported here");
        }
        base = new ConfigReader(nested.get()).positive(base, "rope_theta");
      }
      return Ropes.plain(model.headSize(), base);
    }
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    Config config = Config.read(reader);
    EncoderConfig model = config.model;
    Parts body = parts.inIfPresent("model");
    var layers = new ArrayList<Block>();
    for (int i = 0; i < model.layers(); i++) {
      layers.add(
          Block.build(config, i, isLocal(reader, i, model.layers()), body.in("layers." + i)));
    }
    return new Model(
        model,
        body.embedding("embeddings.tok_embeddings", model.vocabSize(), model.hiddenSize()),
        norm(config, body, "embeddings.norm"),
        List.copyOf(layers),
        norm(config, body, "final_norm"),
        head(config, task, body, parts));
  }

  private static boolean isLocal(ConfigReader c, int layer, int layers) {
    var types = c.json().find("layer_types");
    if (types.isEmpty()) {
      return layer % c.sizeOr(3, "global_attn_every_n_layers") != 0;
    }
    if (types.get().size() != layers) {
      throw types.get().error("names " + types.get().size() + " layers of " + layers);
    }
    String type = types.get().item(layer).asString();
    return switch (type) {
      case "full_attention" -> false;
      case "sliding_attention" -> true;
      default -> throw types.get().item(layer).error("unknown type of layer: " + type);
    };
  }

  private static Norm norm(Config config, Parts parts, String name) {
    return parts.layerNorm(name, config.model.hiddenSize(), config.epsilon, config.normBias);
  }

  private static EncoderHead head(Config config, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(null);
      case MASKED_LM -> Heads.maskedLm(transform(config, parts), decoder(config, body, parts));
      case SEQUENCE_CLASSIFICATION ->
          Heads.sequenceClassification(
              config.pooling,
              transform(config, parts),
              classifier(config, parts, config.model.labels().size()));
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(
              transform(config, parts), classifier(config, parts, config.model.labels().size()));
      case QUESTION_ANSWERING ->
          Heads.questionAnswering(transform(config, parts), classifier(config, parts, 2));
    };
  }

  private static Heads.Transform transform(Config config, Parts parts) {
    int hidden = config.model.hiddenSize();
    return new Heads.Transform(
        parts.linear("head.dense", hidden, hidden, config.classifierBias),
        config.classifierActivation,
        norm(config, parts, "head.norm"));
  }

  private static Linear classifier(Config config, Parts parts, int out) {
    return parts.linear("classifier", config.model.hiddenSize(), out, true);
  }

  private static Linear decoder(Config config, Parts body, Parts parts) {
    int hidden = config.model.hiddenSize();
    int out = config.model.vocabSize();
    String bias = config.decoderBias ? "decoder.bias" : null;
    return config.tied
        ? parts.linear(body, "embeddings.tok_embeddings", bias, hidden, out)
        : parts.linear(parts, "decoder", bias, hidden, out);
  }

  private record Block(
      Attention attention,
      Rope rope,
      Nonlinearity activation,
      @Nullable Norm attentionNorm,
      Linear qkv,
      Linear out,
      Norm mlpNorm,
      Linear inputGate,
      Linear down)
      implements Layer {

    static Block build(Config config, int layer, boolean local, Parts parts) {
      int hidden = config.model.hiddenSize();
      int inner = config.intermediateSize;
      return new Block(
          local ? config.local : config.full,
          local ? config.localRope : config.fullRope,
          config.activation,
          layer == 0 ? null : norm(config, parts, "attn_norm"), // embeddings are normed already
          parts.linear("attn.Wqkv", hidden, 3 * hidden, config.attentionBias),
          parts.linear("attn.Wo", hidden, hidden, config.attentionBias),
          norm(config, parts, "mlp_norm"),
          parts.linear("mlp.Wi", hidden, 2 * inner, config.mlpBias),
          parts.linear("mlp.Wo", inner, hidden, config.mlpBias));
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation normed = attentionNorm == null ? x : ops.layerNorm(x, attentionNorm);
      Activation queries = ops.rotate(ops.linear(normed, qkv), attention, rope, batch);
      ops.add(x, ops.linear(ops.attend(queries, attention, batch), out));

      Activation gated = ops.linear(ops.layerNorm(x, mlpNorm), inputGate);
      return ops.add(x, ops.linear(ops.gate(activation, gated), down));
    }
  }

  private record Model(
      EncoderConfig config,
      Embedding tokens,
      Norm embeddingNorm,
      List<Block> layers,
      Norm finalNorm,
      EncoderHead head)
      implements EncoderTransformer {

    @Override
    public Activation embed(Ops ops, Batch batch) {
      return ops.layerNorm(ops.embed(tokens, batch), embeddingNorm);
    }

    @Override
    public Activation norm(Ops ops, Activation x) {
      return ops.layerNorm(x, finalNorm);
    }
  }
}
