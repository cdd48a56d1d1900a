package io.quoth.models;

import static io.quoth.models.BertParts.answerEnds;
import static io.quoth.models.BertParts.labels;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * ALBERT (Lan et al. 2020): BERT with small embeddings and a few layers used again and again.
 * Reference: transformers {@code models/albert/modeling_albert.py}.
 */
final class Albert implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("albert");
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    var config = BertParts.Config.read(reader, 1e-12, true, false, 0);
    int hidden = config.model().hiddenSize();
    Parts body = parts.inIfPresent("albert");
    Parts encoder = body.in("encoder");
    Linear project =
        encoder.linear("embedding_hidden_mapping_in", config.embeddingSize(), hidden, true);
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), project, false),
        layers(config, reader, encoder),
        head(config, task, body, parts));
  }

  /** Layer i runs group i * groups / layers; a group is one or several layers. */
  private static List<Layer> layers(BertParts.Config config, ConfigReader reader, Parts parts) {
    int count = config.model().layers();
    int groupCount = reader.sizeOr(1, "num_hidden_groups");
    int inner = reader.sizeOr(1, "inner_group_num");
    if (groupCount > count || inner > 64) {
      throw reader.error(
          "num_hidden_groups "
              + groupCount
              + " and inner_group_num "
              + inner
              + " of "
              + count
              + " layers");
    }
    var groups = new ArrayList<Layer>();
    for (int g = 0; g < groupCount; g++) {
      var group = new ArrayList<PostNormLayer>();
      for (int i = 0; i < inner; i++) {
        group.add(layer(config, parts.in("albert_layer_groups." + g + ".albert_layers." + i)));
      }
      groups.add(inner == 1 ? group.getFirst() : inOrder(group));
    }
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < count; i++) {
      layers.add(groups.get((int) (i / ((double) count / groupCount))));
    }
    return layers;
  }

  private static Layer inOrder(List<PostNormLayer> group) {
    return (ops, x, batch) -> {
      Activation y = x;
      for (PostNormLayer layer : group) {
        y = ops.layer(layer, y, batch);
      }
      return y;
    };
  }

  private static PostNormLayer layer(BertParts.Config config, Parts parts) {
    int hidden = config.model().hiddenSize();
    int inner = config.intermediateSize();
    Parts attention = parts.in("attention");
    Linear qkv =
        parts
            .ops()
            .fuse(
                attention.linear("query", hidden, hidden, true),
                attention.linear("key", hidden, hidden, true),
                attention.linear("value", hidden, hidden, true));
    return new PostNormLayer(
        PostNormLayer.Attend.plain(config.model()),
        qkv,
        attention.linear("dense", hidden, hidden, true),
        attention.layerNorm("LayerNorm", hidden, config.epsilon()),
        config.activation(),
        parts.linear("ffn", hidden, inner, true),
        parts.linear("ffn_output", inner, hidden, true),
        parts.layerNorm("full_layer_layer_norm", hidden, config.epsilon()));
  }

  private static EncoderHead head(BertParts.Config config, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(body.has("pooler.weight") ? pooler(config, body) : null);
      case MASKED_LM -> maskedLm(config, body, parts);
      case SEQUENCE_CLASSIFICATION ->
          Heads.sequenceClassification(
              Heads.Pooling.FIRST, pooler(config, body), labels(config, parts, "classifier"));
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, labels(config, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, answerEnds(config, parts));
    };
  }

  private static Heads.Transform pooler(BertParts.Config config, Parts body) {
    int hidden = config.model().hiddenSize();
    return new Heads.Transform(
        body.linear("pooler", hidden, hidden, true), Nonlinearity.TANH, null);
  }

  private static EncoderHead maskedLm(BertParts.Config config, Parts body, Parts parts) {
    int size = config.embeddingSize();
    Parts predictions = parts.in("predictions");
    var transform =
        new Heads.Transform(
            predictions.linear("dense", config.model().hiddenSize(), size, true),
            config.activation(),
            predictions.layerNorm("LayerNorm", size, config.epsilon()));
    return Heads.maskedLm(
        transform, BertParts.decoder(config, body, predictions, "decoder", "bias"));
  }
}
