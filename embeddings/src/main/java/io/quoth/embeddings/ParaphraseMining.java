package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds the pairs of most similar embeddings in one collection. Follows {@code
 * sentence_transformers.util.paraphrase_mining_embeddings}, its counting included: {@code topK}
 * counts within each chunk of the corpus, and {@code maxPairs} counts a pair found from both sides
 * twice and keeps one fewer.
 *
 * @param queryChunkSize rows compared at once
 * @param corpusChunkSize rows compared against; {@code topK} counts anew in each
 * @param maxPairs finds kept, both directions counted
 * @param topK most similar rows looked at for each row, itself not counted
 * @param similarity how rows are compared
 */
public record ParaphraseMining(
    int queryChunkSize, int corpusChunkSize, int maxPairs, int topK, Similarity similarity) {

  /** The reference's settings: chunks of 5,000 and 100,000, 500,000 pairs, 100 a row, cosine. */
  public ParaphraseMining() {
    this(5_000, 100_000, 500_000, 100, Similarity.COSINE);
  }

  /** Checks that all counts are at least 1. */
  public ParaphraseMining {
    if (queryChunkSize < 1 || corpusChunkSize < 1 || maxPairs < 1 || topK < 1) {
      throw new BadArgumentException(
          "chunk sizes, maxPairs and topK must be at least 1: "
              + List.of(queryChunkSize, corpusChunkSize, maxPairs, topK));
    }
  }

  /**
   * Two rows and how alike they are.
   *
   * @param first the lower row
   * @param second the higher row
   */
  public record Pair(float score, int first, int second) {}

  /** The same with another number of rows looked at for each row. */
  public ParaphraseMining topK(int count) {
    return new ParaphraseMining(queryChunkSize, corpusChunkSize, maxPairs, count, similarity);
  }

  /** The same with another number of finds kept. */
  public ParaphraseMining maxPairs(int count) {
    return new ParaphraseMining(queryChunkSize, corpusChunkSize, count, topK, similarity);
  }

  /** The same with other chunks. */
  public ParaphraseMining chunks(int query, int corpus) {
    return new ParaphraseMining(query, corpus, maxPairs, topK, similarity);
  }

  /** The same with another similarity. */
  public ParaphraseMining similarity(Similarity other) {
    return new ParaphraseMining(queryChunkSize, corpusChunkSize, maxPairs, topK, other);
  }

  /**
   * The most similar pairs, best first, each once.
   *
   * @param embeddings [n, dimension]
   * @throws BadArgumentException when rows differ in length or a number is not finite
   */
  public List<Pair> mine(float[][] embeddings) {
    Rows.dimension("the embeddings", embeddings);
    float[][] rows = similarity.prepare(embeddings);
    var finds = new Finds(maxPairs);
    int corpusStep = Math.min(corpusChunkSize, rows.length);
    int queryStep = Math.min(queryChunkSize, rows.length);
    for (int corpus = 0; corpus < rows.length; corpus += corpusStep) {
      int corpusEnd = Math.min(rows.length, corpus + corpusStep);
      for (int query = 0; query < rows.length; query += queryStep) {
        mine(rows, query, Math.min(rows.length, query + queryStep), corpus, corpusEnd, finds);
      }
    }
    return finds.pairs();
  }

  private void mine(
      float[][] rows, int query, int queryEnd, int corpus, int corpusEnd, Finds finds) {
    var best = new TopK[queryEnd - query];
    for (int q = 0; q < best.length; q++) {
      best[q] = new TopK(Math.min(topK + 1, corpusEnd - corpus)); // a row is nearest to itself
    }
    ScoreBlocks.visit(
        rows,
        query,
        queryEnd,
        rows,
        corpus,
        corpusEnd,
        similarity,
        (q, firstRow, scores, count) -> best[q - query].addAll(scores, count, firstRow));
    for (int q = 0; q < best.length; q++) {
      for (var hit : best[q].drain()) {
        finds.add(hit.score(), query + q, hit.corpusId());
      }
    }
  }

  /** The best finds so far, a pair possibly from both of its ends. */
  private static final class Finds {
    private static final Comparator<Pair> WORST_FIRST =
        Comparator.comparingDouble((Pair pair) -> pair.score)
            .thenComparingInt(Pair::first)
            .thenComparingInt(Pair::second);

    private final PriorityQueue<Pair> heap = new PriorityQueue<>(WORST_FIRST);
    private final int most;
    private float threshold = -1; // the reference's start, whatever the similarity
    private long added;

    Finds(int most) {
      this.most = most;
    }

    void add(float score, int row, int other) {
      if (row != other && score > threshold) {
        heap.add(new Pair(score, row, other));
        if (++added >= most) {
          threshold = heap.remove().score;
        }
      }
    }

    List<Pair> pairs() {
      Set<Long> seen = new HashSet<>();
      var pairs = new ArrayList<Pair>();
      while (!heap.isEmpty()) {
        Pair find = heap.remove();
        int first = Math.min(find.first, find.second);
        int second = Math.max(find.first, find.second);
        if (seen.add((long) first << 32 | second)) {
          pairs.add(new Pair(find.score, first, second));
        }
      }
      pairs.sort(Comparator.comparingDouble((Pair pair) -> -pair.score));
      return List.copyOf(pairs);
    }
  }
}
