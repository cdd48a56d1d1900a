package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.util.Arrays;

/** Every kernel as plain loops: the definition that the faster rungs must equal bit for bit. */
final class ScalarKernels implements Kernels {

  @Override
  public int strip(CpuLinear.Part part, int rows, int threads) {
    return 64;
  }

  @Override
  public void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    switch (part.orientation()) {
      case OUT_IN -> linearOutIn(part, from, to, x, y, w);
      case IN_OUT -> linearInOut(part, from, to, x, y, w);
    }
  }

  private static void linearOutIn(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    float[] weights = w.weights(in);
    float[] input = w.inputs(in);
    var bias = part.bias();
    for (int o = from; o < to; o++) {
      part.weight().decode(o, 0, in, weights, 0);
      for (int r = x.first; r < x.first + x.count; r++) {
        x.x.copy(r, 0, input, 0, in);
        float sum = dot(weights, input, in, w.lanes);
        y.set(r, part.column() + o, bias == null ? sum : sum + bias[o]);
      }
    }
  }

  /** A dot product in 16 lanes; a row that is no whole number of vectors ends in zeros. */
  private static float dot(float[] a, float[] b, int count, float[] lanes) {
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < count; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        boolean there = i + lane < count;
        lanes[lane] = Math.fma(there ? a[i + lane] : 0f, there ? b[i + lane] : 0f, lanes[lane]);
      }
    }
    return Kernels.tree(lanes);
  }

  private static void linearInOut(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int out = to - from;
    float[] weights = w.weights(out);
    float[] sums = w.sums(x.count * out);
    Arrays.fill(sums, 0, x.count * out, 0f);
    for (int i = 0; i < in; i++) {
      part.weight().decode(i, from, out, weights, 0);
      for (int r = 0; r < x.count; r++) {
        float input = x.x.get(x.first + r, i);
        for (int o = 0; o < out; o++) {
          sums[r * out + o] = Math.fma(input, weights[o], sums[r * out + o]);
        }
      }
    }
    var bias = part.bias();
    for (int r = 0; r < x.count; r++) {
      for (int o = 0; o < out; o++) {
        float sum = sums[r * out + o];
        y.set(x.first + r, part.column() + from + o, bias == null ? sum : sum + bias[from + o]);
      }
    }
  }

  @Override
  public void rmsNorm(
      CpuNorm norm, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    int features = norm.features();
    float[] lanes = w.lanes;
    var weight = norm.weight();
    for (int r = from; r < to; r++) {
      Arrays.fill(lanes, 0f);
      for (int i = 0; i < features; i++) {
        float value = x.get(r, i);
        lanes[i % LANES] = Math.fma(value, value, lanes[i % LANES]);
      }
      float scale = Kernels.inverseRoot(Kernels.tree(lanes) / features, norm.epsilon());
      for (int i = 0; i < features; i++) {
        float value = x.get(r, i) * scale;
        y.set(r, i, weight == null ? value : value * weight[i]);
      }
    }
  }

  @Override
  public void layerNorm(
      CpuNorm norm, CpuActivation x, int row, int column, CpuActivation y, Workspace w) {
    int features = norm.features();
    float[] lanes = w.lanes;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < features; i++) {
      lanes[i % LANES] += x.get(row, column + i);
    }
    float mean = Kernels.tree(lanes) / features;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < features; i++) {
      float distance = x.get(row, column + i) - mean;
      lanes[i % LANES] = Math.fma(distance, distance, lanes[i % LANES]);
    }
    float scale = Kernels.inverseRoot(Kernels.tree(lanes) / features, norm.epsilon());
    var weight = norm.weight();
    var bias = norm.bias();
    for (int i = 0; i < features; i++) {
      float value = (x.get(row, column + i) - mean) * scale;
      float factor = weight == null ? 1f : weight[i];
      y.set(row, column + i, Math.fma(value, factor, bias == null ? 0f : bias[i]));
    }
  }

  @Override
  public void rotate(
      CpuActivation x, int row, int column, Rope rope, float[] table, int at, Workspace w) {
    int pairs = rope.rotaryDims() / 2;
    for (int i = 0; i < pairs; i++) {
      int first = column + (rope.style() == Rope.Style.HALVES ? i : 2 * i);
      int second = column + (rope.style() == Rope.Style.HALVES ? i + pairs : 2 * i + 1);
      float cos = table[at + i];
      float sin = table[at + pairs + i];
      float a = x.get(row, first);
      float b = x.get(row, second);
      x.set(row, first, Math.fma(a, cos, -(b * sin)));
      x.set(row, second, Math.fma(b, cos, a * sin));
    }
  }

  @Override
  public void activate(Nonlinearity function, CpuActivation x, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      for (int i = 0; i < x.columns; i++) {
        x.set(r, i, Functions.apply(function, x.get(r, i)));
      }
    }
  }

  @Override
  public void gate(
      Nonlinearity function, CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      for (int i = 0; i < y.columns; i++) {
        y.set(r, i, Functions.apply(function, x.get(r, i)) * x.get(r, y.columns + i));
      }
    }
  }

  @Override
  public void add(CpuActivation x, CpuActivation y, int from, int to, Workspace w) {
    for (int r = from; r < to; r++) {
      for (int i = 0; i < x.columns; i++) {
        x.set(r, i, x.get(r, i) + y.get(r, i));
      }
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
    for (int r = 0; r < rows; r++) {
      int first = attention.first(position + r);
      int end = attention.end(position + r, state.end());
      for (int head = firstHead * group; head < endHead * group; head++) {
        attendHead(attention, qkv, out, state, row + r, head / group, head, first, end, w);
      }
    }
  }

  private static void attendHead(
      Attention attention,
      CpuActivation qkv,
      CpuActivation out,
      KvState state,
      int row,
      int kvHead,
      int head,
      int first,
      int end,
      Workspace w) {
    int size = attention.headSize();
    long keys = state.pool.keys(attention, kvHead);
    long values = state.pool.values(attention, kvHead);

    float[] scores = w.sums(end);
    float greatest = Float.NEGATIVE_INFINITY;
    for (int p = first; p < end; p++) {
      var page = state.page(p / PAGE);
      float score = 0f;
      for (int d = 0; d < size; d++) {
        float key = page.memory.get(JAVA_FLOAT, page.offset + keys + 4L * (d * PAGE + p % PAGE));
        score = Math.fma(qkv.get(row, head * size + d), key, score);
      }
      scores[p] = score * attention.scale();
      greatest = Math.max(greatest, scores[p]);
    }

    float[] lanes = w.lanes;
    Arrays.fill(lanes, 0f);
    for (int p = first; p < end; p++) {
      scores[p] = Functions.exp(scores[p] - greatest);
      lanes[p % LANES] += scores[p];
    }
    float share = 1f / Kernels.tree(lanes);

    for (int d = 0; d < size; d++) {
      float sum = 0f;
      for (int p = first; p < end; p++) {
        var page = state.page(p / PAGE);
        float value =
            page.memory.get(JAVA_FLOAT, page.offset + values + 4L * (p % PAGE * size + d));
        sum = Math.fma(scores[p], value, sum);
      }
      out.set(row, head * size + d, sum * share);
    }
  }
}
