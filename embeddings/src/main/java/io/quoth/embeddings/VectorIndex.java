package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Ops;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Millions of embeddings laid end to end in native memory, to be searched again and again: exact,
 * like {@link SemanticSearch}, without copying them each time. Safe to share between threads; one
 * search runs at a time, on all cores.
 */
public final class VectorIndex implements AutoCloseable {
  private final Similarity similarity;
  private final int dimension;
  private final int size;
  private final Arena arena;
  private final Ops ops = new CpuOps();
  private final List<Linear> blocks = new ArrayList<>();
  private final ReentrantLock turn = new ReentrantLock(true);
  private boolean closed;

  private VectorIndex(Similarity similarity, int dimension, int size, Arena arena) {
    this.similarity = similarity;
    this.dimension = dimension;
    this.size = size;
    this.arena = arena;
  }

  /**
   * An index of vectors, which are copied.
   *
   * @param vectors [n, dimension]
   * @param similarity {@link Similarity#COSINE} or {@link Similarity#DOT}
   * @throws BadArgumentException for other similarities, and for vectors that differ in length or
   *     hold numbers that are not finite
   */
  @SuppressWarnings("MustBeClosedChecker") // the index owns the arena and closes it
  public static VectorIndex of(float[][] vectors, Similarity similarity) {
    if (similarity != Similarity.COSINE && similarity != Similarity.DOT) {
      throw new BadArgumentException(
          "an index finds by cosine or dot; SemanticSearch finds by " + similarity);
    }
    int dimension = Rows.dimension("the vectors", vectors);
    var index = new VectorIndex(similarity, dimension, vectors.length, Arena.ofShared());
    for (int start = 0; start < vectors.length; start += ScoreBlocks.BLOCK) {
      index.add(vectors, start, Math.min(ScoreBlocks.BLOCK, vectors.length - start));
    }
    return index;
  }

  private void add(float[][] vectors, int start, int count) {
    MemorySegment memory = arena.allocate(Math.max(1, (long) count * dimension * Float.BYTES), 64);
    for (int i = 0; i < count; i++) {
      float[] row = vectors[start + i];
      float[] unit = similarity == Similarity.COSINE ? Rows.normalize(row.clone()) : row;
      long at = (long) i * dimension * Float.BYTES;
      MemorySegment.copy(unit, 0, memory, ValueLayout.JAVA_FLOAT, at, dimension);
    }
    blocks.add(ScoreBlocks.linear(ops, memory, count, dimension));
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
    if (topK < 1) {
      throw new BadArgumentException("topK is " + topK + "; it must be at least 1");
    }
    int found = Rows.dimension("the queries", queries);
    if (queries.length > 0 && size > 0 && found != dimension) {
      throw new BadArgumentException(
          "the queries have " + found + " dimensions, the index has " + dimension);
    }
    float[][] prepared = similarity.prepare(queries);
    var best = new TopK[queries.length];
    for (int q = 0; q < best.length; q++) {
      best[q] = new TopK(Math.min(topK, size));
    }
    turn.lock();
    try {
      if (closed) {
        throw new ClosedException("the index is closed");
      }
      for (int b = 0; b < blocks.size(); b++) {
        ScoreBlocks.visit(
            ops,
            blocks.get(b),
            prepared,
            0,
            prepared.length,
            b * ScoreBlocks.BLOCK,
            (query, firstRow, scores, count) -> best[query].addAll(scores, count, firstRow));
      }
    } finally {
      turn.unlock();
    }
    var results = new ArrayList<List<Hit>>(best.length);
    for (TopK top : best) {
      results.add(top.drain());
    }
    return results;
  }

  /** Waits for the search under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        ops.close();
        arena.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
