package io.quoth.models;

/**
 * What every causal model's configuration says, in the words of {@code config.json}.
 *
 * @param modelType its family: {@code model_type}
 * @param vocabSize ids run from 0 to this, exclusive
 * @param contextLength positions that the model was made for: {@code max_position_embeddings}
 * @param extendable whether positions beyond {@code contextLength} are possible (rope type dynamic)
 * @param hiddenSize numbers that a token is between layers
 * @param intermediateSize width of the feed-forward layers
 * @param layers how many layers: {@code num_hidden_layers}
 * @param heads query heads of a layer: {@code num_attention_heads}
 * @param kvHeads key and value heads of a layer: {@code num_key_value_heads}
 * @param headDim numbers a head
 * @param tiedEmbeddings whether the head is the table of token embeddings
 */
public record ModelConfig(
    String modelType,
    int vocabSize,
    int contextLength,
    boolean extendable,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    boolean tiedEmbeddings) {

  /** The longest sequence that may be run: {@code contextLength}, or unbounded. */
  public int maxLength() {
    return extendable ? Integer.MAX_VALUE : contextLength;
  }

  /** This with the possibility of positions beyond {@code contextLength}. */
  public ModelConfig extendable(boolean possible) {
    return new ModelConfig(
        modelType,
        vocabSize,
        contextLength,
        possible,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        kvHeads,
        headDim,
        tiedEmbeddings);
  }
}
