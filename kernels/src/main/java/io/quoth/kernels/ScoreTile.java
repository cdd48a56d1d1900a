package io.quoth.kernels;

/**
 * Scores of a few stored rows against a few queries, for exact search: products of rows and
 * queries, each one chain of fused multiply-adds along the row, and which of the rows matter at
 * all. Queries are the lanes, so nothing has to be summed across lanes and a row is read once for
 * all of them.
 *
 * <p>The bits of a score depend on its row and its query alone.
 */
public final class ScoreTile {
  /** Rows that are scored together. */
  public static final int ROWS = 8;

  /** Lanes that go together; queries come in so many or twice that. */
  public static final int LANES = 16;

  private static final boolean VECTOR = Rung.best() == Rung.VECTOR;

  private ScoreTile() {}

  /**
   * Scores {@link #ROWS} rows.
   *
   * @param rows [ROWS, dimension]
   * @param queries [dimension, lanes], lanes being {@link #LANES} or twice that
   * @param scales [ROWS]: what the products of each row are multiplied with
   * @param worst [lanes]: scores below do not matter; positive infinity for lanes without a query
   * @param scores takes [ROWS, lanes]
   * @return bit r is set when a score of row r matters
   */
  public static int score(
      float[] rows,
      int dimension,
      float[] queries,
      int lanes,
      float[] scales,
      float[] worst,
      float[] scores) {
    if (lanes != LANES && lanes != 2 * LANES) {
      throw new IllegalArgumentException("lanes must be 16 or 32: " + lanes);
    }
    return VECTOR
        ? VectorScoreTile.score(rows, dimension, queries, lanes, scales, worst, scores)
        : scalar(rows, dimension, queries, lanes, scales, worst, scores);
  }

  /** The twin that a reader can follow. */
  static int scalar(
      float[] rows,
      int dimension,
      float[] queries,
      int lanes,
      float[] scales,
      float[] worst,
      float[] scores) {
    int matters = 0;
    float[] sums = new float[lanes];
    for (int r = 0; r < ROWS; r++) {
      java.util.Arrays.fill(sums, 0);
      for (int i = 0; i < dimension; i++) {
        float x = rows[r * dimension + i];
        for (int q = 0; q < lanes; q++) {
          sums[q] = Math.fma(x, queries[i * lanes + q], sums[q]);
        }
      }
      for (int q = 0; q < lanes; q++) {
        float score = sums[q] * scales[r];
        scores[r * lanes + q] = score;
        if (score >= worst[q]) {
          matters |= 1 << r;
        }
      }
    }
    return matters;
  }
}
