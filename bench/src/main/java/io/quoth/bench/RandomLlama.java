package io.quoth.bench;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.quoth.kernels.Activation;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Embedding;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Nonlinearity;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Rope;
import io.quoth.kernels.SequenceState;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A Llama of any shape with random weights in native memory. */
final class RandomLlama implements AutoCloseable {
  private record Block(
      Attention attention,
      Norm attentionNorm,
      Linear qkv,
      Linear output,
      Norm feedForwardNorm,
      Linear gateUp,
      Linear down) {}

  private final Shape shape;
  private final CpuOps ops;
  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(1);
  private final Embedding embedding;
  private final List<Attention> attentions = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();
  private final Norm norm;
  private final Linear head;
  private final Batch batch = new Batch();
  private final float[] logits;

  RandomLlama(Shape shape, CpuOps ops) {
    this.shape = shape;
    this.ops = ops;
    int hidden = shape.hidden();
    var table = tensor(shape.vocabulary(), hidden);
    embedding = ops.prepareEmbedding(table);
    head = ops.prepareLinear(shape.tied() ? table : tensor(shape.vocabulary(), hidden));
    norm = ops.prepareNorm(null, null, 1e-5, hidden);
    var rope = rope(shape.headSize());
    for (int i = 0; i < shape.layers(); i++) {
      var attention =
          new Attention(
              i,
              shape.heads(),
              shape.kvHeads(),
              shape.headSize(),
              (float) (1 / Math.sqrt(shape.headSize())),
              true);
      attentions.add(attention);
      layers.add(layer(block(attention), rope));
    }
    logits = new float[shape.vocabulary()];
  }

  private Block block(Attention attention) {
    int hidden = shape.hidden();
    int queries = attention.outColumns();
    int keys = shape.kvHeads() * shape.headSize();
    return new Block(
        attention,
        ops.prepareNorm(null, null, 1e-5, hidden),
        ops.fuse(linear(queries, hidden), linear(keys, hidden), linear(keys, hidden)),
        linear(hidden, queries),
        ops.prepareNorm(null, null, 1e-5, hidden),
        ops.fuse(linear(shape.feedForward(), hidden), linear(shape.feedForward(), hidden)),
        linear(hidden, shape.feedForward()));
  }

  private static Layer layer(Block block, Rope rope) {
    return (ops, x, batch) -> {
      var attention = block.attention();
      var qkv = ops.linear(ops.rmsNorm(x, block.attentionNorm()), block.qkv());
      ops.rotate(qkv, attention, rope, batch);
      x = ops.add(x, ops.linear(ops.attend(qkv, attention, batch), block.output()));
      var h = ops.linear(ops.rmsNorm(x, block.feedForwardNorm()), block.gateUp());
      return ops.add(x, ops.linear(ops.gate(Nonlinearity.SILU, h), block.down()));
    };
  }

  private static Rope rope(int headSize) {
    float[] frequencies = new float[headSize / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(500_000, -2.0 * i / headSize);
    }
    return new Rope(headSize, frequencies, 1f, Rope.Style.HALVES, null);
  }

  private Linear linear(int out, int in) {
    return ops.prepareLinear(tensor(out, in));
  }

  private Tensor tensor(int out, int in) {
    return tensor("random", shape.dtype(), out, in, random, arena);
  }

  /** Random weights [out, in] that keep numbers as large as they are. */
  static Tensor tensor(String name, DType dtype, int out, int in, Random random, Arena arena) {
    var data = arena.allocate(dtype.bytes((long) out * in), 64);
    // One stretch of random numbers, again and again: values do not matter for speed.
    float scale = (float) (1 / Math.sqrt(in));
    var stretch = Arena.ofAuto().allocate(dtype.bytes(4099));
    for (int i = 0; i < 4099; i++) {
      float value = (float) random.nextGaussian() * scale;
      switch (dtype) {
        case F32 -> stretch.setAtIndex(JAVA_FLOAT, i, value);
        case BF16 ->
            stretch.setAtIndex(JAVA_SHORT, i, (short) (Float.floatToRawIntBits(value) >>> 16));
        case F16 -> stretch.setAtIndex(JAVA_SHORT, i, Float.floatToFloat16(value));
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
    for (long at = 0; at < data.byteSize(); at += stretch.byteSize()) {
      long size = Math.min(stretch.byteSize(), data.byteSize() - at);
      MemorySegment.copy(stretch, 0, data, at, size);
    }
    return new Tensor(name, dtype, new long[] {out, in}, data);
  }

  SequenceState newState() {
    return ops.newState(attentions);
  }

  /** Runs {@code ids[from..to)} behind the state and leaves the logits of the last. */
  void forward(SequenceState state, int[] ids, int from, int to) {
    batch.clear();
    batch.add(state, ids, from, to, to, Batch.Want.LAST);
    ops.begin();
    Activation x = ops.embed(embedding, batch);
    for (int i = 0; i < layers.size(); i++) {
      x = ops.layer(layers.get(i), x, batch);
    }
    var last = ops.wantedRows(x, batch);
    ops.read(ops.linear(ops.rmsNorm(last, norm), head), 0, logits, 0);
  }

  /** The id with the greatest logit of the last forward. */
  int greedy() {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() {
    arena.close();
  }
}
