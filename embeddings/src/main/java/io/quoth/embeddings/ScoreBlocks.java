package io.quoth.embeddings;

/**
 * Scores of queries against a corpus, block by block, so that memory stays flat whatever the size
 * of either. A score depends on its query and its row alone, not on how they fall into blocks.
 */
final class ScoreBlocks {
  /** Rows of the corpus that are scored together: their numbers stay in the cache. */
  private static final int BLOCK = 1024;

  private ScoreBlocks() {}

  /** Told the scores of one query against some rows; not to keep the array. */
  @FunctionalInterface
  interface Visitor {
    void scores(int query, int firstRow, float[] scores, int count);
  }

  /**
   * Visits queries [fromQuery, toQuery) against rows [fromRow, toRow), for each query in rising
   * order of rows. Both must be checked already, and of length 1 where the similarity is the
   * cosine.
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
    float[] scores = new float[BLOCK];
    for (int start = fromRow; start < toRow; start += BLOCK) {
      int count = Math.min(BLOCK, toRow - start);
      for (int q = fromQuery; q < toQuery; q++) {
        for (int i = 0; i < count; i++) {
          scores[i] = similarity.score(queries[q], corpus[start + i]);
        }
        visitor.scores(q, start, scores, count);
      }
    }
  }
}
