package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.tensors.DType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The verbs that only encoders use, against their formulas in double precision. */
class EncoderVerbsTest {
  private static final int[] LENGTHS = {1, 7, 16, 33, 50};
  private static final int REACH = 20;

  static Stream<Rung> rungs() {
    return Stream.of(Rung.values()).filter(rung -> rung.obstacle().isEmpty());
  }

  private static Batch batch(int... lengths) {
    var batch = new Batch();
    for (int length : lengths) {
      int[] ids = new int[length];
      Arrays.setAll(ids, i -> (i * 7 + length) % 31);
      batch.add(ids, new int[length], Batch.Want.NONE);
    }
    return batch;
  }

  private static float[] values(Ops ops, Activation x) {
    float[] values = new float[x.rows() * x.columns()];
    for (int r = 0; r < x.rows(); r++) {
      ops.read(x, r, values, r * x.columns());
    }
    return values;
  }

  private static Embedding table(Ops ops, int seed, int rows, int columns) {
    return ops.prepareEmbedding(new Numbers(seed).tensor(DType.F32, 0, rows, columns));
  }

  /** A row for each distance, several far ones sharing theirs. */
  private static int[] rows() {
    int[] rows = new int[2 * REACH + 1];
    Arrays.setAll(rows, i -> Math.clamp(i - REACH, -8, 8) + 8);
    return rows;
  }

  /** Scores and values by the book, for the rows of one sequence. */
  private static double[] attention(Attention a, float[] qkv, int start, int length, Term term) {
    int columns = a.qkvColumns();
    int size = a.headSize();
    double[] out = new double[length * a.outColumns()];
    for (int h = 0; h < a.heads(); h++) {
      int k = (a.heads() + h / (a.heads() / a.kvHeads())) * size;
      int v = k + a.kvHeads() * size;
      for (int r = 0; r < length; r++) {
        double[] weights = new double[length];
        double sum = 0;
        for (int p = 0; p < length; p++) {
          double score = 0;
          for (int d = 0; d < size; d++) {
            score +=
                (double) qkv[(start + r) * columns + h * size + d]
                    * qkv[(start + p) * columns + k + d];
          }
          boolean seen = Math.abs(p - r) <= a.reach();
          weights[p] = seen ? Math.exp(term.score(score, h, start + r, start + p)) : 0;
          sum += weights[p];
        }
        for (int p = 0; p < length; p++) {
          for (int d = 0; d < size; d++) {
            out[r * a.outColumns() + h * size + d] +=
                weights[p] / sum * qkv[(start + p) * columns + v + d];
          }
        }
      }
    }
    return out;
  }

  private interface Term {
    double score(double product, int head, int row, int position);
  }

  private static void check(
      Rung rung, Attention attention, @Nullable BiasMaker maker, Terms terms) {
    try (var ops = new CpuOps(rung, 2)) {
      var words = table(ops, 5, 31, attention.qkvColumns());
      ScoreBias bias = maker == null ? null : maker.make(ops);
      var batch = batch(LENGTHS);
      ops.begin();
      var x = ops.embed(words, batch);
      float[] qkv = values(ops, x);
      float[] found =
          values(
              ops,
              bias == null
                  ? ops.attend(x, attention, batch)
                  : ops.attend(x, attention, bias, batch));
      for (int s = 0; s < batch.sequences(); s++) {
        int start = batch.start(s);
        int length = batch.end(s) - start;
        double[] expected = attention(attention, qkv, start, length, terms.of(ops, qkv, attention));
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) found[start * attention.outColumns() + i])
              .isCloseTo(expected[i], within(1e-5));
        }
      }
    }
  }

  private interface BiasMaker {
    ScoreBias make(Ops ops);
  }

  private interface Terms {
    Term of(Ops ops, float[] qkv, Attention attention);
  }

  private static int rowOf(int row, int position) {
    return rows()[Math.clamp(position - row, -REACH, REACH) + REACH];
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void aWindowHidesWhatIsFarther(Rung rung) {
    for (int reach : new int[] {0, 1, 4, 15, 16, 17, 100}) {
      var attention = new Attention(0, 6, 2, 10, 0.3f, false).within(reach);
      check(rung, attention, null, (ops, qkv, a) -> (score, h, r, p) -> score * a.scale());
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void addsTheNumberOfADistance(Rung rung) {
    for (int reach : new int[] {4, Integer.MAX_VALUE}) {
      var attention = new Attention(0, 6, 2, 10, 0.3f, false).within(reach);
      check(
          rung,
          attention,
          ops -> new RelativeBias(table(ops, 9, 17, 6), REACH, rows()),
          (ops, qkv, a) -> {
            float[] numbers = table(9, 17, 6);
            return (score, h, r, p) -> score * a.scale() + numbers[rowOf(r, p) * 6 + h];
          });
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void addsProductsWithDistances(Rung rung) {
    var attention = new Attention(0, 6, 6, 10, 0.3f, false);
    float[] keys = table(11, 17, 60);
    float[] queries = table(12, 17, 60);
    for (int kinds = 0; kinds < 4; kinds++) {
      boolean toPosition = (kinds & 1) != 0;
      boolean fromPosition = (kinds & 2) != 0;
      check(
          rung,
          attention,
          ops ->
              new Disentangled(
                  toPosition ? table(ops, 11, 17, 60) : null,
                  fromPosition ? table(ops, 12, 17, 60) : null,
                  REACH,
                  rows()),
          (ops, qkv, a) ->
              (score, h, r, p) -> {
                double sum = score;
                for (int d = 0; d < 10; d++) {
                  int distance = rowOf(r, p) * 60 + h * 10 + d;
                  sum += toPosition ? (double) qkv[r * 180 + h * 10 + d] * keys[distance] : 0;
                  sum +=
                      fromPosition
                          ? (double) qkv[p * 180 + 60 + h * 10 + d] * queries[distance]
                          : 0;
                }
                return sum * a.scale();
              });
    }
  }

  private static float[] table(int seed, int rows, int columns) {
    try (var ops = new CpuOps(Rung.SCALAR, 1)) {
      int[] all = new int[rows];
      Arrays.setAll(all, i -> i);
      ops.begin();
      return values(ops, ops.embed(table(ops, seed, rows, columns), all));
    }
  }

  @Test
  void neighboursEndWithTheirSequence() {
    try (var ops = new CpuOps()) {
      ops.begin();
      var x = ops.input(new float[] {1, 10, 2, 20, 3, 30}, 3, 2);
      assertThat(values(ops, ops.neighbours(x, 3, batch(2, 1))))
          .containsExactly(0, 1, 2, 0, 10, 20, 1, 2, 0, 10, 20, 0, 0, 3, 0, 0, 30, 0);
    }
  }

  @Test
  void picksAndAveragesRows() {
    try (var ops = new CpuOps()) {
      ops.begin();
      var x = ops.input(new float[] {1, 10, 2, 20, 6, 30}, 3, 2);
      assertThat(values(ops, ops.rows(x, new int[] {2, 0}))).containsExactly(6, 30, 1, 10);
      assertThat(values(ops, ops.mean(x, batch(2, 1)))).containsExactly(1.5f, 15, 6, 30);
    }
  }

  @Test
  void keepsComputedRowsForLaterForwards() {
    try (var ops = new CpuOps()) {
      ops.begin();
      var table = ops.prepareEmbedding(ops.input(new float[] {1, 2, 3, 4}, 2, 2));
      ops.begin();
      ops.input(new float[64], 8, 8);
      assertThat(values(ops, ops.embed(table, new int[] {1, 0}))).containsExactly(3, 4, 1, 2);
    }
  }
}
