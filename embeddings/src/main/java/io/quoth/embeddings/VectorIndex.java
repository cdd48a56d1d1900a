package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.base.Turn;
import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.kernels.Activation;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Ops;
import io.quoth.kernels.Rung;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Millions of embeddings in native memory or in a mapped file, to be searched again and again:
 * exact, like {@link SemanticSearch}, without copying them each time. Safe to share between
 * threads; one search runs at a time, on all cores.
 */
public final class VectorIndex implements AutoCloseable {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final float[] NONE = {};
  private static final int MOST = 2_000_000_000;

  private final Similarity similarity;
  private final int dimension;
  private final int size;

  /** What scores of rows are multiplied with, since rows are not of length 1; empty where not. */
  private final float[] scales;

  /** Owns copies, where there are any. */
  private final Arena arena;

  private final List<Tensor> blocks = new ArrayList<>();

  /** What computes, one for each thread that ever helped; not those at work. */
  private final Queue<Ops> idle = new ConcurrentLinkedQueue<>();

  private final Turn turn = new Turn("the index");

  private VectorIndex(
      Similarity similarity,
      MemorySegment vectors,
      int size,
      int dimension,
      float[] scales,
      Arena arena) {
    this.similarity = similarity;
    this.dimension = dimension;
    this.size = size;
    this.scales = scales;
    this.arena = arena;
    long rowBytes = (long) dimension * Float.BYTES;
    for (int start = 0; start < size; start += ScoreBlocks.BLOCK) {
      int count = Math.min(ScoreBlocks.BLOCK, size - start);
      MemorySegment block = vectors.asSlice(start * rowBytes, count * rowBytes);
      blocks.add(new Tensor("vectors", DType.F32, new long[] {count, dimension}, block));
    }
  }

  /**
   * An index of vectors, which are copied.
   *
   * @param vectors [n, dimension]
   * @throws BadArgumentException for vectors that differ in length or hold numbers that are not
   *     finite
   */
  @SuppressWarnings("MustBeClosedChecker") // the index owns the arena and closes it
  public static VectorIndex of(float[][] vectors, Similarity similarity) {
    int dimension = Rows.dimension("the vectors", vectors);
    long rowBytes = (long) dimension * Float.BYTES;
    Arena arena = Arena.ofShared();
    MemorySegment memory = arena.allocate(Math.max(1, vectors.length * rowBytes), 64);
    for (int i = 0; i < vectors.length; i++) {
      float[] row =
          similarity == Similarity.COSINE ? Rows.normalize(vectors[i].clone()) : vectors[i];
      MemorySegment.copy(row, 0, memory, ValueLayout.JAVA_FLOAT, i * rowBytes, dimension);
    }
    return new VectorIndex(similarity, memory, vectors.length, dimension, NONE, arena);
  }

  /**
   * An index of vectors where they lie, in a mapped file, say; they are looked through once and not
   * copied.
   *
   * @param vectors [n, dimension], f32, in native memory; must outlive the index
   * @throws BadArgumentException for another type or shape, more than 2,000,000,000 vectors, and
   *     numbers that are not finite
   */
  @SuppressWarnings("MustBeClosedChecker") // the index owns the arena and closes it
  public static VectorIndex over(Tensor vectors, Similarity similarity) {
    boolean fits =
        vectors.dtype() == DType.F32
            && vectors.rank() == 2
            && vectors.data().isNative()
            && vectors.size(0) <= MOST
            && vectors.size(1) > 0
            && vectors.size(1) <= ScoreBlocks.LARGEST_DIMENSION;
    if (!fits) {
      throw new BadArgumentException(
          "an index is over F32[n, dimension] in native memory, n at most 2,000,000,000 and"
              + " dimension 1 to "
              + ScoreBlocks.LARGEST_DIMENSION
              + "; found "
              + vectors);
    }
    int size = (int) vectors.size(0);
    int dimension = (int) vectors.size(1);
    float[] norms = norms(vectors, size, dimension);
    float[] scales = NONE;
    if (similarity == Similarity.COSINE) {
      scales = norms;
      for (int i = 0; i < size; i++) {
        scales[i] = (float) (1 / Math.max(norms[i], Rows.SMALLEST_NORM));
      }
    }
    return new VectorIndex(similarity, vectors.data(), size, dimension, scales, Arena.ofShared());
  }

  /** The length of each row; says which is not finite. */
  private static float[] norms(Tensor vectors, int size, int dimension) {
    float[] norms = new float[size];
    int shares = (size + ScoreBlocks.BLOCK - 1) / ScoreBlocks.BLOCK;
    IntStream.range(0, shares)
        .parallel()
        .forEach(share -> {
          float[] row = new float[dimension];
          int end = Math.min(size, (share + 1) * ScoreBlocks.BLOCK);
          for (int i = share * ScoreBlocks.BLOCK; i < end; i++) {
            long at = (long) i * dimension * Float.BYTES;
            MemorySegment.copy(vectors.data(), FLOAT, at, row, 0, dimension);
            norms[i] = (float) Math.sqrt(Rows.dot(row, row));
          }
        });
    for (int i = 0; i < size; i++) {
      if (!Float.isFinite(norms[i])) {
        throw new BadArgumentException(
            vectors.name()
                + ": row "
                + i
                + " holds numbers that are not finite, or too large ones");
      }
    }
    return norms;
  }

