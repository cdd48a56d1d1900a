package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention with vectors of any width: the scores of some positions are one vector, since keys lie
 * transposed; so are some numbers of a value. Four queries go through the cache together, a page at
 * a time: the heads of a group, or neighbouring rows.
 */
final class VectorAttention {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();

  /** Bytes of a vector. */
  private static final long VECTOR = (long) Float.BYTES * WIDTH;

  private static final int LANES = Kernels.LANES;
  private static final int PAGE = Kernels.PAGE;

  /** Queries that go together. */
  static final int TOGETHER = 4;

  private VectorAttention() {}

  /**
   * As {@link Kernels#attend}; the size of a head must be a multiple of {@link #WIDTH}. Pages are
   * the outer loop: what all heads read of one lies there one behind the other.
   */
  static void attend(
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
    int size = attention.headSize();
    int group = attention.heads() / attention.kvHeads();
    int queries = rows * group;
    int padded = (queries + TOGETHER - 1) / TOGETHER * TOGETHER;
    int heads = endHead - firstHead;
    int all = heads * padded;
    int firstPage = attention.first(position) / PAGE;
    int end = attention.end(position + rows - 1, state.end());
    int endPage = (end + PAGE - 1) / PAGE;
    int stride = (endPage - firstPage) * PAGE;

    // Query q of a head is its query head q % group of row q / group; padded with zeros.
    float[] query = w.inputs(all * size);
    for (int h = 0; h < heads; h++) {
      int into = h * padded * size;
      int column = (firstHead + h) * group * size;
      for (int r = 0; r < rows; r++) {
        qkv.copy(row + r, column, query, into + r * group * size, group * size);
      }
      Arrays.fill(query, into + queries * size, into + padded * size, 0f);
    }

    float[] scores = w.sums(all * stride);
    for (int p = firstPage; p < endPage; p++) {
      var page = state.page(p);
      for (int i = 0; i < all; i += TOGETHER) {
        long keys = page.offset + state.pool.keys(attention, firstHead + i / padded);
        int into = i * stride + (p - firstPage) * PAGE;
        for (int t = 0; t < Math.min(PAGE, end - p * PAGE); t += 4 * WIDTH) {
          scores(page.memory, keys + 4L * t, query, i * size, size, scores, into + t, stride);
        }
      }
    }

    float[] sums = w.weights(all * size + all);
    Arrays.fill(sums, 0, all * size, 0f);
    for (int h = 0; h < heads; h++) {
      for (int q = 0; q < queries; q++) {
        int i = h * padded + q;
        int p = position + q / group;
        int from = attention.first(p) - firstPage * PAGE;
        int to = attention.end(p, state.end()) - firstPage * PAGE;
        float sum = softmax(scores, i * stride, from, to, attention.scale(), w.lanes);
        sums[all * size + i] = 1f / sum;
      }
    }

    for (int p = firstPage; p < endPage; p++) {
      int at = (p - firstPage) * PAGE;
      for (int i = 0; i < all; i += TOGETHER) {
        long values = state.pool.values(attention, firstHead + i / padded);
        int q = i % padded;
        addValues(attention, state, p, values, position, q, queries, scores, i, at, stride, sums);
      }
    }

    for (int h = 0; h < heads; h++) {
      int from = h * padded * size;
      for (int q = 0; q < queries; q++) {
        float share = sums[all * size + h * padded + q];
        for (int d = 0; d < size; d++) {
          sums[from + q * size + d] *= share;
        }
      }
      int column = (firstHead + h) * group * size;
      for (int r = 0; r < rows; r++) {
        out.write(row + r, column, sums, from + r * group * size, group * size);
      }
    }
  }

