package io.quoth.embeddings;

import io.quoth.embeddings.SemanticSearch.Hit;
import io.quoth.kernels.ScoreTile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Looks at every row, on all cores: each takes blocks of rows to itself and keeps the best that it
 * saw. Scores have the same bits whatever the blocks, the other queries and the threads are.
 *
 * @param scales what products with each row are multiplied with; empty for ones
 * @param corpus the rows
 */
record ExactSearch(Similarity similarity, int size, int dimension, float[] scales, Corpus corpus) {
  /** Rows of a share. */
  private static final int BLOCK = 1024;

  /** Rows wherever they lie. */
  @FunctionalInterface
  interface Corpus {
    /** Copies rows {@code first} to {@code first + count}, end to end. */
    void copy(int first, int count, float[] into);
  }

  /** For the cosine, one by the length of each row. */
  static float[] scales(Similarity similarity, int size, int dimension, Corpus corpus) {
    if (similarity != Similarity.COSINE) {
      return new float[0];
    }
    float[] scales = new float[size];
    blocks(size)
        .forEach(block -> {
          float[] row = new float[dimension];
          for (int i = block * BLOCK; i < end(block, size); i++) {
            corpus.copy(i, 1, row);
            scales[i] = (float) (1 / Math.max(Math.sqrt(Rows.dot(row, row)), Rows.SMALLEST_NORM));
          }
        });
    return scales;
  }

  private static IntStream blocks(int size) {
    return IntStream.range(0, (int) (((long) size + BLOCK - 1) / BLOCK)).parallel();
  }

  private static int end(int block, int size) {
    return (int) Math.min(size, (block + 1L) * BLOCK);
  }

  /**
   * The nearest rows to each query, best first.
   *
   * @param queries checked already
   * @param wanted whether a row may be found
   */
  List<List<Hit>> search(float[][] queries, int topK, IntPredicate wanted) {
    float[][] prepared = similarity.prepare(queries);
    int most = Math.min(topK, size);
    var free = new ConcurrentLinkedQueue<Seeker>();
    var all = new ConcurrentLinkedQueue<Seeker>();
    blocks(size)
        .forEach(block -> {
          Seeker seeker = free.poll();
          if (seeker == null) {
            seeker = new Seeker(prepared, most, wanted);
            all.add(seeker);
          }
          seeker.look(block * BLOCK, end(block, size));
          free.add(seeker);
        });
    var results = new ArrayList<List<Hit>>(queries.length);
    for (int q = 0; q < queries.length; q++) {
      var best = new TopK(most);
      for (Seeker seeker : all) {
        best.addAll(seeker.best[q]);
      }
      results.add(best.drain());
    }
    return results;
  }

  /** Queries that are scored together, as {@link ScoreTile} wants them. */
  private record Panel(int first, int count, int lanes, float[] queries, float[] worst) {
    static Panel of(float[][] queries, int first, int dimension) {
      int count = Math.min(2 * ScoreTile.LANES, queries.length - first);
      int lanes = count > ScoreTile.LANES ? 2 * ScoreTile.LANES : ScoreTile.LANES;
      float[] columns = new float[dimension * lanes];
      float[] worst = new float[lanes];
      Arrays.fill(worst, Float.POSITIVE_INFINITY);
      for (int q = 0; q < count; q++) {
        worst[q] = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < dimension; i++) {
          columns[i * lanes + q] = queries[first + q][i];
        }
      }
      return new Panel(first, count, lanes, columns, worst);
    }
  }

  /** What one thread needs, and the best that it saw. */
  private final class Seeker {
    final TopK[] best;
    private final float[][] queries;
    private final IntPredicate wanted;
    private final List<Panel> panels = new ArrayList<>();
    private final float[] rows = new float[ScoreTile.ROWS * dimension];
    private final float[] tileScales = new float[ScoreTile.ROWS];
    private final float[] scores = new float[ScoreTile.ROWS * 2 * ScoreTile.LANES];

    Seeker(float[][] queries, int most, IntPredicate wanted) {
      this.queries = queries;
      this.wanted = wanted;
      best = new TopK[queries.length];
      Arrays.setAll(best, _ -> new TopK(most));
      Arrays.fill(tileScales, 1);
      for (int q = 0; q < queries.length; q += 2 * ScoreTile.LANES) {
        panels.add(Panel.of(queries, q, dimension));
      }
    }

    void look(int from, int to) {
      boolean products = similarity == Similarity.COSINE || similarity == Similarity.DOT;
      for (int row = from; row < to; row += ScoreTile.ROWS) {
        int count = Math.min(ScoreTile.ROWS, to - row);
        corpus.copy(row, count, rows);
        if (products) {
          products(row, count);
        } else {
          distances(row, count);
        }
      }
    }

    private void products(int row, int count) {
      if (scales.length > 0) {
        System.arraycopy(scales, row, tileScales, 0, count);
      }
      for (int p = 0; p < panels.size(); p++) {
        Panel panel = panels.get(p);
        int matters =
            ScoreTile.score(
                rows, dimension, panel.queries, panel.lanes, tileScales, panel.worst, scores);
        for (int r = 0; matters != 0 && r < count; r++) {
          if ((matters & 1 << r) != 0 && wanted.test(row + r)) {
            keep(panel, r, row + r);
          }
        }
      }
    }

    private void keep(Panel panel, int r, int row) {
      for (int q = 0; q < panel.count; q++) {
        float score = scores[r * panel.lanes + q];
        if (score >= panel.worst[q]) {
          TopK top = best[panel.first + q];
          top.add(score, row);
          panel.worst[q] = top.worst();
        }
      }
    }

    private void distances(int row, int count) {
      for (int r = 0; r < count; r++) {
        if (wanted.test(row + r)) {
          float[] one = Arrays.copyOfRange(rows, r * dimension, (r + 1) * dimension);
          for (int q = 0; q < queries.length; q++) {
            best[q].add(similarity.score(queries[q], one), row + r);
          }
        }
      }
    }
  }
}
