package io.quoth.models;

import static io.quoth.models.BertParts.answerEnds;
import static io.quoth.models.BertParts.labels;

import io.quoth.kernels.Layer;
import io.quoth.kernels.Nonlinearity;
import java.util.ArrayList;
import java.util.Set;

/**
 * RoBERTa (Liu et al. 2019), XLM-RoBERTa (Conneau et al. 2020) and CamemBERT: BERT with positions
 * that begin behind that of padding, and other heads. Reference: transformers {@code
 * models/roberta/modeling_roberta.py}.
 */
final class Roberta implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("roberta", "xlm-roberta", "camembert");
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    var config = BertParts.Config.read(reader, 1e-12, true, true, 1);
    Parts body = parts.inIfPresent("roberta");
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < config.model().layers(); i++) {
      var attend = PostNormLayer.Attend.plain(config.model());
      layers.add(BertParts.layer(config, body.in("encoder.layer." + i), attend));
    }
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), null, true),
        layers,
        head(config, task, body, parts));
  }

  /** The heads, which MPNet has too. */
  static EncoderHead head(BertParts.Config config, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(BertParts.pooler(config, body));
      case MASKED_LM -> maskedLm(config, body, parts);
      case SEQUENCE_CLASSIFICATION -> classifier(config, Nonlinearity.TANH, parts);
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, labels(config, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, answerEnds(config, parts));
    };
  }

  private static EncoderHead maskedLm(BertParts.Config config, Parts body, Parts parts) {
    int hidden = config.model().hiddenSize();
    Parts head = parts.in("lm_head");
    var transform =
        new Heads.Transform(
            head.linear("dense", hidden, hidden, true),
            Nonlinearity.GELU, // whatever hidden_act says
            head.layerNorm("layer_norm", hidden, config.epsilon()));
    return Heads.maskedLm(transform, BertParts.decoder(config, body, head, "decoder", "bias"));
  }

  /** The first token through a dense layer and a function of the family's own; ELECTRA's too. */
  static EncoderHead classifier(BertParts.Config config, Nonlinearity activation, Parts parts) {
    int hidden = config.model().hiddenSize();
    var transform =
        new Heads.Transform(
            parts.linear("classifier.dense", hidden, hidden, true), activation, null);
    return Heads.sequenceClassification(
        Heads.Pooling.FIRST, transform, labels(config, parts, "classifier.out_proj"));
  }
}
