package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.embeddings.Quantization.Ranges;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class QuantizationTest {
  private final GoldenTensors golden =
      GoldenTensors.read(TestData.own("sentence/quantize/expected.safetensors"));
  private final float[][] embeddings = Golden.rows(golden, "embeddings");

  @ParameterizedTest
  @EnumSource(names = {"INT8", "UINT8", "BINARY", "UBINARY"})
  void equalsTheReferenceBitForBit(Precision precision) {
    assertEqual(Quantization.quantize(embeddings, precision), precision.toString());
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "UINT8"})
  void takesRangesFromElsewhere(Precision precision) {
    var calibrated = Ranges.of(Golden.rows(golden, "calibration"));
    assertEqual(
        Quantization.quantize(embeddings, precision, calibrated), precision + ".calibrated");
    float[][] ranges = Golden.rows(golden, "ranges");
    assertEqual(
        Quantization.quantize(embeddings, precision, new Ranges(ranges[0], ranges[1])),
        precision + ".ranges");
    double[] doubles = golden.doubles("ranges64");
    assertEqual(
        Quantization.quantize(
            embeddings,
            precision,
            Arrays.copyOf(doubles, doubles.length / 2),
            Arrays.copyOfRange(doubles, doubles.length / 2, doubles.length)),
        precision + ".ranges64");
  }

  @ParameterizedTest
  @EnumSource(names = {"BINARY", "UBINARY"})
  void padsBitsWithZeros(Precision precision) {
    float[][] cut =
        Arrays.stream(embeddings).map(row -> Arrays.copyOf(row, 13)).toArray(float[][]::new);
    assertEqual(Quantization.quantize(cut, precision), precision + ".13");
  }

  @Test
  void oneTextAloneTakesTheLowestStep() {
    byte[] row = Quantization.quantize(new float[][] {{1, -2, 3}}, Precision.INT8)[0];
    assertThat(row).containsOnly(-128);
  }

  @Test
  void refusesWhatHasNoBytes() {
    assertThatThrownBy(() -> Quantization.quantize(embeddings, Precision.FLOAT32))
        .isInstanceOf(BadArgumentException.class);
    assertThatThrownBy(
            () -> Quantization.quantize(embeddings, Precision.INT8, Ranges.of(new float[1][3])))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("3 columns");
    assertThatThrownBy(() -> Quantization.quantize(new float[][] {{Float.NaN}}, Precision.BINARY))
        .isInstanceOf(BadArgumentException.class);
    assertThatThrownBy(() -> Ranges.of(new float[0][])).isInstanceOf(BadArgumentException.class);
  }

  private void assertEqual(byte[][] found, String name) {
    int[] expected = golden.ints(name);
    boolean signed = !name.startsWith("u");
    int at = 0;
    for (byte[] row : found) {
      for (byte value : row) {
        assertThat(signed ? value : value & 0xFF).as(name + " " + at).isEqualTo(expected[at++]);
      }
    }
    assertThat(at).isEqualTo(expected.length);
  }
}
