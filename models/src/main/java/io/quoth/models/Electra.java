package io.quoth.models;

import static io.quoth.models.BertParts.answerEnds;
import static io.quoth.models.BertParts.labels;

import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import java.util.ArrayList;
import java.util.Set;

/**
 * ELECTRA (Clark et al. 2020): BERT with embeddings of their own size, no pooler, and other heads.
 * Reference: transformers {@code models/electra/modeling_electra.py}.
 */
final class Electra implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("electra");
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    var config = BertParts.Config.read(reader, 1e-12, true, false, 0);
    int hidden = config.model().hiddenSize();
    int size = config.embeddingSize();
    Parts body = parts.inIfPresent("electra");
    Linear project = size == hidden ? null : body.linear("embeddings_project", size, hidden, true);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < config.model().layers(); i++) {
      var attend = PostNormLayer.Attend.plain(config.model());
      layers.add(BertParts.layer(config, body.in("encoder.layer." + i), attend));
    }
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), project, false),
        layers,
        head(config, task, body, parts));
  }

  private static EncoderHead head(BertParts.Config config, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(null);
      case MASKED_LM -> maskedLm(config, body, parts);
      case SEQUENCE_CLASSIFICATION -> Roberta.classifier(config, Nonlinearity.GELU, parts);
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, labels(config, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, answerEnds(config, parts));
    };
  }

  private static EncoderHead maskedLm(BertParts.Config config, Parts body, Parts parts) {
    int size = config.embeddingSize();
    Parts predictions = parts.in("generator_predictions");
    var transform =
        new Heads.Transform(
            predictions.linear("dense", config.model().hiddenSize(), size, true),
            Nonlinearity.GELU, // whatever hidden_act says
            predictions.layerNorm("LayerNorm", size, config.epsilon()));
    return Heads.maskedLm(
        transform,
        BertParts.decoder(config, body, parts, "generator_lm_head", "generator_lm_head.bias"));
  }
}
