package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.tensors.DType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuOpsTest {
  private static final int[] IDS = new int[200];

  static {
    for (int i = 0; i < IDS.length; i++) {
      IDS[i] = i * 7 % 31;
    }
  }

  static Stream<Rung> rungs() {
    return Stream.of(Rung.values()).filter(rung -> rung.obstacle().isEmpty());
  }

  /** Attention by the book, in double precision. */
  private static double[] attention(Attention a, float[] qkv, int rows) {
    int columns = a.qkvColumns();
    int size = a.headSize();
    double[] out = new double[rows * a.outColumns()];
    for (int h = 0; h < a.heads(); h++) {
      int k = (a.heads() + h / (a.heads() / a.kvHeads())) * size;
      int v = k + a.kvHeads() * size;
      for (int r = 0; r < rows; r++) {
        int seen = a.causal() ? r + 1 : rows;
        double[] weights = new double[seen];
        double sum = 0;
        for (int p = 0; p < seen; p++) {
          double score = 0;
          for (int d = 0; d < size; d++) {
            score += (double) qkv[r * columns + h * size + d] * qkv[p * columns + k + d];
          }
          weights[p] = Math.exp(score * a.scale());
          sum += weights[p];
        }
        for (int p = 0; p < seen; p++) {
          for (int d = 0; d < size; d++) {
            out[r * a.outColumns() + h * size + d] += weights[p] / sum * qkv[p * columns + v + d];
          }
        }
      }
    }
    return out;
  }

  private static float[] values(Ops ops, Activation x) {
    float[] values = new float[x.rows() * x.columns()];
    for (int r = 0; r < x.rows(); r++) {
      ops.read(x, r, values, r * x.columns());
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void attendsLikeTheFormula(Rung rung) {
    for (boolean causal : new boolean[] {true, false}) {
      for (int rows : new int[] {1, 7, 16, 17, 45}) {
        var attention = new Attention(0, 6, 2, 10, 0.3f, causal);
        try (var ops = new CpuOps(rung, 2)) {
          var table =
              ops.prepareEmbedding(
                  new Numbers(rows).tensor(DType.F32, 0, 31, attention.qkvColumns()));
          var batch = new Batch();
          batch.add(null, IDS, 0, rows, rows, Batch.Want.NONE);
          ops.begin();
          var qkv = ops.embed(table, batch);
          double[] expected = attention(attention, values(ops, qkv), rows);
          float[] actual = values(ops, ops.attend(qkv, attention, batch));
          for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).isCloseTo(expected[i], within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void turnsByTheAngleOfTheFormula() {
    float[] frequencies = {1f, 0.37f, -0.1f, 3e-4f};
    var rope = new Rope(8, frequencies, 1.5f, Rope.Style.HALVES, null);
    var batch = new Batch();
    batch.add(null, new int[5000], 0, 5000, 5000, Batch.Want.NONE);
    float[] table = new RotaryTables().of(rope, batch);
    for (int p = 0; p < 5000; p++) {
      for (int i = 0; i < 4; i++) {
        double angle = p * frequencies[i];
        assertThat((double) table[p * 8 + i]).isCloseTo(1.5 * Math.cos(angle), within(2e-7));
        assertThat((double) table[p * 8 + 4 + i]).isCloseTo(1.5 * Math.sin(angle), within(2e-7));
      }
    }
  }

  @Test
  void aForkGoesOnByItself() {
    var model = new TinyModel(Rung.best(), 1, 3);
    try (var a = model.newState()) {
      model.logits(a, IDS, 0, 71); // into a second page
      try (var b = a.fork()) {
        float[] left = model.logits(a, new int[] {5, 6}, 0, 2);
        float[] right = model.logits(b, new int[] {9, 6}, 0, 2);
        assertThat(right).isNotEqualTo(left);
        b.truncate(71);
        assertThat(model.logits(b, new int[] {5, 6}, 0, 2)).isEqualTo(left);
        a.truncate(3);
        a.truncate(0);
        model.logits(a, IDS, 50, 190); // takes pages that b gave back or still holds
        b.truncate(70);
        assertThat(model.logits(b, new int[] {IDS[70], 5, 6}, 0, 3)).isEqualTo(left);
      }
    }
  }

  @Test
  void refusesAStateThatIsClosedOrTwiceInABatch() {
    var model = new TinyModel(Rung.best(), 1, 3);
    var state = model.newState();
    var batch = new Batch();
    batch.add(state, IDS, 0, 2, 2, Batch.Want.LAST);
    batch.add(state, IDS, 0, 2, 2, Batch.Want.LAST);
    assertThatThrownBy(() -> model.forward(batch)).hasMessageContaining("twice in a batch");
    state.close();
    batch.clear();
    batch.add(state, IDS, 0, 2, 2, Batch.Want.LAST);
    assertThatThrownBy(() -> model.forward(batch)).isInstanceOf(ClosedException.class);
    assertThatThrownBy(state::fork).isInstanceOf(ClosedException.class);
  }

  @Test
  void refusesIdsOutsideTheTable() {
    var model = new TinyModel(Rung.best(), 1, 3);
    var batch = new Batch();
    for (int id : List.of(-1, TinyModel.VOCABULARY)) {
      batch.clear();
      batch.add(null, new int[] {id}, 0, 1, 1, Batch.Want.LAST);
      assertThatThrownBy(() -> model.forward(batch))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("id " + id);
    }
  }
}
