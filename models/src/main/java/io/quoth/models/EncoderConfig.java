package io.quoth.models;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What every encoder's configuration says, in the words of {@code config.json}.
 *
 * @param modelType its family: {@code model_type}
 * @param vocabSize ids run from 0 to this, exclusive
 * @param typeVocabSize token types run from 0 to this, exclusive; 0 where the model has none
 * @param maxLength the longest sequence in tokens
 * @param hiddenSize numbers that a token is between layers
 * @param layers how many layers
 * @param heads attention heads of a layer
 * @param padTokenId what stands for no token in the reference's batches
 * @param labels the names of the classes, by their ids
 * @param problemType {@code regression}, {@code single_label_classification}, {@code
 *     multi_label_classification}, or empty where the file does not say
 */
public record EncoderConfig(
    String modelType,
    int vocabSize,
    int typeVocabSize,
    int maxLength,
    int hiddenSize,
    int layers,
    int heads,
    int padTokenId,
    List<String> labels,
    String problemType) {

  private static final int MOST_LABELS = 1 << 20;

  /** Keeps the list as it is now. */
  public EncoderConfig {
    labels = List.copyOf(labels);
  }

  /** Numbers a head. */
  public int headSize() {
    return hiddenSize / heads;
  }

  /**
   * Reads what all families spell alike.
   *
   * @param typeVocabSize token types where the file does not say; 0 where the family has none
   * @param maxLength as the family knows it
   */
  static EncoderConfig read(ConfigReader c, int typeVocabSize, int maxLength, int padTokenId) {
    int hiddenSize = c.size("hidden_size", "dim");
    int heads = c.size("num_attention_heads", "n_heads");
    c.headDim(hiddenSize, heads); // a whole number
    return new EncoderConfig(
        c.modelType(),
        c.size("vocab_size"),
        typeVocabSize,
        maxLength,
        hiddenSize,
        c.layers("num_hidden_layers", "n_layers"),
        heads,
        c.json().getInt("pad_token_id", padTokenId),
        labels(c.json()),
        c.text("", "problem_type"));
  }

  /**
   * {@code id2label}, which must name 0 to n - 1; else {@code num_labels} without names; else 2.
   */
  private static List<String> labels(Json config) {
    var stated = config.find("num_labels").map(Json::asInt);
    int count = stated.orElse(2);
    if (count < 1 || count > MOST_LABELS) {
      throw config.get("num_labels").error("expected 1 to " + MOST_LABELS + ", found " + count);
    }
    var map = config.find("id2label");
    if (map.isEmpty()) {
      var labels = new ArrayList<String>();
      for (int i = 0; i < count; i++) {
        labels.add("LABEL_" + i);
      }
      return labels;
    }
    return named(map.get(), stated.orElse(map.get().size()));
  }

  private static List<String> named(Json map, int count) {
    if (map.size() != count) {
      throw map.error("names " + map.size() + " labels, but num_labels is " + count);
    }
    var labels = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      int id = i;
      labels.add(
          map.find(Integer.toString(i))
              .map(Json::asString)
              .orElseThrow(() -> missing(map, id, count)));
    }
    return labels;
  }

  private static BadFileException missing(Json map, int id, int count) {
    return map.error("has " + count + " labels, but none of id " + id);
  }
}
