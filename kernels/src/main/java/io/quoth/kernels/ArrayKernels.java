package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.quoth.kernels.PagePool.Page;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The kernels of {@link ScalarKernels}, bit for bit, on rows that are copied to Java arrays first.
 * Native memory is read and written through a dozen calls a number until the compiler has come to
 * the loop, an array is not; so this is what a first forward runs on, and what there is where the
 * Vector API is missing.
 */
final class ArrayKernels implements Kernels {
  private static final int STRIP = 64;

  /** Numbers of packed rows that stay in a cache while the weights go by. */
  private static final int TOGETHER = 1 << 20;

  @Override
  public int strip(CpuLinear.Part part, int rows, int threads) {
    return STRIP;
  }

  @Override
  public int rowsTogether(int in) {
    return Math.clamp(TOGETHER / pad(in), 16, 512);
  }

  @Override
  public int packedSize(PackedRows rows, int in) {
    return rows.count * pad(in);
  }

  @Override
  public int packedTiles(PackedRows rows) {
    return rows.count;
  }

  /** Rows one behind the other, each with zeros up to whole vectors of lanes. */
  @Override
  public void pack(PackedRows rows, int tile, Workspace w) {
    int columns = rows.x.columns;
    int at = tile * pad(columns);
    rows.x.copy(rows.first + tile, 0, rows.numbers, at, columns);
    Arrays.fill(rows.numbers, at + columns, at + pad(columns), 0f);
  }

  private static int pad(int count) {
    return (count + LANES - 1) / LANES * LANES;
  }

