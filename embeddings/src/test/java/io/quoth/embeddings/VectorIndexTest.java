package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorIndexTest {
  private final float[][] vectors = SearchTest.rows(new Random(1), 5000, 33);
  private final float[][] queries = SearchTest.rows(new Random(2), 300, 33);

  @Test
  void findsWhatSearchWithoutAnIndexFinds() {
    for (var similarity : Similarity.values()) {
      try (var index = VectorIndex.of(vectors, similarity)) {
        assertThat(index.size()).isEqualTo(5000);
        assertThat(index.dimension()).isEqualTo(33);
        assertThat(index.search(queries, 7))
            .isEqualTo(SemanticSearch.search(queries, vectors, 7, similarity));
        assertThat(index.search(new float[][] {queries[3]}, 7).getFirst())
            .as("a query alone")
            .isEqualTo(index.search(queries, 7).get(3));
      }
    }
  }

  @Test
  void findsTheSameInVectorsWhereTheyLie() {
    float[] all = new float[5000 * 33];
    for (int i = 0; i < vectors.length; i++) {
      System.arraycopy(vectors[i], 0, all, i * 33, 33);
    }
    var memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, all);
    var tensor = new Tensor("all", DType.F32, new long[] {5000, 33}, memory);
    for (var similarity : Similarity.values()) {
      try (var copied = VectorIndex.of(vectors, similarity);
          var index = VectorIndex.over(tensor, similarity)) {
        var expected = copied.search(queries, 7);
        var found = index.search(queries, 7);
        for (int q = 0; q < queries.length; q++) {
          for (int i = 0; i < 7; i++) {
            assertThat(found.get(q).get(i).corpusId()).isEqualTo(expected.get(q).get(i).corpusId());
            assertThat(found.get(q).get(i).score())
                .isCloseTo(expected.get(q).get(i).score(), within(1e-5f));
          }
        }
      }
    }
  }

  @Test
  void findsWhatIsWantedAlone() {
    try (var index = VectorIndex.of(vectors, Similarity.COSINE)) {
      var all = index.search(queries, 5000);
      var even = index.search(queries, 5, row -> row % 2 == 0);
      for (int q = 0; q < queries.length; q++) {
        assertThat(even.get(q))
            .isEqualTo(
                all.get(q).stream().filter(hit -> hit.corpusId() % 2 == 0).limit(5).toList());
      }
    }
  }

  @Test
  void servesSeveralThreads() {
    try (var index = VectorIndex.of(vectors, Similarity.COSINE)) {
      var expected = index.search(queries, 5);
      IntStream.range(0, 16)
          .parallel()
          .forEach(i -> assertThat(index.search(queries, 5)).isEqualTo(expected));
    }
  }

  @Test
  void refusesWhatItCannotSearch() {
    float[] wild = new float[66];
    wild[40] = Float.NaN;
    var memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, wild);
    assertThatThrownBy(() ->
            VectorIndex.over(
                new Tensor("wild", DType.F32, new long[] {2, 33}, memory), Similarity.DOT))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("wild: row 1");
    assertThatThrownBy(
            () -> VectorIndex.over(Tensor.of("row", new long[] {66}, wild), Similarity.DOT))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("row F32[66]");
    var index = VectorIndex.of(vectors, Similarity.DOT);
    assertThatThrownBy(() -> index.search(new float[1][32], 1))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("32 dimensions");
    assertThatThrownBy(() -> index.search(queries, 0)).isInstanceOf(BadArgumentException.class);
    index.close();
    index.close();
    assertThatThrownBy(() -> index.search(queries, 1)).isInstanceOf(ClosedException.class);
  }

  @Test
  void anEmptyIndexFindsNothing() {
    try (var index = VectorIndex.of(new float[0][], Similarity.DOT)) {
      assertThat(index.search(queries, 3)).hasSize(300).allMatch(List::isEmpty);
    }
  }
}
