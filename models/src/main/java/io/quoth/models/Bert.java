package io.quoth.models;

import static io.quoth.models.BertParts.answerEnds;
import static io.quoth.models.BertParts.labels;

import io.quoth.kernels.Layer;
import java.util.ArrayList;
import java.util.Set;

/**
 * BERT (Devlin et al. 2018): learned positions, token types, norms behind each half of a layer.
 * Reference: transformers {@code models/bert/modeling_bert.py}.
 */
final class Bert implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("bert");
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    var config = BertParts.Config.read(reader, 1e-12, true, false, 0);
    Parts body = parts.inIfPresent("bert");
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < config.model().layers(); i++) {
      var attend = PostNormLayer.Attend.plain(config.model());
      layers.add(BertParts.layer(config, body.in("encoder.layer." + i), attend));
    }
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), null, false),
        layers,
        head(config, task, body, parts));
  }

  private static EncoderHead head(BertParts.Config config, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(BertParts.pooler(config, body));
      case MASKED_LM -> maskedLm(config, body, parts);
      case SEQUENCE_CLASSIFICATION ->
          Heads.sequenceClassification(
              Heads.Pooling.FIRST,
              BertParts.requiredPooler(config, body),
              labels(config, parts, "classifier"));
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, labels(config, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, answerEnds(config, parts));
    };
  }

  /** {@code cls.predictions}, which DeBERTa has too. */
  static EncoderHead maskedLm(BertParts.Config config, Parts body, Parts parts) {
    int hidden = config.model().hiddenSize();
    Parts predictions = parts.in("cls.predictions");
    var transform =
        new Heads.Transform(
            predictions.linear("transform.dense", hidden, hidden, true),
            config.activation(),
            predictions.layerNorm("transform.LayerNorm", hidden, config.epsilon()));
    return Heads.maskedLm(
        transform, BertParts.decoder(config, body, predictions, "decoder", "bias"));
  }
}