  @Override
  public void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int out = to - from;
    float[] sums = w.sums(x.count * out);
    switch (part.orientation()) {
      case OUT_IN -> dots(part, from, out, x, sums, w);
      case IN_OUT -> chains(part, from, out, x, sums, w);
    }
    var bias = part.bias();
    for (int r = 0; r < x.count; r++) {
      if (bias != null) {
        for (int o = 0; o < out; o++) {
          sums[r * out + o] += bias[from + o];
        }
      }
      y.write(x.first + r, part.column() + from, sums, r * out, out);
    }
  }

  private static void dots(
      CpuLinear.Part part, int from, int out, PackedRows x, float[] sums, Workspace w) {
    int in = part.in();
    int padded = pad(in);
    float[] weights = w.weights(padded);
    Arrays.fill(weights, in, padded, 0f);
    for (int o = 0; o < out; o++) {
      part.weight().decodeCopy(from + o, 0, in, weights, 0, w);
      for (int r = 0; r < x.count; r++) {
        sums[r * out + o] = dot(weights, x.numbers, r * padded, padded);
      }
    }
  }

  /** A dot product in 16 lanes, and the tree: a lane a variable. */
  private static float dot(float[] a, float[] b, int at, int count) {
    float l0 = 0f;
    float l1 = 0f;
    float l2 = 0f;
    float l3 = 0f;
    float l4 = 0f;
    float l5 = 0f;
    float l6 = 0f;
    float l7 = 0f;
    float l8 = 0f;
    float l9 = 0f;
    float l10 = 0f;
    float l11 = 0f;
    float l12 = 0f;
    float l13 = 0f;
    float l14 = 0f;
    float l15 = 0f;
    for (int i = 0; i < count; i += LANES) {
      l0 = Math.fma(a[i], b[at + i], l0);
      l1 = Math.fma(a[i + 1], b[at + i + 1], l1);
      l2 = Math.fma(a[i + 2], b[at + i + 2], l2);
      l3 = Math.fma(a[i + 3], b[at + i + 3], l3);
      l4 = Math.fma(a[i + 4], b[at + i + 4], l4);
      l5 = Math.fma(a[i + 5], b[at + i + 5], l5);
      l6 = Math.fma(a[i + 6], b[at + i + 6], l6);
      l7 = Math.fma(a[i + 7], b[at + i + 7], l7);
      l8 = Math.fma(a[i + 8], b[at + i + 8], l8);
      l9 = Math.fma(a[i + 9], b[at + i + 9], l9);
      l10 = Math.fma(a[i + 10], b[at + i + 10], l10);
      l11 = Math.fma(a[i + 11], b[at + i + 11], l11);
      l12 = Math.fma(a[i + 12], b[at + i + 12], l12);
      l13 = Math.fma(a[i + 13], b[at + i + 13], l13);
      l14 = Math.fma(a[i + 14], b[at + i + 14], l14);
      l15 = Math.fma(a[i + 15], b[at + i + 15], l15);
    }
    float q0 = l0 + l8 + (l4 + l12);
    float q1 = l1 + l9 + (l5 + l13);
    float q2 = l2 + l10 + (l6 + l14);
    float q3 = l3 + l11 + (l7 + l15);
    return q0 + q2 + (q1 + q3);
  }

  private static void chains(
      CpuLinear.Part part, int from, int out, PackedRows x, float[] sums, Workspace w) {
    int in = part.in();
    int padded = pad(in);
    float[] weights = w.weights(out);
    Arrays.fill(sums, 0, x.count * out, 0f);
    for (int i = 0; i < in; i++) {
      part.weight().decodeCopy(i, from, out, weights, 0, w);
      for (int r = 0; r < x.count; r++) {
        addScaled(x.numbers[r * padded + i], weights, 0, sums, r * out, out);
      }
    }
  }

  /** sums = sums + factor * numbers, fused. */
  private static void addScaled(
      float factor, float[] numbers, int from, float[] sums, int at, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] = Math.fma(factor, numbers[from + i], sums[at + i]);
    }
  }

  @Override
  public void rmsNorm(
      CpuNorm norm, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    int features = norm.features();
    int padded = pad(features);
    float[] row = w.inputs(padded);
    var weight = norm.weight();
    for (int r = from; r < to; r++) {
      x.copy(r, 0, row, 0, features);
      Arrays.fill(row, features, padded, 0f);
      float mean = dot(row, row, 0, padded) / features;
      float scale = Kernels.inverseRoot(mean, norm.epsilon());
      for (int i = 0; i < features; i++) {
        float value = row[i] * scale;
        row[i] = weight == null ? value : value * weight[i];
      }
      y.write(r, 0, row, 0, features);
    }
  }

  @Override
  public void layerNorm(
      CpuNorm norm, CpuActivation x, int row, int column, CpuActivation y, Workspace w) {
    int features = norm.features();
    float[] numbers = w.inputs(features);
    x.copy(row, column, numbers, 0, features);
    float[] lanes = w.lanes;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < features; i++) {
      lanes[i % LANES] += numbers[i];
    }
    float mean = Kernels.tree(lanes) / features;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < features; i++) {
      float distance = numbers[i] - mean;
      lanes[i % LANES] = Math.fma(distance, distance, lanes[i % LANES]);
    }
    float scale = Kernels.inverseRoot(Kernels.tree(lanes) / features, norm.epsilon());
    var weight = norm.weight();
    var bias = norm.bias();
    for (int i = 0; i < features; i++) {
      float value = (numbers[i] - mean) * scale;
      float factor = weight == null ? 1f : weight[i];
      numbers[i] = Math.fma(value, factor, bias == null ? 0f : bias[i]);
    }
    y.write(row, column, numbers, 0, features);
  }

  @Override
  public void rotate(
      CpuActivation x, int row, int column, Rope rope, float[] table, int at, Workspace w) {
    int dims = rope.rotaryDims();
    int pairs = dims / 2;
    boolean halves = rope.style() == Rope.Style.HALVES;
    float[] head = w.inputs(dims);
    x.copy(row, column, head, 0, dims);
    for (int i = 0; i < pairs; i++) {
      int first = halves ? i : 2 * i;
      int second = halves ? i + pairs : 2 * i + 1;
      float cos = table[at + i];
      float sin = table[at + pairs + i];
      float a = head[first];
      float b = head[second];
      head[first] = Math.fma(a, cos, -(b * sin));
      head[second] = Math.fma(b, cos, a * sin);
    }
    x.write(row, column, head, 0, dims);
  }

  @Override
  public void activate(Nonlinearity function, CpuActivation x, int from, int to, Workspace w) {
    float[] row = w.inputs(x.columns);
    for (int r = from; r < to; r++) {
      x.copy(r, 0, row, 0, x.columns);
      for (int i = 0; i < x.columns; i++) {
        row[i] = Functions.apply(function, row[i]);
      }
      x.write(r, 0, row, 0, x.columns);
    }
  }

  @Override
  public void gate(
      Nonlinearity function, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    int columns = y.columns;
    float[] row = w.inputs(2 * columns);
    for (int r = from; r < to; r++) {
      x.copy(r, 0, row, 0, 2 * columns);
      for (int i = 0; i < columns; i++) {
        row[i] = Functions.apply(function, row[i]) * row[columns + i];
      }
      y.write(r, 0, row, 0, columns);
    }
  }

  @Override
  public void add(CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    int columns = x.columns;
    float[] sums = w.sums(columns);
    float[] summands = w.inputs(columns);
    for (int r = from; r < to; r++) {
      x.copy(r, 0, sums, 0, columns);
      y.copy(r, 0, summands, 0, columns);
      for (int i = 0; i < columns; i++) {
        sums[i] += summands[i];
      }
      x.write(r, 0, sums, 0, columns);
    }
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
    int group = attention.heads() / attention.kvHeads();
    int size = attention.headSize();
    float[] numbers = w.inputs(size);
    for (int r = row; r < row + rows; r++) {
      int first = attention.first(position + r - row);
      int end = attention.end(position + r - row, state.end());
      for (int head = firstHead * group; head < endHead * group; head++) {
        qkv.copy(r, head * size, numbers, 0, size);
        float[] scores = w.sums(end);
        scores(attention, numbers, state, head / group, first, end, scores, w);
        float share = exponents(scores, first, end, w.lanes);
        values(attention, scores, state, head / group, first, end, numbers, w);
        for (int d = 0; d < size; d++) {
          numbers[d] *= share;
        }
        out.write(r, head * size, numbers, 0, size);
      }
    }
  }

  private static void scores(
      Attention attention,
      float[] query,
      KvState state,
      int kvHead,
      int first,
      int end,
      float[] scores,
      Workspace w) {
    int size = attention.headSize();
    float[] keys = w.weights(PAGE * size);
    long at = state.pool.keys(attention, kvHead);
    for (int p = first; p < end; p++) {
      if (p == first || p % PAGE == 0) {
        read(state.page(p / PAGE), at, keys, PAGE * size);
      }
      float score = 0f;
      for (int d = 0; d < size; d++) {
        score = Math.fma(query[d], keys[d * PAGE + p % PAGE], score);
      }
      scores[p] = score * attention.scale();
    }
  }

  /** Scores less the greatest become powers of e; returns 1 / their sum. */
  private static float exponents(float[] scores, int first, int end, float[] lanes) {
    float greatest = Float.NEGATIVE_INFINITY;
    for (int p = first; p < end; p++) {
      greatest = Math.max(greatest, scores[p]);
    }
    Arrays.fill(lanes, 0f);
    for (int p = first; p < end; p++) {
      scores[p] = Functions.exp(scores[p] - greatest);
      lanes[p % LANES] += scores[p];
    }
    return 1f / Kernels.tree(lanes);
  }

  private static void values(
      Attention attention,
      float[] scores,
      KvState state,
      int kvHead,
      int first,
      int end,
      float[] sums,
      Workspace w) {
    int size = attention.headSize();
    float[] values = w.weights(PAGE * size);
    long at = state.pool.values(attention, kvHead);
    Arrays.fill(sums, 0, size, 0f);
    for (int p = first; p < end; p++) {
      if (p == first || p % PAGE == 0) {
        read(state.page(p / PAGE), at, values, PAGE * size);
      }
      addScaled(scores[p], values, p % PAGE * size, sums, 0, size);
    }
  }

  private static void read(Page page, long at, float[] into, int count) {
    MemorySegment.copy(page.memory, JAVA_FLOAT, page.offset + at, into, 0, count);
  }
}
