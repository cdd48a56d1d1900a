package io.quoth.models;

import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import java.util.ArrayList;
import java.util.Set;

/**
 * DistilBERT (Sanh et al. 2019): BERT without token types and pooler, under other names. Reference:
 * transformers {@code models/distilbert/modeling_distilbert.py}.
 */
final class Distilbert implements EncoderFamily {
  private static final double EPSILON = 1e-12;

  @Override
  public Set<String> modelTypes() {
    return Set.of("distilbert");
  }

  private static BertParts.Config read(ConfigReader c) {
    int maxPositions = c.contextLength(512, "max_position_embeddings");
    var model = EncoderConfig.read(c, 0, maxPositions, 0);
    return new BertParts.Config(
        model,
        model.hiddenSize(),
        c.size("hidden_dim"),
        maxPositions,
        EPSILON,
        Nonlinearity.named(c.text("gelu", "activation")),
        c.flag(true, "tie_word_embeddings"));
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    BertParts.Config config = read(reader);
    Parts body = parts.inIfPresent("distilbert");
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < config.model().layers(); i++) {
      layers.add(layer(config, body.in("transformer.layer." + i)));
    }
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), null, false),
        layers,
        head(config, task, body, parts));
  }

  private static PostNormLayer layer(BertParts.Config config, Parts parts) {
    int hidden = config.model().hiddenSize();
    int inner = config.intermediateSize();
    Parts attention = parts.in("attention");
    Linear qkv =
        parts
            .ops()
            .fuse(
                attention.linear("q_lin", hidden, hidden, true),
                attention.linear("k_lin", hidden, hidden, true),
                attention.linear("v_lin", hidden, hidden, true));
    return new PostNormLayer(
        PostNormLayer.Attend.plain(config.model()),
        qkv,
        attention.linear("out_lin", hidden, hidden, true),
        parts.layerNorm("sa_layer_norm", hidden, EPSILON),
        config.activation(),
        parts.linear("ffn.lin1", hidden, inner, true),
        parts.linear("ffn.lin2", inner, hidden, true),
        parts.layerNorm("output_layer_norm", hidden, EPSILON));
  }

  private static EncoderHead head(BertParts.Config config, Task task, Parts body, Parts parts) {
    int hidden = config.model().hiddenSize();
    return switch (task) {
      case BASE -> Heads.base(null);
      case MASKED_LM ->
          Heads.maskedLm(
              new Heads.Transform(
                  parts.linear("vocab_transform", hidden, hidden, true),
                  config.activation(),
                  parts.layerNorm("vocab_layer_norm", hidden, EPSILON)),
              BertParts.decoder(config, body, parts, "vocab_projector", "vocab_projector.bias"));
      case SEQUENCE_CLASSIFICATION ->
          Heads.sequenceClassification(
              Heads.Pooling.FIRST,
              new Heads.Transform(
                  parts.linear("pre_classifier", hidden, hidden, true), Nonlinearity.RELU, null),
              BertParts.labels(config, parts, "classifier"));
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, BertParts.labels(config, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, BertParts.answerEnds(config, parts));
    };
  }
}
