package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VectorIndexTest {
  private final float[][] vectors = SearchTest.rows(new Random(1), 5000, 33);
  private final float[][] queries = SearchTest.rows(new Random(2), 300, 33);

  @Test
  void findsWhatSearchWithoutAnIndexFinds() {
    for (var similarity : List.of(Similarity.COSINE, Similarity.DOT)) {
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
    assertThatThrownBy(() -> VectorIndex.of(vectors, Similarity.EUCLIDEAN))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("euclidean");
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
