package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bits of a row depend on nothing but its sequence: not on batch, chunks, threads, rung. */
class InvarianceTest {
  /** More than two pages. */
  private static final int LENGTH = 141;

  private static final int[] IDS = new Random(7).ints(LENGTH, 0, TinyModel.VOCABULARY).toArray();

  record Way(Rung rung, int threads) {}

  static Stream<Way> ways() {
    return Stream.of(Rung.values())
        .filter(rung -> rung.obstacle().isEmpty())
        .flatMap(rung -> Stream.of(1, 2, 3, 4).map(threads -> new Way(rung, threads)));
  }

  /** Each position's logits from the scalar rung on one thread, token by token. */
  private static float[][] expected(int[] ids) {
    float[][] rows = new float[ids.length][];
    try (var model = new TinyModel(Rung.SCALAR, 1, 4);
        var state = model.newState()) {
      for (int i = 0; i < ids.length; i++) {
        rows[i] = model.logits(state, ids, i, i + 1, ids.length);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anyChunksGiveTheSameBits(Way way) {
    float[][] expected = expected(IDS);
    try (var model = new TinyModel(way.rung(), way.threads(), 4)) {
      for (int chunk : new int[] {1, 2, 5, 16, 33, LENGTH}) {
        try (var state = model.newState()) {
          var batch = new Batch();
          for (int from = 0; from < LENGTH; from += chunk) {
            int to = Math.min(LENGTH, from + chunk);
            batch.clear();
            batch.add(state, IDS, from, to, LENGTH, Batch.Want.ALL);
            float[][] rows = model.rows(batch);
            for (int i = from; i < to; i++) {
              assertThat(rows[i - from])
                  .as("position %d, chunk %d", i, chunk)
                  .isEqualTo(expected[i]);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anyBatchGivesTheSameBits(Way way) {
    float[][] expected = expected(IDS);
    int[] other = new Random(8).ints(23, 0, TinyModel.VOCABULARY).toArray();
    float[][] otherExpected = expected(other);
    try (var model = new TinyModel(way.rung(), way.threads(), 4);
        var state = model.newState()) {
      var batch = new Batch();
      batch.add(state, IDS, 0, 70, LENGTH, Batch.Want.ALL);
      batch.add(null, other, 0, 23, 23, Batch.Want.ALL);
      batch.add(null, IDS, 0, LENGTH, LENGTH, Batch.Want.LAST);
      float[][] rows = model.rows(batch);
      for (int i = 0; i < 70; i++) {
        assertThat(rows[i]).isEqualTo(expected[i]);
      }
      for (int i = 0; i < 23; i++) {
        assertThat(rows[70 + i]).isEqualTo(otherExpected[i]);
      }
      assertThat(rows[93]).isEqualTo(expected[LENGTH - 1]);
      batch.clear();
      batch.add(null, other, 0, 23, 23, Batch.Want.NONE);
      batch.add(state, IDS, 70, LENGTH, LENGTH, Batch.Want.ALL);
      rows = model.rows(batch);
      for (int i = 70; i < LENGTH; i++) {
        assertThat(rows[i - 70]).isEqualTo(expected[i]);
      }
    }
  }
}
