package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.base.Turn;
import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
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

  private static final int MOST = 2_000_000_000;
  private static final int LARGEST_DIMENSION = 1 << 20;

  private final ExactSearch search;

  /** Owns copies, where there are any. */
  private final Arena arena;

  private final Turn turn = new Turn("the index");

  private VectorIndex(
      Similarity similarity, MemorySegment vectors, int size, int dimension, Arena arena) {
    this.arena = arena;
    long rowBytes = (long) dimension * Float.BYTES;
    ExactSearch.Corpus corpus =
        (first, count, into) ->
            MemorySegment.copy(vectors, FLOAT, first * rowBytes, into, 0, count * dimension);
    float[] scales = ExactSearch.scales(similarity, size, dimension, corpus);
    search = new ExactSearch(similarity, size, dimension, scales, corpus);
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
      MemorySegment.copy(vectors[i], 0, memory, FLOAT, i * rowBytes, dimension);
    }
    return new VectorIndex(similarity, memory, vectors.length, dimension, arena);
  }

  /**
   * An index of vectors where they lie, in a mapped file, say; they are looked through once and not
   * copied.
   *
   * @param vectors [n, dimension], f32; must outlive the index
   * @throws BadArgumentException for another type or shape, more than 2,000,000,000 vectors, and
   *     numbers that are not finite
   */
  @SuppressWarnings("MustBeClosedChecker") // the index owns the arena and closes it
  public static VectorIndex over(Tensor vectors, Similarity similarity) {
    boolean fits =
        vectors.dtype() == DType.F32
            && vectors.rank() == 2
            && vectors.size(0) <= MOST
            && vectors.size(1) > 0
            && vectors.size(1) <= LARGEST_DIMENSION;
    if (!fits) {
      throw new BadArgumentException(
          "an index is over F32[n, dimension], n at most 2,000,000,000 and dimension 1 to "
              + LARGEST_DIMENSION
              + "; found "
              + vectors);
    }
    int size = (int) vectors.size(0);
    int dimension = (int) vectors.size(1);
    requireFinite(vectors, size, dimension);
    return new VectorIndex(similarity, vectors.data(), size, dimension, Arena.ofShared());
  }

  private static void requireFinite(Tensor vectors, int size, int dimension) {
    int odd =
        IntStream.range(0, size)
            .parallel()
            .filter(row -> !isFinite(vectors.data(), (long) row * dimension, dimension))
            .findFirst()
            .orElse(-1);
    if (odd >= 0) {
      throw new BadArgumentException(
          vectors.name() + ": row " + odd + " holds a number that is not finite");
    }
  }

  private static boolean isFinite(MemorySegment vectors, long first, int count) {
    // A number times zero is zero, or not a number where it is infinite or none itself.
    float zero = 0;
    for (int i = 0; i < count; i++) {
      zero += 0 * vectors.get(FLOAT, (first + i) * Float.BYTES);
    }
    return zero == 0;
  }

  /** How many vectors there are. */
  public int size() {
    return search.size();
  }

  /** Numbers of a vector. */
  public int dimension() {
    return search.dimension();
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
    if (queries.length > 0 && size() > 0 && found != dimension()) {
      throw new BadArgumentException(
          "the queries have " + found + " dimensions, the index has " + dimension());
    }
    turn.begin();
    try {
      return search.search(queries, topK, wanted);
    } finally {
      turn.end();
    }
  }

  /** Waits for the search under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    turn.close(arena::close);
  }
}
