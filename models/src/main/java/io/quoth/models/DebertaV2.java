package io.quoth.models;

import static io.quoth.models.BertParts.answerEnds;
import static io.quoth.models.BertParts.labels;

import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Disentangled;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * DeBERTa version 2 and 3 (He et al. 2021): what a token is and how far away it stands are looked
 * at apart. Reference: transformers {@code models/deberta_v2/modeling_deberta_v2.py}.
 */
final class DebertaV2 implements EncoderFamily {

  @Override
  public Set<String> modelTypes() {
    return Set.of("deberta-v2");
  }

  /**
   * What DeBERTa adds to BERT's configuration.
   *
   * @param span rows of the table of distances to each side
   * @param buckets distances that have rows, far ones sharing them; 0 for a row each
   * @param maxDistance farthest distance
   */
  private record Config(
      BertParts.Config bert,
      boolean absolutePositions,
      boolean relative,
      boolean contentToPosition,
      boolean positionToContent,
      boolean sharedKeys,
      boolean normDistances,
      int span,
      int buckets,
      int maxDistance) {

    static Config read(ConfigReader c) {
      var bert = BertParts.Config.read(c, 1e-7, false, false, 0);
      Json json = c.json();
      boolean absolute = json.getBoolean("position_biased_input", true);
      int types = json.getInt("type_vocab_size", 0);
      if (types < 0) {
        throw json.get("type_vocab_size").error("expected 0 or more, found " + types);
      }
      int stated = json.getInt("max_relative_positions", -1);
      int maxDistance = stated < 1 ? bert.maxPositions() : stated;
      int buckets = Math.max(0, json.getInt("position_buckets", -1));
      int span = buckets > 0 ? buckets : maxDistance;
      if (maxDistance > 1 << 20 || buckets > 1 << 20 || buckets == 1) {
        throw c.error(
            "max_relative_positions "
                + maxDistance
                + " or position_buckets "
                + buckets
                + " is out of bounds");
      }
      var kinds = kinds(json);
      return new Config(
          withTypes(bert, types, absolute),
          absolute,
          c.flag(false, "relative_attention"),
          kinds.contains("c2p"),
          kinds.contains("p2c"),
          c.flag(false, "share_att_key"),
          c.text("none", "norm_rel_ebd").contains("layer_norm"),
          span,
          buckets,
          maxDistance);
    }

    private static BertParts.Config withTypes(BertParts.Config bert, int types, boolean absolute) {
      EncoderConfig m = bert.model();
      // Without positions of its own nothing bounds the length of a text.
      int maxLength = absolute ? m.maxLength() : Integer.MAX_VALUE;
      var model =
          new EncoderConfig(
              m.modelType(),
              m.vocabSize(),
              types,
              maxLength,
              m.hiddenSize(),
              m.layers(),
              m.heads(),
              m.padTokenId(),
              m.labels(),
              m.problemType());
      return new BertParts.Config(
          model,
          bert.embeddingSize(),
          bert.intermediateSize(),
          bert.maxPositions(),
          bert.epsilon(),
          bert.activation(),
          bert.tied());
    }

    /** A list, or in older files one text with bars between. */
    private static List<String> kinds(Json config) {
      var stated = config.find("pos_att_type");
      if (stated.isEmpty()) {
        return List.of();
      }
      return stated.get().isString()
          ? List.of(stated.get().asString().split("\\|"))
          : stated.get().items().stream().map(Json::asString).toList();
    }

    Attention attention() {
      EncoderConfig model = bert.model();
      int terms = 1 + (contentToPosition ? 1 : 0) + (positionToContent ? 1 : 0);
      float scale = (float) (1 / Math.sqrt((double) model.headSize() * terms));
      return new Attention(
          0, model.heads(), model.heads(), model.headSize(), scale, /* causal= */ false);
    }

    /** The row of each distance, from -maxDistance (looking back) to maxDistance. */
    int[] rows() {
      int[] rows = new int[2 * maxDistance + 1];
      for (int i = 0; i < rows.length; i++) {
        int back = maxDistance - i; // the position looking less the one looked at
        int bucket = buckets > 0 ? bucket(back) : back;
        rows[i] = Math.clamp(bucket + span, 0, 2 * span - 1);
      }
      return rows;
    }

    /** Near distances have a row each, far ones share them by their logarithm; in f32. */
    private int bucket(int distance) {
      int middle = buckets / 2;
      int steps = Math.abs(distance);
      if (steps <= middle) {
        return distance;
      }
      float log = (float) Math.log((float) steps / middle);
      float greatest = (float) Math.log((float) ((maxDistance - 1) / (double) middle));
      int shared = (int) Math.ceil(log / greatest * (middle - 1)) + middle;
      return distance > 0 ? shared : -shared;
    }
  }

