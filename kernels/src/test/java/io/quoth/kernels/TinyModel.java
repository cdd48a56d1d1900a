package io.quoth.kernels;

import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A model of random weights and awkward sizes that goes through every verb: Llama's blocks and
 * GPT-2's in turns.
 */
final class TinyModel implements AutoCloseable {
  static final int VOCABULARY = 37;
  private static final int HIDDEN = 47;

  /** Sizes of a head: several vectors of any width and a rest, and one that fits none. */
  private static final int LLAMA_HEAD = 80;

  private static final int GPT2_HEAD = 10;
  private static final Nonlinearity[] FUNCTIONS = Nonlinearity.values();
  private static final DType[] TYPES = {DType.F32, DType.BF16, DType.F16};

  private record Block(
      Attention attention,
      Norm first,
      Linear qkv,
      Norm queryNorm,
      Norm keyNorm,
      Linear output,
      Norm second,
      Linear up,
      Linear down) {}

  final CpuOps ops;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Embedding embedding;
  private final Embedding positions;
  private final Linear head;
  private final Rope rope;
  private final Rope pairRope;
  private final Batch batch = new Batch();

  TinyModel(Rung rung, int threads, int count) {
    ops = new CpuOps(rung, threads);
    var numbers = new Numbers(42);
    embedding = ops.prepareEmbedding(numbers.tensor(DType.BF16, 0, VOCABULARY, HIDDEN));
    positions = ops.prepareEmbedding(numbers.tensor(DType.F16, 2, 512, HIDDEN));
    for (int i = 0; i < count; i++) {
      boolean llama = i % 2 == 0;
      var orientation = llama ? Orientation.OUT_IN : Orientation.IN_OUT;
      int size = llama ? LLAMA_HEAD : GPT2_HEAD;
      var attention = new Attention(i, 6, 2, size, 0.3f, true);
      int ff = 131;
      blocks.add(
          new Block(
              attention,
              norm(numbers, HIDDEN),
              ops.fuse(
                  linear(numbers, HIDDEN, 6 * size, orientation, i),
                  linear(numbers, HIDDEN, 2 * size, orientation, i + 1),
                  linear(numbers, HIDDEN, 2 * size, orientation, i + 2)),
              norm(numbers, size),
              norm(numbers, size),
              linear(numbers, 6 * size, HIDDEN, orientation, i),
              norm(numbers, HIDDEN),
              linear(numbers, HIDDEN, llama ? 2 * ff : ff, orientation, i),
              linear(numbers, ff, HIDDEN, orientation, i)));
    }
    for (var block : blocks) {
      boolean llama = block.attention().layer() % 2 == 0;
      layers.add((_, x, b) -> llama ? llama(block, x, b) : gpt2(block, x, b));
    }
    head = linear(numbers, HIDDEN, VOCABULARY, Orientation.OUT_IN, 0);
    rope = new Rope(32, numbers.floats(16), 1.1f, Rope.Style.HALVES, null);
    float[] frequencies = {1f, 0.3f, 0.1f, 0.03f};
    pairRope = new Rope(8, frequencies, 1f, Rope.Style.PAIRS, new Rope.Dynamic(10_000, 2, 16));
  }

  private Norm norm(Numbers numbers, int features) {
    Tensor weight = numbers.tensor(DType.F32, 4, features);
    return ops.prepareNorm(weight, numbers.tensor(DType.BF16, 0, features), 1e-5, features);
  }

  private Linear linear(Numbers numbers, int in, int out, Orientation orientation, int type) {
    float[] values = numbers.floats(in * out);
    for (int i = 0; i < values.length; i++) {
      values[i] /= (float) Math.sqrt(in);
    }
    long[] shape = orientation == Orientation.OUT_IN ? new long[] {out, in} : new long[] {in, out};
    var dtype = TYPES[type % TYPES.length];
    return ops.prepareLinear(
        Numbers.tensor(dtype, 2 * dtype.blockBytes() - 1, values, shape),
        type % 2 == 0 ? null : numbers.tensor(DType.F32, 0, out),
        orientation);
  }

  SequenceState newState() {
    return ops.newState(blocks.stream().map(Block::attention).toList());
  }

  /** Logits of the rows that the batch wants. */
  Activation forward(Batch sequences) {
    ops.begin();
    var x = ops.embed(embedding, sequences);
    x = ops.add(x, ops.embedPositions(positions, sequences, 2));
    for (int i = 0; i < layers.size(); i++) {
      x = ops.layer(layers.get(i), x, sequences);
    }
    return ops.linear(ops.wantedRows(x, sequences), head);
  }

  private Activation llama(Block block, Activation x, Batch sequences) {
    var attention = block.attention();
    var qkv = ops.linear(ops.rmsNorm(x, block.first()), block.qkv());
    ops.layerNormHeads(qkv, attention, block.queryNorm(), block.keyNorm());
    ops.rotate(qkv, attention, rope, sequences);
    x = ops.add(x, ops.linear(ops.attend(qkv, attention, sequences), block.output()));
    var h = ops.linear(ops.rmsNorm(x, block.second()), block.up());
    return ops.add(ops.linear(ops.gate(Nonlinearity.SILU, h), block.down()), x);
  }

  private Activation gpt2(Block block, Activation x, Batch sequences) {
    var attention = block.attention();
    var qkv = ops.linear(ops.layerNorm(x, block.first()), block.qkv());
    ops.rotate(qkv, attention, pairRope, sequences);
    x = ops.add(x, ops.linear(ops.attend(qkv, attention, sequences), block.output()));
    var h = ops.linear(ops.layerNorm(x, block.second()), block.up());
    for (var function : FUNCTIONS) {
      ops.activate(function, h);
    }
    return ops.add(x, ops.linear(h, block.down()));
  }

  /** The logits of the last of {@code ids[from..to)} behind what the state remembers. */
  float[] logits(SequenceState state, int[] ids, int from, int to) {
    return logits(state, ids, from, to, 100);
  }

  float[] logits(SequenceState state, int[] ids, int from, int to, int promptLength) {
    batch.clear();
    batch.add(state, ids, from, to, promptLength, Batch.Want.LAST);
    var logits = forward(batch);
    float[] numbers = new float[VOCABULARY];
    ops.read(logits, 0, numbers, 0);
    return numbers;
  }

  /** The logits of every row of a batch, one array a row. */
  float[][] rows(Batch sequences) {
    var logits = forward(sequences);
    float[][] rows = new float[logits.rows()][VOCABULARY];
    for (int r = 0; r < rows.length; r++) {
      ops.read(logits, r, rows[r], 0);
    }
    return rows;
  }

  @Override
  public void close() {
    ops.close();
  }
}
