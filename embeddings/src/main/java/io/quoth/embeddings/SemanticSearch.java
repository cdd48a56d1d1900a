package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.List;

/**
 * Finds the nearest of many embeddings by looking at every one: no index, nothing missed. Follows
 * {@code sentence_transformers.util.semantic_search}; where scores are equal the earlier row comes
 * first.
 */
public final class SemanticSearch {
  private SemanticSearch() {}

  /**
   * One of the nearest.
   *
   * @param corpusId its row in the corpus, from 0
   * @param score how alike it is to the query
   */
  public record Hit(int corpusId, float score) {}

  /** The nearest by the cosine; see {@link #search(float[][], float[][], int, Similarity)}. */
  public static List<List<Hit>> search(float[][] queries, float[][] corpus, int topK) {
    return search(queries, corpus, topK, Similarity.COSINE);
  }

  /**
   * The nearest rows of the corpus to each query, best first.
   *
   * @param queries [n, dimension]
   * @param corpus [m, dimension]
   * @param topK how many a query; all where the corpus has fewer
   * @return a list a query, in their order
   * @throws BadArgumentException when dimensions differ, a number is not finite, or {@code topK} is
   *     below 1
   */
  public static List<List<Hit>> search(
      float[][] queries, float[][] corpus, int topK, Similarity similarity) {
    if (topK < 1) {
      throw new BadArgumentException("topK is " + topK + "; it must be at least 1");
    }
    Rows.sameDimension("the queries", queries, "the corpus", corpus);
    int dimension = corpus.length == 0 ? 0 : corpus[0].length;
    ExactSearch.Corpus rows =
        (first, count, into) -> {
          for (int i = 0; i < count; i++) {
            System.arraycopy(corpus[first + i], 0, into, i * dimension, dimension);
          }
        };
    float[] scales = ExactSearch.scales(similarity, corpus.length, dimension, rows);
    return new ExactSearch(similarity, corpus.length, dimension, scales, rows)
        .search(queries, topK, _ -> true);
  }
}
