package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KMeansTest {
  /** 3 clouds of 40 points, far from each other. */
  private static float[][] clouds() {
    float[][] rows = SearchTest.rows(new Random(3), 120, 8);
    for (int r = 0; r < rows.length; r++) {
      rows[r][r % 3] += 50;
    }
    return rows;
  }

  @Test
  void findsTheClouds() {
    var clusters = new KMeans(3).fit(clouds());
    for (int r = 3; r < 120; r++) {
      assertThat(clusters.labels()[r]).isEqualTo(clusters.labels()[r % 3]);
    }
    var distinct = new HashSet<Integer>();
    for (int r = 0; r < 3; r++) {
      distinct.add(clusters.labels()[r]);
    }
    assertThat(distinct).hasSize(3);
    assertThat(clusters.inertia()).isLessThan(120 * 8 * 1.5);
  }

  @Test
  void everyRowHasItsNearestCentre() {
    float[][] rows = SearchTest.rows(new Random(5), 300, 5);
    var clusters = new KMeans(7, 11, 300).fit(rows);
    for (int r = 0; r < rows.length; r++) {
      float[] scores = Similarity.EUCLIDEAN.between(new float[][] {rows[r]}, clusters.centres())[0];
      for (float score : scores) {
        assertThat(score).isLessThanOrEqualTo(scores[clusters.labels()[r]]);
      }
    }
  }

  @Test
  void oneSeedGivesOneResult() {
    float[][] rows = SearchTest.rows(new Random(9), 200, 4);
    assertThat(new KMeans(6, 42, 300).fit(rows))
        .usingRecursiveComparison()
        .isEqualTo(new KMeans(6, 42, 300).fit(rows));
  }

  @Test
  void copesWithEqualRows() {
    var clusters = new KMeans(3).fit(new float[][] {{1, 1}, {1, 1}, {1, 1}, {2, 2}});
    assertThat(clusters.inertia()).isZero();
  }

  @Test
  void refusesFewerRowsThanClusters() {
    assertThatThrownBy(() -> new KMeans(4).fit(new float[3][2]))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("3 embeddings");
    assertThatThrownBy(() -> new KMeans(0)).isInstanceOf(BadArgumentException.class);
  }
}
