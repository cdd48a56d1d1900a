package io.quoth.embeddings;

import io.quoth.kernels.Activation;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Ops;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/**
 * Scores of queries against a corpus, block by block, so that memory stays flat whatever the size
 * of either. Products are those of a linear layer whose weights are the corpus; a score depends on
 * its query and its row alone, not on how they fall into blocks.
 */
final class ScoreBlocks {
  /** Rows of the corpus that are scored together. */
  private static final int BLOCK = 2048;

  /** Queries that are scored together. */
  private static final int QUERIES = 256;

  private ScoreBlocks() {}

  /**
   * Told the scores of one query against some rows; not to keep the array. Several queries at once,
   * from several threads; of one query in rising order of rows.
   */
  @FunctionalInterface
  interface Visitor {
    void scores(int query, int firstRow, float[] scores, int count);
  }

  /**
   * Visits queries [fromQuery, toQuery) against rows [fromRow, toRow). Both must be checked
   * already, and of length 1 where the similarity is the cosine.
   */
  static void visit(
      float[][] queries,
      int fromQuery,
      int toQuery,
      float[][] corpus,
      int fromRow,
      int toRow,
      Similarity similarity,
      Visitor visitor) {
    if (fromQuery >= toQuery || fromRow >= toRow) {
      return;
    }
    switch (similarity) {
      case COSINE, DOT -> products(queries, fromQuery, toQuery, corpus, fromRow, toRow, visitor);
      case EUCLIDEAN, MANHATTAN ->
          IntStream.range(fromQuery, toQuery)
              .parallel()
              .forEach(q -> distances(queries[q], q, corpus, fromRow, toRow, similarity, visitor));
    }
  }

  private static void distances(
      float[] query,
      int q,
      float[][] corpus,
      int fromRow,
      int toRow,
      Similarity similarity,
      Visitor visitor) {
    float[] scores = new float[Math.min(BLOCK, toRow - fromRow)];
    for (int start = fromRow; start < toRow; start += BLOCK) {
      int count = Math.min(BLOCK, toRow - start);
      for (int i = 0; i < count; i++) {
        scores[i] = similarity.score(query, corpus[start + i]);
      }
      visitor.scores(q, start, scores, count);
    }
  }

  private static void products(
      float[][] queries,
      int fromQuery,
      int toQuery,
      float[][] corpus,
      int fromRow,
      int toRow,
      Visitor visitor) {
    int dimension = corpus[fromRow].length;
    int most = Math.min(BLOCK, toRow - fromRow);
    try (var arena = Arena.ofShared();
        var ops = new CpuOps()) {
      var memory = arena.allocate(Math.max(1, (long) most * dimension * Float.BYTES), 64);
      Linear whole = linear(ops, memory, most, dimension);
      for (int start = fromRow; start < toRow; start += BLOCK) {
        int count = Math.min(BLOCK, toRow - start);
        copy(corpus, start, count, memory);
        Linear block = count == most ? whole : linear(ops, memory, count, dimension);
        visit(ops, block, queries, fromQuery, toQuery, start, visitor);
      }
    }
  }

  /** Rows in native memory as the weights of a linear layer. */
  static Linear linear(Ops ops, MemorySegment memory, int rows, int dimension) {
    var bytes = memory.asSlice(0, (long) rows * dimension * Float.BYTES);
    return ops.prepareLinear(new Tensor("corpus", DType.F32, new long[] {rows, dimension}, bytes));
  }

  private static void copy(float[][] corpus, int start, int count, MemorySegment memory) {
    for (int i = 0; i < count; i++) {
      float[] row = corpus[start + i];
      long at = (long) i * row.length * Float.BYTES;
      MemorySegment.copy(row, 0, memory, ValueLayout.JAVA_FLOAT, at, row.length);
    }
  }

  /** Visits queries against one block whose first row is {@code firstRow}. */
  static void visit(
      Ops ops,
      Linear block,
      float[][] queries,
      int fromQuery,
      int toQuery,
      int firstRow,
      Visitor visitor) {
    for (int from = fromQuery; from < toQuery; from += QUERIES) {
      int first = from;
      int count = Math.min(QUERIES, toQuery - from);
      float[] values = new float[count * block.in()];
      for (int q = 0; q < count; q++) {
        System.arraycopy(queries[from + q], 0, values, q * block.in(), block.in());
      }
      ops.begin();
      Activation scores = ops.linear(ops.input(values, count, block.in()), block);
      IntStream.range(0, count)
          .parallel()
          .forEach(q -> {
            float[] row = new float[block.out()];
            ops.read(scores, q, row, 0);
            visitor.scores(first + q, firstRow, row, row.length);
          });
    }
  }
}