  /** How many vectors there are. */
  public int size() {
    return size;
  }

  /** Numbers of a vector. */
  public int dimension() {
    return dimension;
  }

  /**
   * The nearest vectors to each query, best first; of equal ones the earlier.
   *
   * @param queries [n, dimension]
   * @param topK how many a query; all where there are fewer
   * @throws BadArgumentException when dimensions differ, a number is not finite, or {@code topK} is
   *     below 1
   * @throws ClosedException when the index is closed
   */
  public List<List<Hit>> search(float[][] queries, int topK) {
    return search(queries, topK, _ -> true);
  }

  /**
   * The nearest of the vectors wanted to each query, best first; see {@link #search(float[][],
   * int)}.
   *
   * @param wanted told rows from 0, from several threads; whether a row may be found
   */
  public List<List<Hit>> search(float[][] queries, int topK, IntPredicate wanted) {
    if (topK < 1) {
      throw new BadArgumentException("topK is " + topK + "; it must be at least 1");
    }
    int found = Rows.dimension("the queries", queries);
    if (queries.length > 0 && size > 0 && found != dimension) {
      throw new BadArgumentException(
          "the queries have " + found + " dimensions, the index has " + dimension);
    }
    float[][] prepared = similarity.prepare(queries);
    int most = Math.min(topK, size);
    var free = new ConcurrentLinkedQueue<Seeker>();
    var all = new ConcurrentLinkedQueue<Seeker>();
    turn.begin();
    try {
      IntStream.range(0, blocks.size())
          .parallel()
          .forEach(block -> {
            Seeker seeker = free.poll();
            if (seeker == null) {
              seeker = new Seeker(prepared, most, wanted);
              all.add(seeker);
            }
            seeker.look(block);
            free.add(seeker);
          });
    } finally {
      all.forEach(seeker -> idle.add(seeker.ops));
      turn.end();
    }
    var results = new ArrayList<List<Hit>>(queries.length);
    for (int q = 0; q < queries.length; q++) {
      var best = new TopK(most);
      for (Seeker seeker : all) {
        best.addAll(seeker.best[q]);
      }
      results.add(best.drain());
    }
    return results;
  }

  /** One of the threads of a search, and the best that it saw. It has its blocks to itself. */
  private final class Seeker {
    final TopK[] best;
    final Ops ops;
    private final float[][] queries;
    private final IntPredicate wanted;
    private final float[] scores = new float[ScoreBlocks.BLOCK];

    Seeker(float[][] queries, int most, IntPredicate wanted) {
      this.queries = queries;
      this.wanted = wanted;
      best = new TopK[queries.length];
      Arrays.setAll(best, _ -> new TopK(most));
      Ops rested = idle.poll();
      ops = rested != null ? rested : new CpuOps(Rung.best(), 1);
    }

    void look(int block) {
      if (similarity == Similarity.COSINE || similarity == Similarity.DOT) {
        products(blocks.get(block), block * ScoreBlocks.BLOCK);
      } else {
        distances(blocks.get(block), block * ScoreBlocks.BLOCK);
      }
    }

    private void products(Tensor block, int first) {
      int count = (int) block.size(0);
      Linear rows = ops.prepareLinear(block);
      for (int from = 0; from < queries.length; from += ScoreBlocks.QUERIES) {
        int some = Math.min(ScoreBlocks.QUERIES, queries.length - from);
        float[] values = new float[some * dimension];
        for (int q = 0; q < some; q++) {
          System.arraycopy(queries[from + q], 0, values, q * dimension, dimension);
        }
        ops.begin();
        Activation products = ops.linear(ops.input(values, some, dimension), rows);
        for (int q = 0; q < some; q++) {
          ops.read(products, q, scores, 0);
          for (int i = 0; i < count && scales.length > 0; i++) {
            scores[i] *= scales[first + i];
          }
          best[from + q].addAll(scores, count, first, wanted);
        }
      }
    }

    private void distances(Tensor block, int first) {
      int count = (int) block.size(0);
      float[][] rows = new float[count][dimension];
      for (int i = 0; i < count; i++) {
        long at = (long) i * dimension * Float.BYTES;
        MemorySegment.copy(block.data(), FLOAT, at, rows[i], 0, dimension);
      }
      for (int q = 0; q < queries.length; q++) {
        for (int i = 0; i < count; i++) {
          scores[i] = similarity.score(queries[q], rows[i]);
        }
        best[q].addAll(scores, count, first, wanted);
      }
    }
  }

  /** Waits for the search under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    turn.close(() -> {
      idle.forEach(Ops::close);
      arena.close();
    });
  }
}
