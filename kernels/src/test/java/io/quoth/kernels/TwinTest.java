package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kernel of a better rung, and of the scalar rung over arrays, gives the bits of its scalar
 * twin, at awkward sizes too.
 */
class TwinTest {
  private static final int[] SIZES = {1, 3, 15, 16, 17, 31, 32, 33, 64, 96, 127, 200};
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1f,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0.625f,
    88.7f,
    -87.4f,
    -103.9f,
    -104.1f,
    3.99f,
    1e-20f
  };

  private final Rung better = Rung.best();

  @BeforeEach
  void thereIsABetterRung() {
    assumeTrue(better != Rung.SCALAR, () -> Rung.VECTOR.obstacle().orElse(""));
  }

  /** Runs the same on all kernels and compares all bits of all rows. */
  private void same(String what, Function<CpuOps, Activation> work) {
    try (var scalar = new CpuOps(Rung.SCALAR, 1);
        var arrays = new CpuOps(Rung.SCALAR, 2, Easing.IN);
        var vector = new CpuOps(better, 2)) {
      int[] expected = run(scalar, work);
      assertThat(run(arrays, work)).as(what + ", arrays").isEqualTo(expected);
      assertThat(run(vector, work)).as(what).isEqualTo(expected);
    }
  }

  private static int[] run(CpuOps ops, Function<CpuOps, Activation> work) {
    ops.begin();
    return bits(ops, work.apply(ops));
  }

  private static int[] bits(CpuOps ops, Activation x) {
    int[] bits = new int[x.rows() * x.columns()];
    float[] row = new float[x.columns()];
    for (int r = 0; r < x.rows(); r++) {
      ops.read(x, r, row, 0);
      for (int i = 0; i < row.length; i++) {
        bits[r * row.length + i] = Float.floatToIntBits(row[i]);
      }
    }
    return bits;
  }

  /** An activation that holds the rows of a table. */
  private static Activation rows(CpuOps ops, Tensor table) {
    int rows = (int) table.size(0);
    int[] ids = new int[rows];
    for (int i = 0; i < rows; i++) {
      ids[i] = i;
    }
    var batch = new Batch();
    batch.add(null, ids, 0, rows, rows, Batch.Want.NONE);
    return ops.embed(ops.prepareEmbedding(table), batch);
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "F16", "BF16"})
  void linear(DType dtype) {
    var numbers = new Numbers(1);
    for (var orientation : Orientation.values()) {
      for (int in : SIZES) {
        for (int out : new int[] {1, 5, 16, 47, 130}) {
          for (int rows : new int[] {1, 2, 9, 13, 33, 51, 70}) {
            long[] shape =
                orientation == Orientation.OUT_IN ? new long[] {out, in} : new long[] {in, out};
            var weight = numbers.tensor(dtype, in % 3, shape);
            var bias = rows % 2 == 0 ? null : numbers.tensor(dtype, 1, out);
            var x = numbers.tensor(DType.F32, 0, rows, in);
            same(
                "%s %d x %d, %d rows".formatted(orientation, in, out, rows),
                ops -> ops.linear(rows(ops, x), ops.prepareLinear(weight, bias, orientation)));
          }
        }
      }
    }
  }

  @Test
  void moreRowsThanGoTogether() {
    var numbers = new Numbers(2);
    var weight = numbers.tensor(DType.BF16, 0, 20, 48);
    var x = numbers.tensor(DType.F32, 0, 1029, 48);
    same("1029 rows", ops -> ops.linear(rows(ops, x), ops.prepareLinear(weight)));
  }

  /**
   * Two streams of weights, four, none; panels of some outputs; tiles, and rows too long for them.
   */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void longRows(DType dtype) {
    var numbers = new Numbers(3);
    for (int in : new int[] {1030, 2048, 3136, 8192, 8208}) {
      var weight = numbers.tensor(dtype, 0, 75, in);
      for (int rows : new int[] {1, 6, 20, 40, 100}) {
        var x = numbers.tensor(DType.F32, 0, rows, in);
        same(rows + " rows of " + in, ops -> ops.linear(rows(ops, x), ops.prepareLinear(weight)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F16", "BF16"})
  void everyHalfIsDecodedExactly(DType dtype) {
    for (int in : new int[] {16, 64}) {
      everyHalfIsDecodedExactly(dtype, in);
    }
  }

  private void everyHalfIsDecodedExactly(DType dtype, int in) {
    float[] values = new float[65_536 * in];
    for (int i = 0; i < 65_536; i++) {
      values[i * in + i % in] =
          dtype == DType.F16 ? Float.float16ToFloat((short) i) : Float.intBitsToFloat(i << 16);
    }
    var weight = Numbers.tensor(dtype, 0, values, 65_536, in);
    for (int rows : new int[] {1, 2}) {
      float[] ones = new float[rows * in];
      Arrays.fill(ones, 1f);
      var x = Numbers.tensor(DType.F32, 0, ones, rows, in);
      try (var ops = new CpuOps(better, 2)) {
        ops.begin();
        int[] bits = bits(ops, ops.linear(rows(ops, x), ops.prepareLinear(weight)));
        for (int i = 0; i < 65_536; i++) {
          // A sum begins with +0, so that -0 becomes +0.
          assertThat(bits[i]).isEqualTo(Float.floatToIntBits(values[i * in + i % in] + 0f));
        }
      }
    }
  }

  @Test
  void norms() {
    var numbers = new Numbers(4);
    for (int size : SIZES) {
      var x = numbers.tensor(DType.F32, 0, 5, size);
      var weight = numbers.tensor(DType.BF16, 1, size);
      var bias = numbers.tensor(DType.F32, 0, size);
      same(
          "rmsNorm of " + size,
          ops -> ops.rmsNorm(rows(ops, x), ops.prepareNorm(weight, null, 1e-6, size)));
      same(
          "layerNorm of " + size,
          ops -> ops.layerNorm(rows(ops, x), ops.prepareNorm(weight, bias, 1e-5, size)));
      same(
          "layerNorm without parameters of " + size,
          ops -> ops.layerNorm(rows(ops, x), ops.prepareNorm(null, null, 1e-5, size)));
    }
  }

  @ParameterizedTest
  @EnumSource(Nonlinearity.class)
  void nonlinearities(Nonlinearity function) {
    var random = new Random(5);
    float[] values = new float[4 * 5001];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          i < SPECIAL.length
              ? SPECIAL[i]
              : i % 2 == 0
                  ? (float) random.nextGaussian() * 3
                  : Float.intBitsToFloat(random.nextInt());
    }
    var x = Numbers.tensor(DType.F32, 0, values, 2, 2 * 5001);
    same("activate", ops -> ops.activate(function, rows(ops, x)));
    same("gate", ops -> ops.gate(function, rows(ops, x)));
  }

  @Test
  void sums() {
    var x = new Numbers(6).tensor(DType.F32, 0, 3, 37);
    var y = new Numbers(7).tensor(DType.F32, 0, 3, 37);
    same("add", ops -> ops.add(rows(ops, x), rows(ops, y)));
  }

  @Test
  void rotation() {
    for (var style : Rope.Style.values()) {
      for (int dims : new int[] {4, 32, 64}) {
        float[] frequencies = new Numbers(dims).floats(dims / 2);
        var rope = new Rope(dims, frequencies, 1.2f, style, null);
        var attention = new Attention(0, 3, 1, 64, 1, true);
        var x = new Numbers(8).tensor(DType.F32, 0, 7, attention.qkvColumns());
        var batch = new Batch();
        batch.add(null, new int[7], 0, 7, 7, Batch.Want.NONE);
        same(style + " " + dims, ops -> ops.rotate(rows(ops, x), attention, rope, batch));
      }
    }
  }

  @Test
  void attention() {
    for (int size : new int[] {8, 16, 32, 48, 64, 80, 96}) {
      for (int kvHeads : new int[] {1, 2, 6}) {
        for (boolean causal : new boolean[] {true, false}) {
          var attention = new Attention(0, 6, kvHeads, size, 0.2f, causal);
          for (int rows : new int[] {1, 8, 21, 70, 150}) {
            var x = new Numbers(rows).tensor(DType.F32, 0, rows, attention.qkvColumns());
            var batch = new Batch();
            batch.add(null, new int[rows], 0, rows, rows, Batch.Want.NONE);
            same(attention + " " + rows, ops -> ops.attend(rows(ops, x), attention, batch));
          }
        }
      }
    }
  }

  /**
   * As in generation: sequences of several lengths, a page full or just begun, and one row each.
   */
  @Test
  void attentionOfOneRowBehindMany() {
    int[] lengths = {150, 63, 64, 1};
    for (int size : new int[] {8, 16, 64, 80, 128}) {
      for (int kvHeads : new int[] {1, 2, 3, 6, 12}) {
        for (int reach : new int[] {Integer.MAX_VALUE, 70, 3}) {
          var attention = new Attention(0, 12, kvHeads, size, 0.2f, true).within(reach);
          int columns = attention.qkvColumns();
          var context = new Numbers(size).tensor(DType.F32, 0, 278, columns);
          var x = new Numbers(kvHeads).tensor(DType.F32, 0, lengths.length, columns);
          same(
              attention.toString(),
              ops -> {
                var batch = new Batch();
                List<SequenceState> states = new ArrayList<>();
                for (int length : lengths) {
                  states.add(ops.newState(List.of(attention)));
                  batch.add(states.getLast(), new int[length], 0, length, 200, Batch.Want.NONE);
                }
                ops.attend(rows(ops, context), attention, batch);
                ops.begin();
                batch.clear();
                for (var state : states) {
                  batch.add(state, new int[1], 0, 1, 200, Batch.Want.NONE);
                }
                return ops.attend(rows(ops, x), attention, batch);
              });
        }
      }
    }
  }

  /** What lies behind the last position, in pages used before, must not matter: here it is NaN. */
  @Test
  void attentionNeverReadsWhatIsNotThere() {
    var attention = new Attention(0, 2, 2, 64, 0.2f, true);
    float[] bad = new float[140 * attention.qkvColumns()];
    Arrays.fill(bad, Float.NaN);
    var poison = Numbers.tensor(DType.F32, 0, bad, 140, attention.qkvColumns());
    for (int rows : new int[] {1, 7, 20, 70}) {
      var x = new Numbers(rows).tensor(DType.F32, 0, rows, attention.qkvColumns());
      same(
          rows + " rows",
          ops -> {
            var batch = new Batch();
            try (var state = ops.newState(List.of(attention))) {
              batch.add(state, new int[140], 0, 140, 140, Batch.Want.NONE);
              ops.attend(rows(ops, poison), attention, batch);
            }
            ops.begin();
            batch.clear();
            batch.add(
                ops.newState(List.of(attention)), new int[rows], 0, rows, rows, Batch.Want.NONE);
            var y = ops.attend(rows(ops, x), attention, batch);
            float[] first = new float[y.columns()];
            ops.read(y, 0, first, 0);
            assertThat(first).doesNotContain(Float.NaN);
            return y;
          });
    }
  }
}
