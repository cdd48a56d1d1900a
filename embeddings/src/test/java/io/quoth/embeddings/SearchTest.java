package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Search, mining and communities as the reference finds them. */
class SearchTest {
  private final GoldenTensors golden =
      GoldenTensors.read(TestData.own("sentence/search/expected.safetensors"));
  private final float[][] queries = Golden.rows(golden, "queries");
  private final float[][] corpus = Golden.rows(golden, "corpus");

  static Stream<Json> calls() {
    return Json.parse(TestData.own("sentence/search/expected.json")).get("calls").items().stream();
  }

  @ParameterizedTest
  @MethodSource("calls")
  void findsWhatTheReferenceFinds(Json call) {
    Json args = call.get("args");
    switch (call.getString("function")) {
      case "semantic_search" -> search(call, args);
      case "paraphrase_mining_embeddings" -> mine(call, args);
      case "community_detection" ->
          assertThat(
                  CommunityDetection.detect(
                      corpus,
                      (float) args.getDouble("threshold"),
                      args.getInt("min_community_size")))
              .isEqualTo(ids(call));
      default -> throw new AssertionError(call);
    }
  }

  private void search(Json call, Json args) {
    var similarity = Similarity.named(call.getString("score_function"));
    var found = SemanticSearch.search(queries, corpus, args.getInt("top_k"), similarity);
    assertThat(found.stream().map(hits -> hits.stream().map(Hit::corpusId).toList()).toList())
        .isEqualTo(ids(call));
    float[][] scores = Golden.rows(golden, call.getString("key"));
    for (int q = 0; q < scores.length; q++) {
      for (int i = 0; i < scores[q].length; i++) {
        assertThat(found.get(q).get(i).score()).isCloseTo(scores[q][i], within(1e-5f));
      }
    }
  }

  private void mine(Json call, Json args) {
    var mining =
        new ParaphraseMining()
            .topK(args.getInt("top_k"))
            .similarity(Similarity.named(call.getString("score_function")));
    mining =
        mining
            .maxPairs(args.getInt("max_pairs", mining.maxPairs()))
            .chunks(
                args.getInt("query_chunk_size", mining.queryChunkSize()),
                args.getInt("corpus_chunk_size", mining.corpusChunkSize()));
    var found = mining.mine(corpus);
    assertThat(found.stream().map(pair -> List.of(pair.first(), pair.second())).toList())
        .isEqualTo(ids(call));
    float[] scores = golden.floats(call.getString("key"));
    for (int i = 0; i < scores.length; i++) {
      assertThat(found.get(i).score()).isCloseTo(scores[i], within(1e-5f));
    }
  }

  private static List<List<Integer>> ids(Json call) {
    return call.get("result").items().stream()
        .map(row -> row.items().stream().map(Json::asInt).toList())
        .toList();
  }

  @Test
  void equalScoresComeInTheOrderOfRows() {
    float[][] same = new float[3000][];
    Arrays.setAll(same, i -> new float[] {i % 2, 1});
    var hits = SemanticSearch.search(new float[][] {{1, 1}}, same, 5).getFirst();
    assertThat(hits).extracting(Hit::corpusId).containsExactly(1, 3, 5, 7, 9);
  }

  @Test
  void findsTheSameAsSortingAll() {
    var random = new Random(7);
    float[][] many = rows(random, 5000, 19);
    float[][] some = rows(random, 5, 19);
    for (var similarity : Similarity.values()) {
      float[][] all = similarity.between(some, many);
      var found = SemanticSearch.search(some, many, 17, similarity);
      for (int q = 0; q < some.length; q++) {
        float[] scores = all[q].clone();
        Arrays.sort(scores);
        for (int i = 0; i < 17; i++) {
          assertThat(found.get(q).get(i).score())
              .isCloseTo(scores[scores.length - 1 - i], within(1e-5f));
          assertThat(all[q][found.get(q).get(i).corpusId()])
              .isCloseTo(found.get(q).get(i).score(), within(1e-5f));
        }
      }
    }
  }

  @Test
  void anEmptyCorpusHasNoHits() {
    assertThat(SemanticSearch.search(queries, new float[0][], 3))
        .hasSize(5)
        .allMatch(List::isEmpty);
    assertThat(new ParaphraseMining().mine(new float[0][])).isEmpty();
    assertThat(CommunityDetection.detect(new float[0][])).isEmpty();
  }

  @Test
  void refusesBadQuestions() {
    assertThatThrownBy(() -> SemanticSearch.search(queries, corpus, 0))
        .isInstanceOf(BadArgumentException.class);
    assertThatThrownBy(() -> SemanticSearch.search(new float[1][3], corpus, 1))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("3 dimensions");
    float[][] bad = corpus.clone();
    bad[7] = new float[16];
    bad[7][2] = Float.POSITIVE_INFINITY;
    assertThatThrownBy(() -> SemanticSearch.search(queries, bad, 1))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("row 7, column 2");
  }

  static float[][] rows(Random random, int count, int dimension) {
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      for (int i = 0; i < dimension; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }
}
