package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimilarityTest {
  private final GoldenTensors golden =
      GoldenTensors.read(TestData.own("sentence/similarity/expected.safetensors"));

  @ParameterizedTest
  @EnumSource
  void givesTheReferencesScores(Similarity similarity) {
    float[][] a = Golden.rows(golden, "a");
    float[][] b = Golden.rows(golden, "b");
    Golden.assertClose(similarity.between(a, b), golden, similarity.toString(), 1e-5f);
    assertThat(similarity.between(new float[][] {a[0]}, b)[0])
        .containsExactly(golden.floats(similarity + ".one"), within(1e-5f));
    assertThat(similarity.pairwise(a, b))
        .containsExactly(golden.floats(similarity + ".pairwise"), within(1e-5f));
  }

  @Test
  void distancesOfManyRowsAreExactWhereTheReferenceLosesDigits() {
    float[][] many = Golden.rows(golden, "many");
    float[][] scores = Similarity.EUCLIDEAN.between(many, many);
    Golden.assertClose(scores, golden, "euclidean.many", 5e-3f);
    for (int i = 0; i < many.length; i++) {
      assertThat(scores[i][i]).isEqualTo(0f);
    }
    Golden.assertClose(Similarity.MANHATTAN.between(many, many), golden, "manhattan.many", 1e-5f);
  }

  @Test
  void aZeroVectorIsLikeNothing() {
    assertThat(Similarity.COSINE.of(new float[] {0, 0}, new float[] {1, 2})).isEqualTo(0f);
  }

  @Test
  void refusesWhatCannotBeCompared() {
    float[][] two = {{1, 2}};
    assertThatThrownBy(() -> Similarity.DOT.between(two, new float[][] {{1, 2, 3}}))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("2 dimensions")
        .hasMessageContaining("3");
    assertThatThrownBy(() -> Similarity.COSINE.of(new float[] {1, Float.NaN}, two[0]))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("column 1 is NaN");
    assertThatThrownBy(() -> Similarity.DOT.pairwise(two, new float[2][2]))
        .isInstanceOf(BadArgumentException.class);
    assertThatThrownBy(() -> Similarity.named("hamming"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("cosine, dot, euclidean, manhattan");
  }
}
