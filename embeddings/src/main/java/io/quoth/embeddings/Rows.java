package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;

/** Checks and small arithmetic on rows of numbers. */
final class Rows {
  /** The reference divides by no length below this. */
  static final double SMALLEST_NORM = 1e-12;

  private Rows() {}

  /**
   * The common length of the rows, 0 where there are none.
   *
   * @throws BadArgumentException when lengths differ or a number is NaN or infinite
   */
  static int dimension(String what, float[][] rows) {
    int dimension = rows.length == 0 ? 0 : rows[0].length;
    if (rows.length > 0 && dimension == 0) {
      throw new BadArgumentException(what + ": row 0 has no numbers");
    }
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != dimension) {
        throw new BadArgumentException(
            what + ": row 0 has " + dimension + " numbers, row " + r + " has " + rows[r].length);
      }
      for (int i = 0; i < dimension; i++) {
        if (!Float.isFinite(rows[r][i])) {
          throw new BadArgumentException(
              what
                  + ": row "
                  + r
                  + ", column "
                  + i
                  + " is "
                  + rows[r][i]
                  + ", not a finite number");
        }
      }
    }
    return dimension;
  }

  /**
   * Checks both sides of a comparison.
   *
   * @throws BadArgumentException when the two cannot be compared
   */
  static void sameDimension(String first, float[][] a, String second, float[][] b) {
    int left = dimension(first, a);
    int right = dimension(second, b);
    if (left != right && a.length > 0 && b.length > 0) {
      throw new BadArgumentException(
          first
              + " have "
              + left
              + " dimensions, "
              + second
              + " have "
              + right
              + "; they must come from the same model and the same truncation");
    }
  }

  /** The sum of products, in double precision. */
  static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Divides {@code row} by its length, in place; a row of zeros stays. */
  static float[] normalize(float[] row) {
    float norm = (float) Math.max(Math.sqrt(dot(row, row)), SMALLEST_NORM);
    for (int i = 0; i < row.length; i++) {
      row[i] /= norm;
    }
    return row;
  }

  /** Copies of length 1; rows of zeros stay zeros. */
  static float[][] normalized(float[][] rows) {
    float[][] result = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      result[r] = normalize(rows[r].clone());
    }
    return result;
  }
}
