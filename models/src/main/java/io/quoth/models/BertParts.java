package io.quoth.models;

import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What BERT and the families made from it share: configuration, names, embeddings, layers. */
final class BertParts {
  private BertParts() {}

  /**
   * The configuration in BERT's words.
   *
   * @param embeddingSize numbers of an embedding; BERT's is the hidden size
   * @param maxPositions rows of the table of positions
   */
  record Config(
      EncoderConfig model,
      int embeddingSize,
      int intermediateSize,
      int maxPositions,
      double epsilon,
      Nonlinearity activation,
      boolean tied) {

    /**
     * Reads it.
     *
     * @param types whether the family has token types
     * @param padding whether positions begin behind that of padding (RoBERTa, MPNet)
     * @param padTokenId where the file has none
     */
    static Config read(
        ConfigReader c, double epsilon, boolean types, boolean padding, int padTokenId) {
      String positions = c.text("absolute", "position_embedding_type");
      if (!positions.equals("absolute")) {
        throw new UnsupportedModelException(
            c.json().get("position_embedding_type").place()
                + ": positions of type \""
                + positions
                + "\" are not supported; supported is absolute");
      }
      if (c.flag(false, "is_decoder") || c.flag(false, "add_cross_attention")) {
        throw new UnsupportedModelException(
            c.json().place() + ": an encoder made a decoder (is_decoder) is not supported");
      }
      int maxPositions = c.contextLength(512, "max_position_embeddings");
      int pad = c.json().getInt("pad_token_id", padTokenId);
      int reserved = padding ? pad + 1 : 0;
      if (pad < 0 || reserved >= maxPositions) {
        throw c.error(
            "pad_token_id is " + pad + ", which leaves none of " + maxPositions + " positions");
      }
      int typeVocabSize = types ? c.sizeOr(2, "type_vocab_size") : 0;
      var model = EncoderConfig.read(c, typeVocabSize, maxPositions - reserved, padTokenId);
      return new Config(
          model,
          c.sizeOr(model.hiddenSize(), "embedding_size"),
          c.size("intermediate_size"),
          maxPositions,
          c.epsilon(epsilon, "layer_norm_eps"),
          Nonlinearity.named(c.text("gelu", "hidden_act")),
          c.flag(true, "tie_word_embeddings"));
    }
  }

  /**
   * Words, positions and token types, added and normed.
   *
   * @param types null where the family has none
   * @param project to the hidden size, or null
   * @param padded whether positions begin behind that of padding and skip it
   */
  record Embeddings(
      EncoderConfig config,
      Embedding words,
      Embedding positions,
      @Nullable Embedding types,
      Norm norm,
      @Nullable Linear project,
      boolean padded) {

    static Embeddings build(Config config, Parts parts, @Nullable Linear project, boolean padded) {
      EncoderConfig model = config.model;
      int size = config.embeddingSize;
      return new Embeddings(
          model,
          parts.embedding("word_embeddings", model.vocabSize(), size),
          parts.embedding("position_embeddings", config.maxPositions, size),
          model.typeVocabSize() > 0
              ? parts.embedding("token_type_embeddings", model.typeVocabSize(), size)
              : null,
          parts.layerNorm("LayerNorm", size, config.epsilon),
          project,
          padded);
    }

    Activation forward(Ops ops, Batch batch) {
      Activation x = ops.embed(words, batch);
      if (types != null) {
        ops.add(x, ops.embed(types, batch.types()));
      }
      ops.add(
          x,
          padded
              ? ops.embed(positions, positionsBehind(config.padTokenId(), batch))
              : ops.embedPositions(positions, batch, 0));
      x = ops.layerNorm(x, norm);
      return project == null ? x : ops.linear(x, project);
    }
  }

  /** Positions from {@code padTokenId} + 1 on; padding has that of its id and is not counted. */
  static int[] positionsBehind(int padTokenId, Batch batch) {
    int[] positions = new int[batch.tokens()];
    for (int s = 0; s < batch.sequences(); s++) {
      int next = padTokenId + 1;
      for (int row = batch.start(s); row < batch.end(s); row++) {
        positions[row] = batch.id(row) == padTokenId ? padTokenId : next++;
      }
    }
    return positions;
  }

  /** A layer under BERT's names. */
  static PostNormLayer layer(Config config, Parts parts, PostNormLayer.Attend attend) {
    int hidden = config.model.hiddenSize();
    Parts self = parts.in("attention.self");
    Linear qkv =
        parts
            .ops()
            .fuse(
                self.linear("query", hidden, hidden, true),
                self.linear("key", hidden, hidden, true),
                self.linear("value", hidden, hidden, true));
    return layer(config, parts, attend, qkv);
  }

  /** A layer under BERT's names but those of queries, keys and values. */
  static PostNormLayer layer(Config config, Parts parts, PostNormLayer.Attend attend, Linear qkv) {
    int hidden = config.model.hiddenSize();
    int inner = config.intermediateSize;
    return new PostNormLayer(
        attend,
        qkv,
        parts.linear("attention.output.dense", hidden, hidden, true),
        parts.layerNorm("attention.output.LayerNorm", hidden, config.epsilon),
        config.activation,
        parts.linear("intermediate.dense", hidden, inner, true),
        parts.linear("output.dense", inner, hidden, true),
        parts.layerNorm("output.LayerNorm", hidden, config.epsilon));
  }

  /** The pooler where the weights have one: a checkpoint of another task may not. */
  static Heads.@Nullable Transform pooler(Config config, Parts body) {
    return body.has("pooler.dense.weight") ? requiredPooler(config, body) : null;
  }

  /** The first token through a dense layer and tanh. */
  static Heads.Transform requiredPooler(Config config, Parts body) {
    int hidden = config.model.hiddenSize();
    return new Heads.Transform(
        body.linear("pooler.dense", hidden, hidden, true), Nonlinearity.TANH, null);
  }

  /** A classifier {@code NAME} of one row a label. */
  static Linear labels(Config config, Parts parts, String name) {
    EncoderConfig model = config.model;
    return parts.linear(name, model.hiddenSize(), model.labels().size(), true);
  }

  /** The two rows of a head that finds answers. */
  static Linear answerEnds(Config config, Parts parts) {
    return parts.linear("qa_outputs", config.model.hiddenSize(), 2, true);
  }

  /** Hidden states to ids: the table of words again, unless the configuration unties it. */
  static Linear decoder(Config config, Parts body, Parts parts, String untied, String bias) {
    int out = config.model.vocabSize();
    return config.tied
        ? parts.linear(body, "embeddings.word_embeddings", bias, config.embeddingSize, out)
        : parts.linear(parts, untied, bias, config.embeddingSize, out);
  }

  /** An encoder whose layers norm at their end. */
  record Model(
      EncoderConfig config, Embeddings embeddings, List<? extends Layer> layers, EncoderHead head)
      implements EncoderTransformer {
    @Override
    public Activation embed(Ops ops, Batch batch) {
      return embeddings.forward(ops, batch);
    }
  }
}
