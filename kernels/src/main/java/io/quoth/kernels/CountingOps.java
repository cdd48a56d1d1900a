package io.quoth.kernels;

import io.quoth.tensors.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Ops} that compute nothing and count what would be computed. Weights may be shapes without
 * numbers ({@link Tensor#shapeOnly}). Also how a model is built for the sake of its shapes alone.
 *
 * <p>Counted are floating-point operations, a multiply-add as two; of functions like exp each
 * counts as one.
 */
public final class CountingOps implements Ops {
  private long operations;

  private record Shape(int rows, int columns) implements Activation {}

  private record Matrix(int in, int out, boolean bias) implements Linear {}

  private record Table(int rows, int columns) implements Embedding {}

  private record Features(int features) implements Norm {}

  /** Operations counted since {@link #begin}. */
  public long operations() {
    return operations;
  }

  @Override
  public Linear prepareLinear(Tensor weight, @Nullable Tensor bias, Orientation orientation) {
    int first = Math.toIntExact(weight.size(0));
    int second = Math.toIntExact(weight.size(1));
    return switch (orientation) {
      case OUT_IN -> new Matrix(second, first, bias != null);
      case IN_OUT -> new Matrix(first, second, bias != null);
    };
  }

  @Override
  public Linear fuse(Linear... parts) {
    int out = 0;
    boolean bias = false;
    for (Linear part : parts) {
      out = Math.addExact(out, part.out());
      bias |= ((Matrix) part).bias;
    }
    return new Matrix(parts[0].in(), out, bias);
  }

  @Override
  public Embedding prepareEmbedding(Tensor table) {
    return new Table(Math.toIntExact(table.size(0)), Math.toIntExact(table.size(1)));
  }

  @Override
  public Embedding prepareEmbedding(Activation rows) {
    return new Table(rows.rows(), rows.columns());
  }

  @Override
  public Norm prepareNorm(
      @Nullable Tensor weight, @Nullable Tensor bias, double epsilon, int features) {
    return new Features(features);
  }

  @Override
  public SequenceState newState(List<Attention> layers) {
    return stateOf(0);
  }

  /** A state that says it remembers {@code length} tokens. */
  public SequenceState stateOf(int length) {
    return new State(length);
  }

  private record State(int length) implements SequenceState {
    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public SequenceState fork() {
      return this;
    }

    @Override
    public void truncate(int length) {
      throw new UnsupportedOperationException("a state that only counts");
    }

    @Override
    public void close() {}
  }

  @Override
  public void begin() {
    operations = 0;
  }

  @Override
  public Activation layer(Layer layer, Activation x, Batch batch) {
    return layer.forward(this, x, batch);
  }

  @Override
  public Activation embed(Embedding tokens, Batch batch) {
    return new Shape(batch.tokens(), tokens.columns());
  }

  @Override
  public Activation embedPositions(Embedding positions, Batch batch, int offset) {
    return new Shape(batch.tokens(), positions.columns());
  }

  @Override
  public Activation embed(Embedding table, int[] rows) {
    return new Shape(rows.length, table.columns());
  }

  @Override
  public Activation input(float[] values, int rows, int columns) {
    return new Shape(rows, columns);
  }

  @Override
  public Activation linear(Activation x, Linear weights) {
    long each = 2L * weights.in() * weights.out() + (((Matrix) weights).bias ? weights.out() : 0);
    operations += x.rows() * each;
    return new Shape(x.rows(), weights.out());
  }

  @Override
  public Activation rmsNorm(Activation x, Norm norm) {
    return each(4, x);
  }

  @Override
  public Activation layerNorm(Activation x, Norm norm) {
    return each(7, x);
  }

  @Override
  public Activation layerNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    long heads = (long) attention.heads() + attention.kvHeads();
    operations += 7L * heads * attention.headSize() * qkv.rows();
    return qkv;
  }

  @Override
  public Activation rmsNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    long heads = (long) attention.heads() + attention.kvHeads();
    operations += 4L * heads * attention.headSize() * qkv.rows();
    return qkv;
  }

  @Override
  public Activation rotate(Activation qkv, Attention attention, Rope rope, Batch batch) {
    long heads = (long) attention.heads() + attention.kvHeads();
    operations += 3L * heads * rope.rotaryDims() * qkv.rows();
    return qkv;
  }

  /** Scores and values: 2 operations a number each; the softmax: 5 a score. */
  @Override
  public Activation attend(Activation qkv, Attention attention, Batch batch) {
    long perPair = attention.heads() * (4L * attention.headSize() + 5);
    for (int s = 0; s < batch.sequences(); s++) {
      int length = batch.position(batch.end(s) - 1) + 1;
      for (int row = batch.start(s); row < batch.end(s); row++) {
        int position = batch.position(row);
        operations += perPair * (attention.end(position, length) - attention.first(position));
      }
    }
    return new Shape(qkv.rows(), attention.outColumns());
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, ScoreBias bias, Batch batch) {
    // A product with the key or query of a distance costs as much as that of query and key.
    int products =
        bias instanceof Disentangled both
            ? (both.keys() == null ? 0 : 1) + (both.queries() == null ? 0 : 1)
            : 0;
    long before = operations;
    Activation result = attend(qkv, attention, batch);
    long pairs = (operations - before) / (4L * attention.headSize() + 5);
    operations += pairs * (products * 2L * attention.headSize() + 1);
    return result;
  }

  @Override
  public Activation neighbours(Activation x, int width, Batch batch) {
    return new Shape(x.rows(), x.columns() * width);
  }

  @Override
  public Activation activate(Nonlinearity function, Activation x) {
    return each(4, x);
  }

  @Override
  public Activation gate(Nonlinearity function, Activation x) {
    return each(5, new Shape(x.rows(), x.columns() / 2));
  }

  @Override
  public Activation add(Activation x, Activation y) {
    return each(1, x);
  }

  private Activation each(int count, Activation x) {
    operations += (long) count * x.rows() * x.columns();
    return x;
  }

  @Override
  public Activation wantedRows(Activation x, Batch batch) {
    return new Shape(batch.wantedRows(), x.columns());
  }

  @Override
  public Activation rows(Activation x, int[] rows) {
    return new Shape(rows.length, x.columns());
  }

  @Override
  public Activation mean(Activation x, Batch batch) {
    each(1, x);
    return new Shape(batch.sequences(), x.columns());
  }

  @Override
  public void read(Activation x, int row, float[] into, int at) {
    throw new UnsupportedOperationException("nothing was computed");
  }

  @Override
  public void close() {}
}
