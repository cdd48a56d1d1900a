package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights in blocks of Q8_0 give the bits that their decoded numbers give as f32. */
class Q8LinearTest {
  static Stream<Rung> rungs() {
    return Stream.of(Rung.values()).filter(rung -> rung.obstacle().isEmpty());
  }

  private static Tensor decoded(Tensor blocks) {
    return Numbers.tensor(DType.F32, 0, Numbers.values(blocks), blocks.shape());
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
  void aLinearLayerIsThatOfItsDecodedNumbers(Rung rung) {
    var numbers = new Numbers(11);
    for (var orientation : Orientation.values()) {
      for (int in : new int[] {32, 64, 96, 384}) {
        for (int out : new int[] {32, 96, 160}) {
          for (int rows : new int[] {1, 2, 5, 9, 20, 40}) {
            long[] shape =
                orientation == Orientation.OUT_IN ? new long[] {out, in} : new long[] {in, out};
            var blocks = numbers.tensor(DType.Q8_0, rows % 3, shape);
            var bias = rows % 2 == 0 ? null : numbers.tensor(DType.F32, 0, out);
            float[] x = numbers.floats(rows * in);
            try (var ops = new CpuOps(Rung.SCALAR, 1);
                var quantised = new CpuOps(rung, 2)) {
              var plain = ops.prepareLinear(decoded(blocks), bias, orientation);
              float[] expected = values(ops, ops.linear(ops.input(x, rows, in), plain));
              var linear = quantised.prepareLinear(blocks, bias, orientation);
              var y = quantised.linear(quantised.input(x, rows, in), linear);
              assertThat(values(quantised, y))
                  .as("%s %d x %d, %d rows", orientation, in, out, rows)
                  .isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void outputsNeedNotBeAWholeNumberOfAnything(Rung rung) {
    var numbers = new Numbers(12);
    for (int out : new int[] {1, 5, 17, 131}) {
      for (int rows : new int[] {1, 3, 40}) {
        var blocks = numbers.tensor(DType.Q8_0, 1, out, 64);
        float[] x = numbers.floats(rows * 64);
        try (var ops = new CpuOps(Rung.SCALAR, 1);
            var quantised = new CpuOps(rung, 2)) {
          var plain = ops.prepareLinear(decoded(blocks));
          float[] expected = values(ops, ops.linear(ops.input(x, rows, 64), plain));
          var y = quantised.linear(quantised.input(x, rows, 64), quantised.prepareLinear(blocks));
          assertThat(values(quantised, y)).as(out + " of " + rows).isEqualTo(expected);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void anEmbeddingIsThatOfItsDecodedNumbers(Rung rung) {
    var blocks = new Numbers(13).tensor(DType.Q8_0, 2, 7, 96);
    try (var ops = new CpuOps(rung, 1)) {
      int[] rows = {6, 0, 3, 3};
      float[] expected = values(ops, ops.embed(ops.prepareEmbedding(decoded(blocks)), rows));
      assertThat(values(ops, ops.embed(ops.prepareEmbedding(blocks), rows))).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void rowsThatShareABlockAreRefused(Rung rung) {
    var tensor = new Tensor("odd", DType.Q8_0, new long[] {4, 16}, Arena.ofAuto().allocate(2 * 34));
    try (var ops = new CpuOps(rung, 1)) {
      assertThatThrownBy(() -> ops.prepareLinear(tensor))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("odd")
          .hasMessageContaining("whole blocks of 32");
    }
  }
}
