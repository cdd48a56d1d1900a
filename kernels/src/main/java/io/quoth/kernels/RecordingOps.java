package io.quoth.kernels;

import io.quoth.tensors.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another {@link Ops} with a notebook: keeps the hidden states at the entrance of each layer of the
 * last forward, numbered as the reference numbers them. {@code hidden_states.0} is what enters the
 * first layer; the model adds what comes behind its last layer, final norm included, with {@link
 * #keep}. Does not own the other.
 */
public final class RecordingOps implements Ops {
  private final Ops ops;
  private final List<float[]> hiddenStates = new ArrayList<>();

  /** Listens to {@code ops}. */
  public RecordingOps(Ops ops) {
    this.ops = ops;
  }

  /** The hidden states kept since the last {@link #begin}, each [tokens, features]. */
  public List<float[]> hiddenStates() {
    return List.copyOf(hiddenStates);
  }

  /** Keeps one more: the result of the whole body. */
  public void keep(Activation x) {
    float[] numbers = new float[Math.multiplyExact(x.rows(), x.columns())];
    for (int r = 0; r < x.rows(); r++) {
      ops.read(x, r, numbers, r * x.columns());
    }
    hiddenStates.add(numbers);
  }

  @Override
  public void begin() {
    hiddenStates.clear();
    ops.begin();
  }

  @Override
  public Activation layer(Layer layer, Activation x, Batch batch) {
    keep(x);
    return ops.layer((_, y, b) -> layer.forward(this, y, b), x, batch);
  }

  @Override
  public Linear prepareLinear(Tensor weight, @Nullable Tensor bias, Orientation orientation) {
    return ops.prepareLinear(weight, bias, orientation);
  }

  @Override
  public Linear fuse(Linear... parts) {
    return ops.fuse(parts);
  }

  @Override
  public Embedding prepareEmbedding(Tensor table) {
    return ops.prepareEmbedding(table);
  }

  @Override
  public Embedding prepareEmbedding(Activation rows) {
    return ops.prepareEmbedding(rows);
  }

  @Override
  public Norm prepareNorm(
      @Nullable Tensor weight, @Nullable Tensor bias, double epsilon, int features) {
    return ops.prepareNorm(weight, bias, epsilon, features);
  }

  @Override
  public SequenceState newState(List<Attention> layers) {
    return ops.newState(layers);
  }

  @Override
  public Activation embed(Embedding tokens, Batch batch) {
    return ops.embed(tokens, batch);
  }

  @Override
  public Activation embedPositions(Embedding positions, Batch batch, int offset) {
    return ops.embedPositions(positions, batch, offset);
  }

  @Override
  public Activation embed(Embedding table, int[] rows) {
    return ops.embed(table, rows);
  }

  @Override
  public Activation input(float[] values, int rows, int columns) {
    return ops.input(values, rows, columns);
  }

  @Override
  public Activation linear(Activation x, Linear weights) {
    return ops.linear(x, weights);
  }

  @Override
  public Activation rmsNorm(Activation x, Norm norm) {
    return ops.rmsNorm(x, norm);
  }

  @Override
  public Activation layerNorm(Activation x, Norm norm) {
    return ops.layerNorm(x, norm);
  }

  @Override
  public Activation layerNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    return ops.layerNormHeads(qkv, attention, query, key);
  }

  @Override
  public Activation rmsNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    return ops.rmsNormHeads(qkv, attention, query, key);
  }

  @Override
  public Activation rotate(Activation qkv, Attention attention, Rope rope, Batch batch) {
    return ops.rotate(qkv, attention, rope, batch);
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, Batch batch) {
    return ops.attend(qkv, attention, batch);
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, ScoreBias bias, Batch batch) {
    return ops.attend(qkv, attention, bias, batch);
  }

  @Override
  public Activation neighbours(Activation x, int width, Batch batch) {
    return ops.neighbours(x, width, batch);
  }

  @Override
  public Activation activate(Nonlinearity function, Activation x) {
    return ops.activate(function, x);
  }

  @Override
  public Activation gate(Nonlinearity function, Activation x) {
    return ops.gate(function, x);
  }

  @Override
  public Activation add(Activation x, Activation y) {
    return ops.add(x, y);
  }

  @Override
  public Activation wantedRows(Activation x, Batch batch) {
    return ops.wantedRows(x, batch);
  }

  @Override
  public Activation rows(Activation x, int[] rows) {
    return ops.rows(x, rows);
  }

  @Override
  public Activation mean(Activation x, Batch batch) {
    return ops.mean(x, batch);
  }

  @Override
  public void read(Activation x, int row, float[] into, int at) {
    ops.read(x, row, into, at);
  }

  /** Forgets the notebook; the other stays open. */
  @Override
  public void close() {
    hiddenStates.clear();
  }
}
