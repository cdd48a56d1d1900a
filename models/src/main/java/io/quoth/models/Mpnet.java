package io.quoth.models;

import io.quoth.kernels.Attention;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.RelativeBias;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Set;

/**
 * MPNet (Song et al. 2020): RoBERTa without token types, and a bias a head that depends on the
 * distance of two tokens, the same in all layers. Reference: transformers {@code
 * models/mpnet/modeling_mpnet.py}.
 */
final class Mpnet implements EncoderFamily {
  private static final int BUCKETS = 32;

  /** All distances from here on fall into the last bucket of their direction. */
  private static final int MAX_DISTANCE = 128;

  @Override
  public Set<String> modelTypes() {
    return Set.of("mpnet");
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    var config = BertParts.Config.read(reader, 1e-12, false, true, 1);
    int buckets = reader.sizeOr(BUCKETS, "relative_attention_num_buckets");
    if (buckets != BUCKETS) {
      throw reader.error(
          "relative_attention_num_buckets is "
              + buckets
              + ", expected "
              + BUCKETS
              + ": the reference computes buckets for that number only");
    }
    Parts body = parts.inIfPresent("mpnet");
    RelativeBias bias = bias(config.model(), body);
    Attention attention = PostNormLayer.attention(config.model());
    PostNormLayer.Attend attend = (ops, qkv, batch) -> ops.attend(qkv, attention, bias, batch);
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < config.model().layers(); i++) {
      layers.add(layer(config, attend, body.in("encoder.layer." + i)));
    }
    return new BertParts.Model(
        config.model(),
        BertParts.Embeddings.build(config, body.in("embeddings"), null, true),
        layers,
        Roberta.head(config, task, body, parts));
  }

  private static PostNormLayer layer(
      BertParts.Config config, PostNormLayer.Attend attend, Parts parts) {
    int hidden = config.model().hiddenSize();
    int inner = config.intermediateSize();
    Parts attention = parts.in("attention.attn");
    Linear qkv =
        parts
            .ops()
            .fuse(
                attention.linear("q", hidden, hidden, true),
                attention.linear("k", hidden, hidden, true),
                attention.linear("v", hidden, hidden, true));
    return new PostNormLayer(
        attend,
        qkv,
        attention.linear("o", hidden, hidden, true),
        parts.layerNorm("attention.LayerNorm", hidden, config.epsilon()),
        config.activation(),
        parts.linear("intermediate.dense", hidden, inner, true),
        parts.linear("output.dense", inner, hidden, true),
        parts.layerNorm("output.LayerNorm", hidden, config.epsilon()));
  }

  private static RelativeBias bias(EncoderConfig config, Parts body) {
    int[] rows = new int[2 * MAX_DISTANCE + 1];
    Arrays.setAll(rows, i -> bucket(i - MAX_DISTANCE));
    return new RelativeBias(
        body.embedding("encoder.relative_attention_bias", BUCKETS, config.heads()),
        MAX_DISTANCE,
        rows);
  }

  /**
   * Near distances have a bucket each, far ones share them by their logarithm; what lies behind has
   * buckets of its own. In f32, as the reference computes it.
   *
   * @param distance position looked at less position looking
   */
  static int bucket(int distance) {
    int half = BUCKETS / 2;
    int exact = half / 2;
    int direction = distance > 0 ? half : 0;
    int steps = Math.abs(distance);
    if (steps < exact) {
      return direction + steps;
    }
    float log = (float) Math.log((float) steps / exact);
    float scaled = log / (float) Math.log((double) MAX_DISTANCE / exact) * (half - exact);
    return direction + Math.min(exact + (int) scaled, half - 1);
  }
}
