package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rung that runs against the scalar twin, and the twin against sums in double precision. */
class ScoreTileTest {
  @ParameterizedTest
  @CsvSource({"16, 1", "16, 7", "16, 384", "32, 1", "32, 33", "32, 384", "32, 1024"})
  void rungsGiveTheSameBits(int lanes, int dimension) {
    var random = new Random(lanes * 10_007L + dimension);
    float[] rows = numbers(random, ScoreTile.ROWS * dimension);
    float[] queries = numbers(random, dimension * lanes);
    float[] scales = numbers(random, ScoreTile.ROWS);
    float[] expected = new float[ScoreTile.ROWS * lanes];
    float[] found = new float[ScoreTile.ROWS * lanes];
    float[] worst = new float[lanes];
    for (float least : new float[] {Float.NEGATIVE_INFINITY, 0, 1, Float.POSITIVE_INFINITY}) {
      Arrays.fill(worst, least);
      worst[lanes / 2] = Float.POSITIVE_INFINITY;
      int matters = ScoreTile.scalar(rows, dimension, queries, lanes, scales, worst, expected);
      assertThat(ScoreTile.score(rows, dimension, queries, lanes, scales, worst, found))
          .isEqualTo(matters);
      assertThat(found).isEqualTo(expected);
    }
    for (int r = 0; r < ScoreTile.ROWS; r++) {
      for (int q = 0; q < lanes; q++) {
        double sum = 0;
        for (int i = 0; i < dimension; i++) {
          sum += (double) rows[r * dimension + i] * queries[i * lanes + q];
        }
        assertThat((double) found[r * lanes + q])
            .isCloseTo(sum * scales[r], within(1e-6 * dimension));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"16", "32"})
  void tellsWhichRowsMatter(int lanes) {
    float[] rows = new float[ScoreTile.ROWS];
    float[] queries = new float[lanes];
    float[] scales = new float[ScoreTile.ROWS];
    float[] worst = new float[lanes];
    Arrays.fill(scales, 1);
    Arrays.fill(worst, 2);
    queries[lanes - 1] = 1;
    rows[3] = 2;
    rows[5] = 1.99f;
    rows[6] = Float.NaN;
    rows[7] = 5;
    scales[7] = 0.3f;
    float[] scores = new float[ScoreTile.ROWS * lanes];
    assertThat(ScoreTile.score(rows, 1, queries, lanes, scales, worst, scores)).isEqualTo(1 << 3);
    assertThat(scores[4 * lanes - 1]).isEqualTo(2);
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }
}