  /** 4 queries by the keys of 4 vectors of positions. */
  private static void scores(
      MemorySegment memory,
      long keys,
      float[] query,
      int at,
      int size,
      float[] scores,
      int into,
      int stride) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var c3 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var d3 = a0;
    for (int d = 0; d < size; d++) {
      long key = keys + 4L * PAGE * d;
      var k0 = FloatVector.fromMemorySegment(F, memory, key, LITTLE_ENDIAN);
      var k1 = FloatVector.fromMemorySegment(F, memory, key + VECTOR, LITTLE_ENDIAN);
      var k2 = FloatVector.fromMemorySegment(F, memory, key + 2 * VECTOR, LITTLE_ENDIAN);
      var k3 = FloatVector.fromMemorySegment(F, memory, key + 3 * VECTOR, LITTLE_ENDIAN);
      var q = FloatVector.broadcast(F, query[at + d]);
      a0 = q.fma(k0, a0);
      a1 = q.fma(k1, a1);
      a2 = q.fma(k2, a2);
      a3 = q.fma(k3, a3);
      q = FloatVector.broadcast(F, query[at + size + d]);
      b0 = q.fma(k0, b0);
      b1 = q.fma(k1, b1);
      b2 = q.fma(k2, b2);
      b3 = q.fma(k3, b3);
      q = FloatVector.broadcast(F, query[at + 2 * size + d]);
      c0 = q.fma(k0, c0);
      c1 = q.fma(k1, c1);
      c2 = q.fma(k2, c2);
      c3 = q.fma(k3, c3);
      q = FloatVector.broadcast(F, query[at + 3 * size + d]);
      d0 = q.fma(k0, d0);
      d1 = q.fma(k1, d1);
      d2 = q.fma(k2, d2);
      d3 = q.fma(k3, d3);
    }
    a0.intoArray(scores, into);
    a1.intoArray(scores, into + WIDTH);
    a2.intoArray(scores, into + 2 * WIDTH);
    a3.intoArray(scores, into + 3 * WIDTH);
    b0.intoArray(scores, into + stride);
    b1.intoArray(scores, into + stride + WIDTH);
    b2.intoArray(scores, into + stride + 2 * WIDTH);
    b3.intoArray(scores, into + stride + 3 * WIDTH);
    c0.intoArray(scores, into + 2 * stride);
    c1.intoArray(scores, into + 2 * stride + WIDTH);
    c2.intoArray(scores, into + 2 * stride + 2 * WIDTH);
    c3.intoArray(scores, into + 2 * stride + 3 * WIDTH);
    d0.intoArray(scores, into + 3 * stride);
    d1.intoArray(scores, into + 3 * stride + WIDTH);
    d2.intoArray(scores, into + 3 * stride + 2 * WIDTH);
    d3.intoArray(scores, into + 3 * stride + 3 * WIDTH);
  }

  /** Leaves exp(score - greatest) for positions [from, to), 0 around them; returns their sum. */
  static float softmax(float[] scores, int at, int from, int to, float scale, float[] lanes) {
    int end = (to + LANES - 1) / LANES * LANES;
    Arrays.fill(scores, at, at + from, Float.NEGATIVE_INFINITY);
    Arrays.fill(scores, at + to, at + end, Float.NEGATIVE_INFINITY);
    var greatest = FloatVector.broadcast(F, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < end; i += WIDTH) {
      var score = FloatVector.fromArray(F, scores, at + i).mul(scale);
      score.intoArray(scores, at + i);
      greatest = greatest.max(score);
    }
    float most = greatest.reduceLanes(VectorOperators.MAX);
    for (int i = 0; i < end; i += WIDTH) {
      FloatVector.fromArray(F, scores, at + i).sub(most).intoArray(scores, at + i);
    }
    VectorFunctions.exp(scores, at, at + end);
    return sum(scores, at, end, lanes);
  }

  private static float sum(float[] numbers, int at, int count, float[] lanes) {
    for (int lane = 0; lane < LANES; lane += WIDTH) {
      var sum = FloatVector.zero(F);
      for (int i = lane; i < count; i += LANES) {
        sum = sum.add(FloatVector.fromArray(F, numbers, at + i));
      }
      sum.intoArray(lanes, lane);
    }
    return Kernels.tree(lanes);
  }

  /**
   * Adds the values of one page to the sums of four queries: {@code query} to {@code query} + 3 of
   * their head, {@code i} to {@code i} + 3 of all. Together where all four see, one by one around
   * that. A position that a query does not see is left out, not multiplied by 0: what lies there
   * may be anything.
   */
  private static void addValues(
      Attention attention,
      KvState state,
      int number,
      long values,
      int position,
      int query,
      int queries,
      float[] weights,
      int i,
      int at,
      int stride,
      float[] sums) {
    int size = attention.headSize();
    int group = attention.heads() / attention.kvHeads();
    int begin = number * PAGE;
    int count = Math.min(TOGETHER, queries - query);
    int p0 = position + query / group;
    int p1 = position + (query + count - 1) / group;
    int from = Math.max(attention.first(p1), begin);
    int to = Math.min(attention.end(p0, state.end()), begin + PAGE);
    boolean together = from < to;
    var page = state.page(number);
    long offset = page.offset + values;
    for (int q = 0; q < count && together; q++) {
      int first = Math.max(attention.first(position + (query + q) / group), begin) - begin;
      int weight = (i + q) * stride + at;
      one(page, offset, first, from - begin, size, weights, weight, sums, i + q);
    }
    if (together) {
      int weight = i * stride + at;
      four(page, offset, from - begin, to - begin, size, weights, weight, stride, sums, i);
    }
    for (int q = 0; q < count; q++) {
      int p = position + (query + q) / group;
      int first = Math.max(together ? to : attention.first(p), begin) - begin;
      int end = Math.min(attention.end(p, state.end()), begin + PAGE) - begin;
      int weight = (i + q) * stride + at;
      one(page, offset, first, end, size, weights, weight, sums, i + q);
    }
  }

  private static void one(
      PagePool.Page page,
      long offset,
      int from,
      int to,
      int size,
      float[] weights,
      int at,
      float[] sums,
      int query) {
    var memory = page.memory;
    for (int t = from; t < to; t++) {
      var weight = FloatVector.broadcast(F, weights[at + t]);
      for (int d = 0; d < size; d += WIDTH) {
        long value = offset + 4L * (t * size + d);
        weight
            .fma(
                FloatVector.fromMemorySegment(F, memory, value, LITTLE_ENDIAN),
                FloatVector.fromArray(F, sums, query * size + d))
            .intoArray(sums, query * size + d);
      }
    }
  }

  private static void four(
      PagePool.Page page,
      long offset,
      int from,
      int to,
      int size,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int query) {
    int d = 0;
    for (; d + 4 * WIDTH <= size; d += 4 * WIDTH) {
      fourByFour(
          page, offset + 4L * d, from, to, size, weights, at, stride, sums, query * size + d);
    }
    for (; d < size; d += WIDTH) {
      fourByOne(page, offset + 4L * d, from, to, size, weights, at, stride, sums, query * size + d);
    }
  }

  /** 4 queries by 4 vectors of a value. */
  private static void fourByFour(
      PagePool.Page page,
      long offset,
      int from,
      int to,
      int size,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int into) {
    var a0 = FloatVector.fromArray(F, sums, into);
    var a1 = FloatVector.fromArray(F, sums, into + WIDTH);
    var a2 = FloatVector.fromArray(F, sums, into + 2 * WIDTH);
    var a3 = FloatVector.fromArray(F, sums, into + 3 * WIDTH);
    var b0 = FloatVector.fromArray(F, sums, into + size);
    var b1 = FloatVector.fromArray(F, sums, into + size + WIDTH);
    var b2 = FloatVector.fromArray(F, sums, into + size + 2 * WIDTH);
    var b3 = FloatVector.fromArray(F, sums, into + size + 3 * WIDTH);
    var c0 = FloatVector.fromArray(F, sums, into + 2 * size);
    var c1 = FloatVector.fromArray(F, sums, into + 2 * size + WIDTH);
    var c2 = FloatVector.fromArray(F, sums, into + 2 * size + 2 * WIDTH);
    var c3 = FloatVector.fromArray(F, sums, into + 2 * size + 3 * WIDTH);
    var d0 = FloatVector.fromArray(F, sums, into + 3 * size);
    var d1 = FloatVector.fromArray(F, sums, into + 3 * size + WIDTH);
    var d2 = FloatVector.fromArray(F, sums, into + 3 * size + 2 * WIDTH);
    var d3 = FloatVector.fromArray(F, sums, into + 3 * size + 3 * WIDTH);
    var memory = page.memory;
    for (int t = from; t < to; t++) {
      long value = offset + 4L * t * size;
      var v0 = FloatVector.fromMemorySegment(F, memory, value, LITTLE_ENDIAN);
      var v1 = FloatVector.fromMemorySegment(F, memory, value + VECTOR, LITTLE_ENDIAN);
      var v2 = FloatVector.fromMemorySegment(F, memory, value + 2 * VECTOR, LITTLE_ENDIAN);
      var v3 = FloatVector.fromMemorySegment(F, memory, value + 3 * VECTOR, LITTLE_ENDIAN);
      var weight = FloatVector.broadcast(F, weights[at + t]);
      a0 = weight.fma(v0, a0);
      a1 = weight.fma(v1, a1);
      a2 = weight.fma(v2, a2);
      a3 = weight.fma(v3, a3);
      weight = FloatVector.broadcast(F, weights[at + stride + t]);
      b0 = weight.fma(v0, b0);
      b1 = weight.fma(v1, b1);
      b2 = weight.fma(v2, b2);
      b3 = weight.fma(v3, b3);
      weight = FloatVector.broadcast(F, weights[at + 2 * stride + t]);
      c0 = weight.fma(v0, c0);
      c1 = weight.fma(v1, c1);
      c2 = weight.fma(v2, c2);
      c3 = weight.fma(v3, c3);
      weight = FloatVector.broadcast(F, weights[at + 3 * stride + t]);
      d0 = weight.fma(v0, d0);
      d1 = weight.fma(v1, d1);
      d2 = weight.fma(v2, d2);
      d3 = weight.fma(v3, d3);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + WIDTH);
    a2.intoArray(sums, into + 2 * WIDTH);
    a3.intoArray(sums, into + 3 * WIDTH);
    b0.intoArray(sums, into + size);
    b1.intoArray(sums, into + size + WIDTH);
    b2.intoArray(sums, into + size + 2 * WIDTH);
    b3.intoArray(sums, into + size + 3 * WIDTH);
    c0.intoArray(sums, into + 2 * size);
    c1.intoArray(sums, into + 2 * size + WIDTH);
    c2.intoArray(sums, into + 2 * size + 2 * WIDTH);
    c3.intoArray(sums, into + 2 * size + 3 * WIDTH);
    d0.intoArray(sums, into + 3 * size);
    d1.intoArray(sums, into + 3 * size + WIDTH);
    d2.intoArray(sums, into + 3 * size + 2 * WIDTH);
    d3.intoArray(sums, into + 3 * size + 3 * WIDTH);
  }

  /** 4 queries by one vector of a value. */
  private static void fourByOne(
      PagePool.Page page,
      long offset,
      int from,
      int to,
      int size,
      float[] weights,
      int at,
      int stride,
      float[] sums,
      int into) {
    var a = FloatVector.fromArray(F, sums, into);
    var b = FloatVector.fromArray(F, sums, into + size);
    var c = FloatVector.fromArray(F, sums, into + 2 * size);
    var d = FloatVector.fromArray(F, sums, into + 3 * size);
    for (int t = from; t < to; t++) {
      var v = FloatVector.fromMemorySegment(F, page.memory, offset + 4L * t * size, LITTLE_ENDIAN);
      a = v.fma(FloatVector.broadcast(F, weights[at + t]), a);
      b = v.fma(FloatVector.broadcast(F, weights[at + stride + t]), b);
      c = v.fma(FloatVector.broadcast(F, weights[at + 2 * stride + t]), c);
      d = v.fma(FloatVector.broadcast(F, weights[at + 3 * stride + t]), d);
    }
    a.intoArray(sums, into);
    b.intoArray(sums, into + size);
    c.intoArray(sums, into + 2 * size);
    d.intoArray(sums, into + 3 * size);
  }
}
