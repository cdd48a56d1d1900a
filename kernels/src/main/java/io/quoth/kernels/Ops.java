package io.quoth.kernels;

import io.quoth.tensors.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs in which every family of models is written. An implementation owns all storage: the
 * activations it returns, the weights it prepared, the states of sequences. It knows how numbers
 * lie in memory and on which processor; a family knows none of that.
 *
 * <p>Activations are matrices [tokens, features], one row a token, the sequences of a {@link Batch}
 * end to end. A verb either makes a new activation or, where it says so, changes its first argument
 * and returns it. A row of a result depends on its own row of the arguments alone (and, in {@link
 * #attend}, on its own sequence): the same bits alone, in any batch, in any chunks, on any number
 * of threads.
 *
 * <p>Not safe for use by several threads at once: a model runs one forward at a time and spreads it
 * over the processor's cores itself.
 */
public interface Ops extends AutoCloseable {

  // ---- weights, prepared once when a model is loaded

  /**
   * A linear layer.
   *
   * @param weight [out, in] or [in, out], as {@code orientation} says; used where it lies
   * @param bias [out], or null for none
   */
  Linear prepareLinear(Tensor weight, @Nullable Tensor bias, Orientation orientation);

  /** A linear layer [out, in] without bias. */
  default Linear prepareLinear(Tensor weight) {
    return prepareLinear(weight, null, Orientation.OUT_IN);
  }

  /**
   * Several linear layers of the same input as one: their outputs stand side by side, in that
   * order. Nothing is copied.
   */
  Linear fuse(Linear... parts);

  /** A table of rows, [rows, columns], looked up by {@link #embed}. */
  Embedding prepareEmbedding(Tensor table);

  /**
   * A table of rows that were computed, for what does not depend on the tokens of a forward.
   *
   * @param rows of a forward of its own, begun for the purpose; copied
   */
  Embedding prepareEmbedding(Activation rows);

  /**
   * The parameters of a normalisation.
   *
   * @param weight [features]; null stands for ones
   * @param bias [features]; null stands for zeros
   * @param epsilon added to the mean square or variance
   */
  Norm prepareNorm(@Nullable Tensor weight, @Nullable Tensor bias, double epsilon, int features);

  // ---- the state of sequences

  /**
   * An empty state for one sequence of a model.
   *
   * @param layers the attention of each layer, in order; each knows its own index
   */
  SequenceState newState(List<Attention> layers);

  // ---- a forward

  /** Begins a forward: every activation made before is forgotten and its storage used again. */
  void begin();

  /**
   * Runs one layer on {@code x} and keeps its result in {@code x}'s storage; all else that the
   * layer made is forgotten. The way a family walks its layers, and where a recorder listens.
   */
  Activation layer(Layer layer, Activation x, Batch batch);

  /** The rows of the tokens of a batch: [tokens, columns of the table]. */
  Activation embed(Embedding tokens, Batch batch);

  /** The rows of the positions of a batch, each plus {@code offset}: [tokens, columns]. */
  Activation embedPositions(Embedding positions, Batch batch, int offset);

  /** The rows of a table that {@code rows} names: [rows.length, columns of the table]. */
  Activation embed(Embedding table, int[] rows);

  /**
   * Numbers from outside.
   *
   * @param values [rows, columns] row-major; copied
   */
  Activation input(float[] values, int rows, int columns);

  /** {@code x} W + b: [tokens, out]. */
  Activation linear(Activation x, Linear weights);

  /** x / sqrt(mean(x^2) + epsilon) * weight, row by row (Zhang and Sennrich 2019). */
  Activation rmsNorm(Activation x, Norm norm);

  /** (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row (Ba et al. 2016). */
  Activation layerNorm(Activation x, Norm norm);

  /**
   * Layer-normalises every query head and every key head of {@code qkv} by itself, in place; the
   * parameters have the size of a head.
   */
  Activation layerNormHeads(Activation qkv, Attention attention, Norm query, Norm key);

  /** As {@link #layerNormHeads}, by the root mean square. */
  Activation rmsNormHeads(Activation qkv, Attention attention, Norm query, Norm key);

  /**
   * Rotates queries and keys by their position, in place (Su et al. 2021, RoFormer).
   *
   * @param qkv [tokens, (heads + 2 * kvHeads) * headSize]: queries, keys, values
   */
  Activation rotate(Activation qkv, Attention attention, Rope rope, Batch batch);

  /**
   * Attention: softmax(q k^T * scale) v, over each sequence by itself. Where the batch gives a
   * sequence a state, its keys and values are written there first, and all that the state holds is
   * attended to; without a state the sequence is the rows of the batch alone.
   *
   * @param qkv [tokens, (heads + 2 * kvHeads) * headSize]: queries, keys, values
   * @return [tokens, heads * headSize]
   */
  Activation attend(Activation qkv, Attention attention, Batch batch);

  /**
   * Attention whose scores hang on distances too: softmax(q k^T * scale + bias) v, over each
   * sequence by itself, without states.
   *
   * @param qkv [tokens, (heads + 2 * kvHeads) * headSize]: queries, keys, values
   * @return [tokens, heads * headSize]
   */
  Activation attend(Activation qkv, Attention attention, ScoreBias bias, Batch batch);

  /**
   * For each token the features of those around it in its sequence, zeros outside: what a
   * convolution looks at. Number i of neighbour t, t from 0 to {@code width}, stands in column i *
   * width + t.
   *
   * @param width odd; the token itself is in the middle
   * @return [tokens, columns * width]
   */
  Activation neighbours(Activation x, int width, Batch batch);

  /** The function applied to every number of {@code x}, in place. */
  Activation activate(Nonlinearity function, Activation x);

  /**
   * function(left half) * right half, column by column.
   *
   * @param x [tokens, 2 * n]: gate and up side by side
   * @return [tokens, n]
   */
  Activation gate(Nonlinearity function, Activation x);

  /** {@code x} + {@code y}, kept in {@code x}. */
  Activation add(Activation x, Activation y);

  /** Only the rows that the batch wants logits for, in order: [wanted rows, features]. */
  Activation wantedRows(Activation x, Batch batch);

  /** The rows of {@code x} that {@code rows} names, in that order: [rows.length, features]. */
  Activation rows(Activation x, int[] rows);

  /** The mean of the rows of each sequence: [sequences, features]. */
  Activation mean(Activation x, Batch batch);

  /**
   * Copies one row out.
   *
   * @param into takes {@code x.columns()} numbers from index {@code at} on
   */
  void read(Activation x, int row, float[] into, int at);

  /** Frees all storage. Handles made by this are dead afterwards. */
  @Override
  void close();
}
