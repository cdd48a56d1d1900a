package io.quoth.embeddings;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.TextTokenizer.Tokens;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Ops;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.TextInput;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.Truncation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * StaticEmbedding: the mean of a row a token, and nothing else (model2vec and its kin). Its
 * tokenizer adds no special tokens and keeps the truncation of its file.
 */
record StaticStage(WeightedStage stage, Embedding table, Tokenizer plain) implements InputStage {

  static StaticStage load(ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    Tokenizer tokenizer = Tokenizer.load(folder).withPadding(Optional.empty());
    var stage = WeightedStage.open(folder, ops, progress);
    try {
      String name = stage.weights().has("embedding.weight") ? "embedding.weight" : "embeddings";
      Embedding table =
          stage.ops().prepareEmbedding(stage.weights().get(name, stage.shape(name, 2)));
      return new StaticStage(stage, table, tokenizer);
    } catch (RuntimeException | Error e) {
      stage.close();
      throw e;
    }
  }

  @Override
  public String type() {
    return "StaticEmbedding";
  }

  @Override
  public List<Tokens> tokenize(List<TextInput> texts) {
    return plain.encodeBatch(texts, EncodeOptions.PLAIN).stream()
        .map(encoding -> Tokens.of(encoding, false))
        .toList();
  }

  @Override
  public OptionalInt maxLength() {
    return OptionalInt.empty();
  }

  @Override
  public int promptLength(String prompt) {
    return plain.encode(prompt, EncodeOptions.PLAIN).length();
  }

  @Override
  public TextTokenizer tokenizer() {
    var cut = plain.truncation();
    return new TextTokenizer(
        plain,
        cut.isPresent() ? OptionalInt.of(cut.map(Truncation::maxLength).get()) : maxLength(),
        false);
  }

  @Override
  public void forward(Features f) {
    int columns = table.columns();
    float[] row = new float[columns];
    stage.compute(() -> {
      Ops ops = stage.ops();
      for (int i = 0; i < f.sentences.length; i++) {
        int[] ids = f.texts.get(i).ids();
        float[] mean = new float[columns];
        if (ids.length > 0) {
          ops.begin();
          Activation rows = ops.embed(table, ids);
          for (int r = 0; r < ids.length; r++) {
            ops.read(rows, r, row, 0);
            for (int d = 0; d < columns; d++) {
              mean[d] += row[d];
            }
          }
          for (int d = 0; d < columns; d++) {
            mean[d] /= ids.length;
          }
        }
        f.sentences[i] = mean;
      }
    });
  }

  @Override
  public int dimension(int in) {
    return table.columns();
  }

  @Override
  public void close() {
    stage.close();
  }
}