  @Override
  public EncoderTransformer build(ConfigReader reader, Task task, Parts parts) {
    Config config = Config.read(reader);
    EncoderConfig model = config.bert.model();
    int hidden = model.hiddenSize();
    Parts body = parts.inIfPresent("deberta");
    Parts encoder = body.in("encoder");
    Activation distances = config.relative ? distances(config, encoder) : null;
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < model.layers(); i++) {
      PostNormLayer layer = layer(config, distances, encoder.in("layer." + i));
      boolean convolved = i == 0 && reader.json().getInt("conv_kernel_size", 0) > 0;
      layers.add(convolved ? Convolved.build(config, reader, layer, encoder.in("conv")) : layer);
    }
    int size = config.bert.embeddingSize();
    Parts embeddings = body.in("embeddings");
    return new Model(
        model,
        embeddings.embedding("word_embeddings", model.vocabSize(), size),
        config.absolutePositions
            ? embeddings.embedding("position_embeddings", config.bert.maxPositions(), size)
            : null,
        model.typeVocabSize() > 0
            ? embeddings.embedding("token_type_embeddings", model.typeVocabSize(), size)
            : null,
        size == hidden ? null : embeddings.linear("embed_proj", size, hidden, false),
        embeddings.layerNorm("LayerNorm", hidden, config.bert.epsilon()),
        layers,
        head(config, reader, task, body, parts));
  }

  /** The table of distances, normed where the configuration says so: [2 * span, hiddenSize]. */
  private static Activation distances(Config config, Parts encoder) {
    Ops ops = encoder.ops();
    int hidden = config.bert.model().hiddenSize();
    Embedding table = encoder.embedding("rel_embeddings", 2 * config.span, hidden);
    Norm norm =
        config.normDistances ? encoder.layerNorm("LayerNorm", hidden, config.bert.epsilon()) : null;
    ops.begin();
    int[] all = new int[2 * config.span];
    Arrays.setAll(all, i -> i);
    Activation rows = ops.embed(table, all);
    return norm == null ? rows : ops.layerNorm(rows, norm);
  }

  private static PostNormLayer layer(Config config, @Nullable Activation distances, Parts parts) {
    int hidden = config.bert.model().hiddenSize();
    Ops ops = parts.ops();
    Parts self = parts.in("attention.self");
    Linear query = self.linear("query_proj", hidden, hidden, true);
    Linear key = self.linear("key_proj", hidden, hidden, true);
    Linear qkv = ops.fuse(query, key, self.linear("value_proj", hidden, hidden, true));
    Attention attention = config.attention();
    PostNormLayer.Attend attend;
    if (distances == null) {
      attend = (verbs, x, batch) -> verbs.attend(x, attention, batch);
    } else {
      // Positions do not depend on the text: their keys and queries are computed once.
      Embedding keys =
          config.contentToPosition
              ? ops.prepareEmbedding(
                  ops.linear(
                      distances,
                      config.sharedKeys ? key : self.linear("pos_key_proj", hidden, hidden, true)))
              : null;
      Embedding queries =
          config.positionToContent
              ? ops.prepareEmbedding(
                  ops.linear(
                      distances,
                      config.sharedKeys
                          ? query
                          : self.linear("pos_query_proj", hidden, hidden, true)))
              : null;
      var bias = new Disentangled(keys, queries, config.maxDistance, config.rows());
      attend = (verbs, x, batch) -> verbs.attend(x, attention, bias, batch);
    }
    return BertParts.layer(config.bert, parts, attend, qkv);
  }

  private static EncoderHead head(
      Config config, ConfigReader reader, Task task, Parts body, Parts parts) {
    return switch (task) {
      case BASE -> Heads.base(null);
      case MASKED_LM -> {
        if (!reader.flag(true, "legacy")) {
          throw new UnsupportedModelException(
              reader.json().get("legacy").place()
                  + ": the newer masked-LM head of DeBERTa (legacy false) is not supported;"
                  + " the reference cannot build it either");
        }
        yield Bert.maskedLm(config.bert, body, parts);
      }
      case SEQUENCE_CLASSIFICATION -> {
        int hidden = config.bert.model().hiddenSize();
        yield Heads.sequenceClassification(
            Heads.Pooling.FIRST,
            new Heads.Transform(
                parts.linear("pooler.dense", hidden, hidden, true),
                Nonlinearity.named(reader.text("gelu", "pooler_hidden_act")),
                null),
            labels(config.bert, parts, "classifier"));
      }
      case TOKEN_CLASSIFICATION ->
          Heads.tokenClassification(null, labels(config.bert, parts, "classifier"));
      case QUESTION_ANSWERING -> Heads.questionAnswering(null, answerEnds(config.bert, parts));
    };
  }

  /** The first layer of version 2, beside which a convolution looks at neighbours. */
  private record Convolved(
      PostNormLayer layer, int width, Linear kernel, Nonlinearity activation, Norm norm)
      implements Layer {

    static Convolved build(Config config, ConfigReader c, PostNormLayer layer, Parts parts) {
      int hidden = config.bert.model().hiddenSize();
      int width = c.size("conv_kernel_size");
      if (width % 2 == 0 || width > 1024) {
        throw c.json().get("conv_kernel_size").error("expected an odd number, found " + width);
      }
      if (c.sizeOr(1, "conv_groups") != 1) {
        throw new UnsupportedModelException(
            c.json().get("conv_groups").place() + ": convolutions in groups are not supported");
      }
      return new Convolved(
          layer,
          width,
          parts.conv("conv", hidden, hidden, width),
          Nonlinearity.named(c.text("tanh", "conv_act")),
          parts.layerNorm("LayerNorm", hidden, config.bert.epsilon()));
    }

    @Override
    public Activation forward(Ops ops, Activation x, Batch batch) {
      Activation near = ops.linear(ops.neighbours(x, width, batch), kernel);
      ops.activate(activation, near);
      return ops.layerNorm(ops.add(near, layer.forward(ops, x, batch)), norm);
    }
  }

  private record Model(
      EncoderConfig config,
      Embedding words,
      @Nullable Embedding positions,
      @Nullable Embedding types,
      @Nullable Linear project,
      Norm norm,
      List<? extends Layer> layers,
      EncoderHead head)
      implements EncoderTransformer {

    @Override
    public Activation embed(Ops ops, Batch batch) {
      Activation x = ops.embed(words, batch);
      if (positions != null) {
        ops.add(x, ops.embedPositions(positions, batch, 0));
      }
      if (types != null) {
        ops.add(x, ops.embed(types, batch.types()));
      }
      if (project != null) {
        x = ops.linear(x, project);
      }
      return ops.layerNorm(x, norm);
    }
  }
}
