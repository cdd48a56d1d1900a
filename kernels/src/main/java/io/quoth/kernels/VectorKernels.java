package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * Kernels of the Vector API, for vectors of any width from 128 bits on. Linear layers have kernels
 * of their own for vectors of 512 bits, one of which holds all 16 lanes.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();
  private static final boolean WIDE = WIDTH == LANES;

  private final ScalarKernels scalar = new ScalarKernels();

  @Override
  public int strip(CpuLinear.Part part, int rows, int threads) {
    return WIDE ? VectorLinear.strip(part, rows, threads) : NarrowLinear.strip(part, rows, threads);
  }

  @Override
  public int rowsTogether(int in) {
    return WIDE ? VectorLinear.rowsTogether(in) : NarrowLinear.rowsTogether(in);
  }

  @Override
  public int packedSize(PackedRows rows, int in) {
    return WIDE ? VectorLinear.packedSize(rows, in) : NarrowLinear.packedSize(rows, in);
  }

  @Override
  public int packedTiles(PackedRows rows) {
    return WIDE ? VectorLinear.packedTiles(rows) : NarrowLinear.packedTiles(rows);
  }

  @Override
  public void pack(PackedRows rows, int tile, Workspace w) {
    if (WIDE) {
      VectorLinear.pack(rows, tile, w);
    } else {
      NarrowLinear.pack(rows, tile, w);
    }
  }

  @Override
  public void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    if (WIDE) {
      VectorLinear.linear(part, from, to, x, y, w);
    } else {
      NarrowLinear.linear(part, from, to, x, y, w);
    }
  }

  @Override
  public void rmsNorm(
      CpuNorm norm, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    int features = norm.features();
    int whole = features - features % LANES;
    var weight = norm.weight();
    for (int r = from; r < to; r++) {
      long source = x.at(r);
      squares(x.memory, source, 0f, whole, w.lanes);
      for (int i = whole; i < features; i++) {
        float value = x.memory.get(JAVA_FLOAT, source + 4L * i);
        w.lanes[i - whole] = Math.fma(value, value, w.lanes[i - whole]);
      }
      float scale = Kernels.inverseRoot(Kernels.tree(w.lanes) / features, norm.epsilon());
      long target = y.at(r);
      scale(x.memory, source, scale, weight, y.memory, target, whole);
      for (int i = whole; i < features; i++) {
        float value = x.memory.get(JAVA_FLOAT, source + 4L * i) * scale;
        y.memory.set(JAVA_FLOAT, target + 4L * i, weight == null ? value : value * weight[i]);
      }
    }
  }

  /** Lane by lane, the sum of (x - mean)^2. */
  private static void squares(
      MemorySegment memory, long offset, float mean, int whole, float[] lanes) {
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      var sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += LANES) {
        var distance =
            FloatVector.fromMemorySegment(F, memory, offset + 4L * i, LITTLE_ENDIAN).sub(mean);
        sum = distance.fma(distance, sum);
      }
      sum.intoArray(lanes, lane);
    }
  }

  private static void scale(
      MemorySegment x,
      long source,
      float scale,
      float @Nullable [] weight,
      MemorySegment y,
      long target,
      int whole) {
    for (int i = 0; i < whole; i += WIDTH) {
      var value = FloatVector.fromMemorySegment(F, x, source + 4L * i, LITTLE_ENDIAN).mul(scale);
      if (weight != null) {
        value = value.mul(FloatVector.fromArray(F, weight, i));
      }
      value.intoMemorySegment(y, target + 4L * i, LITTLE_ENDIAN);
    }
  }

  @Override
  public void layerNorm(
      CpuNorm norm, CpuActivation x, int row, int column, CpuActivation y, Workspace w) {
    int features = norm.features();
    int whole = features - features % LANES;
    var memory = x.memory;
    long source = x.at(row) + 4L * column;
    float[] lanes = w.lanes;
    sums(memory, source, whole, lanes);
    for (int i = whole; i < features; i++) {
      lanes[i - whole] += memory.get(JAVA_FLOAT, source + 4L * i);
    }
    float mean = Kernels.tree(lanes) / features;
    squares(memory, source, mean, whole, lanes);
    for (int i = whole; i < features; i++) {
      float distance = memory.get(JAVA_FLOAT, source + 4L * i) - mean;
      lanes[i - whole] = Math.fma(distance, distance, lanes[i - whole]);
    }
    float scale = Kernels.inverseRoot(Kernels.tree(lanes) / features, norm.epsilon());
    var weight = norm.weight();
    var bias = norm.bias();
    long target = y.at(row) + 4L * column;
    for (int i = 0; i < whole; i += WIDTH) {
      var value =
          FloatVector.fromMemorySegment(F, memory, source + 4L * i, LITTLE_ENDIAN)
              .sub(mean)
              .mul(scale);
      var factor =
          weight == null ? FloatVector.broadcast(F, 1f) : FloatVector.fromArray(F, weight, i);
      var shift = bias == null ? FloatVector.zero(F) : FloatVector.fromArray(F, bias, i);
      value.fma(factor, shift).intoMemorySegment(y.memory, target + 4L * i, LITTLE_ENDIAN);
    }
    for (int i = whole; i < features; i++) {
      float value = (memory.get(JAVA_FLOAT, source + 4L * i) - mean) * scale;
      float factor = weight == null ? 1f : weight[i];
      y.memory.set(
          JAVA_FLOAT, target + 4L * i, Math.fma(value, factor, bias == null ? 0f : bias[i]));
    }
  }

  private static void sums(MemorySegment memory, long offset, int whole, float[] lanes) {
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      var sum = FloatVector.zero(F);
      for (int i = lane; i < whole; i += LANES) {
        sum = sum.add(FloatVector.fromMemorySegment(F, memory, offset + 4L * i, LITTLE_ENDIAN));
      }
      sum.intoArray(lanes, lane);
    }
  }

  @Override
  public void rotate(
      CpuActivation x, int row, int column, Rope rope, float[] table, int at, Workspace w) {
    int pairs = rope.rotaryDims() / 2;
    if (rope.style() == Rope.Style.PAIRS || pairs % WIDTH != 0) {
      scalar.rotate(x, row, column, rope, table, at, w);
      return;
    }
    var memory = x.memory;
    long first = x.at(row) + 4L * column;
    long second = first + 4L * pairs;
    for (int i = 0; i < pairs; i += WIDTH) {
      var cos = FloatVector.fromArray(F, table, at + i);
      var sin = FloatVector.fromArray(F, table, at + pairs + i);
      var a = FloatVector.fromMemorySegment(F, memory, first + 4L * i, LITTLE_ENDIAN);
      var b = FloatVector.fromMemorySegment(F, memory, second + 4L * i, LITTLE_ENDIAN);
      a.fma(cos, b.mul(sin).neg()).intoMemorySegment(memory, first + 4L * i, LITTLE_ENDIAN);
      b.fma(cos, a.mul(sin)).intoMemorySegment(memory, second + 4L * i, LITTLE_ENDIAN);
    }
  }

  @Override
  public void activate(Nonlinearity function, CpuActivation x, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      VectorFunctions.apply(function, x.memory, x.at(r), x.columns, w);
    }
  }

  @Override
  public void gate(
      Nonlinearity function, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      MemorySegment.copy(x.memory, x.at(r), y.memory, y.at(r), 4L * y.columns);
      VectorFunctions.apply(function, y.memory, y.at(r), y.columns, w);
      multiply(y.memory, y.at(r), x.memory, x.at(r) + 4L * y.columns, y.columns);
    }
  }

  private static void multiply(
      MemorySegment y, long target, MemorySegment x, long source, int count) {
    int whole = count - count % WIDTH;
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromMemorySegment(F, y, target + 4L * i, LITTLE_ENDIAN)
          .mul(FloatVector.fromMemorySegment(F, x, source + 4L * i, LITTLE_ENDIAN))
          .intoMemorySegment(y, target + 4L * i, LITTLE_ENDIAN);
    }
    for (int i = whole; i < count; i++) {
      float product = y.get(JAVA_FLOAT, target + 4L * i) * x.get(JAVA_FLOAT, source + 4L * i);
      y.set(JAVA_FLOAT, target + 4L * i, product);
    }
  }

  @Override
  public void add(CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      add(x.memory, x.at(r), y.memory, y.at(r), x.columns);
    }
  }

  private static void add(MemorySegment x, long target, MemorySegment y, long source, int count) {
    int whole = count - count % WIDTH;
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector.fromMemorySegment(F, x, target + 4L * i, LITTLE_ENDIAN)
          .add(FloatVector.fromMemorySegment(F, y, source + 4L * i, LITTLE_ENDIAN))
          .intoMemorySegment(x, target + 4L * i, LITTLE_ENDIAN);
    }
    for (int i = whole; i < count; i++) {
      float sum = x.get(JAVA_FLOAT, target + 4L * i) + y.get(JAVA_FLOAT, source + 4L * i);
      x.set(JAVA_FLOAT, target + 4L * i, sum);
    }
  }

  @Override
  public int attentionRows(Attention attention) {
    // Where all see all, a share's rows are the outputs of a matrix product.
    int group = attention.heads() / attention.kvHeads();
    return attention.causal() || !WIDE
        ? Kernels.super.attentionRows(attention)
        : Math.max(1, VectorMutualAttention.QUERIES / group);
  }

  @Override
  public void attend(
      Attention attention,
      CpuActivation qkv,
      CpuActivation out,
      KvState state,
      int row,
      int rows,
      int position,
      int firstHead,
      int endHead,
      Workspace w) {
    if (WIDE && VectorMutualAttention.serves(attention, state, position, rows)) {
      for (int head = firstHead; head < endHead; head++) {
        VectorMutualAttention.attend(attention, qkv, out, state, row, rows, head, w);
      }
    } else if (attention.headSize() % WIDTH == 0) {
      VectorAttention.attend(
          attention, qkv, out, state, row, rows, position, firstHead, endHead, w);
    } else {
      scalar.attend(attention, qkv, out, state, row, rows, position, firstHead, endHead, w);
    }
  }
}
