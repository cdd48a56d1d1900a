package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Attention where all rows see all positions, as in an encoder: two matrix products with the
 * softmax between them. Scores are keys in lanes times queries broadcast; values are numbers of a
 * head in lanes times weights broadcast; each is one chain, as {@link Kernels#attend} wants it.
 */
final class VectorMutualAttention {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Queries of a share. */
  static final int QUERIES = VectorBlocks.WIDTH;

  /** Lanes of the wide blocks, a page of positions, and of the narrow. */
  private static final int WIDE = Kernels.PAGE;

  private static final int NARROW = 2 * LANES;

  private VectorMutualAttention() {}

  /**
   * Whether this attention of these rows is one that is done here. The one row of a generation sees
   * all positions too, but four queries are too few for blocks.
   */
  static boolean serves(Attention attention, KvState state, int position, int rows) {
    int queries = rows * (attention.heads() / attention.kvHeads());
    return attention.headSize() % NARROW == 0
        && queries > VectorAttention.TOGETHER
        && queries <= QUERIES
        && attention.first(position + rows - 1) == 0
        && attention.end(position, state.end()) == state.end();
  }

  static void attend(
      Attention attention,
      CpuActivation qkv,
      CpuActivation out,
      KvState state,
      int row,
      int rows,
      int kvHead,
      Workspace w) {
    int size = attention.headSize();
    int group = attention.heads() / attention.kvHeads();
    int queries = rows * group;
    int length = state.end();
    int stride = VectorLinear.pad(length, WIDE);

    // Query i is head kvHead * group + i % group of row i / group.
    float[] inputs = w.inputs(QUERIES * size + VectorTranspose.BETWEEN);
    for (int r = 0; r < rows; r++) {
      qkv.copy(row + r, kvHead * group * size, inputs, r * group * size, group * size);
    }
    int between = QUERIES * size;
    int panelSize = QUERIES * Math.max(size, stride);
    int beside = WIDE * Math.max(size, length);
    float[] weights = w.weights(panelSize + beside);
    turn(inputs, size, size, queries, weights, inputs, between);

    int results = QUERIES * stride;
    float[] sums = w.sums(results + QUERIES * Math.max(stride, WIDE) + QUERIES);
    scores(attention, state, kvHead, queries, weights, panelSize, sums, results);
    int shares = results + QUERIES * Math.max(stride, WIDE);
    for (int q = 0; q < queries; q++) {
      gather(sums, results + q * WIDE, q * stride, stride);
      float sum = VectorAttention.softmax(sums, q * stride, 0, length, attention.scale(), w.lanes);
      sums[shares + q] = 1f / sum;
    }
    turn(sums, stride, VectorLinear.pad(length), queries, weights, inputs, between);

    int wide;
    for (int d = 0; d < size; d += wide) {
      wide = size - d >= WIDE ? WIDE : NARROW;
      copyValues(attention, state, kvHead, d, wide, weights, panelSize);
      if (wide == WIDE) {
        for (int q = 0; q < queries; q += VectorBlocks.TILE) {
          int into = results + q * WIDE;
          VectorBlocks.turned4(weights, panelSize, weights, q, length, sums, into, 0);
        }
      } else {
        for (int q = 0; q < queries; q += 2 * VectorBlocks.TILE) {
          int into = results + q * NARROW;
          VectorBlocks.turned2(weights, panelSize, weights, q, length, sums, into, 0);
        }
      }
      for (int q = 0; q < queries; q++) {
        float share = sums[shares + q];
        int at = results + q * wide;
        for (int i = 0; i < wide; i++) {
          sums[at + i] *= share;
        }
        out.write(row + q / group, (kvHead * group + q % group) * size + d, sums, at, wide);
      }
    }
  }

  /** Rows of queries become [column][query]; behind the last query is anything. */
  private static void turn(
      float[] from, int stride, int columns, int queries, float[] into, float[] room, int between) {
    for (int q = 0; q < queries; q += LANES) {
      for (int i = 0; i < columns; i += LANES) {
        VectorTranspose.square(
            from, q * stride + i, stride, into, i * QUERIES + q, QUERIES, room, between);
      }
    }
  }

  /** For each page: [query][position]. */
  private static void scores(
      Attention attention,
      KvState state,
      int kvHead,
      int queries,
      float[] weights,
      int keys,
      float[] sums,
      int results) {
    int size = attention.headSize();
    for (int p = 0; p < state.end(); p += Kernels.PAGE) {
      copyKeys(attention, state, p / Kernels.PAGE, kvHead, weights, keys);
      int into = results + p * QUERIES;
      for (int q = 0; q < queries; q += VectorBlocks.TILE) {
        VectorBlocks.turned4(weights, keys, weights, q, size, sums, into + q * WIDE, 0);
      }
    }
  }

  /** The keys of a page, as they lie: [number of the head][position]. */
  private static void copyKeys(
      Attention attention, KvState state, int page, int kvHead, float[] into, int to) {
    var from = state.page(page);
    MemorySegment.copy(
        from.memory,
        JAVA_FLOAT,
        from.offset + state.pool.keys(attention, kvHead),
        into,
        to,
        attention.headSize() * Kernels.PAGE);
  }

  /** Some numbers of the values of all positions: [position][number]. */
  private static void copyValues(
      Attention attention, KvState state, int kvHead, int d, int wide, float[] into, int to) {
    long row = 4L * attention.headSize();
    for (int t = 0; t < state.end(); t++) {
      var page = state.page(t / Kernels.PAGE);
      long from =
          page.offset + state.pool.values(attention, kvHead) + t % Kernels.PAGE * row + 4L * d;
      for (int i = 0; i < wide; i += LANES) {
        FloatVector.fromMemorySegment(F, page.memory, from + 4L * i, LITTLE_ENDIAN)
            .intoArray(into, to + t * wide + i);
      }
    }
  }

  /** The scores of one query, 64 by 64, become one row. */
  private static void gather(float[] sums, int from, int to, int count) {
    for (int i = 0; i < count; i += WIDE) {
      System.arraycopy(sums, from + i * QUERIES, sums, to + i, WIDE);
    }
  }
}
