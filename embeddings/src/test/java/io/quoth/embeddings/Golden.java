package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.testkit.GoldenTensors;
import java.util.Arrays;

/** Golden tensors as rows. */
final class Golden {
  private Golden() {}

  /** A tensor [rows, columns] as rows. */
  static float[][] rows(GoldenTensors golden, String name) {
    int[] shape = golden.shape(name);
    float[] values = golden.floats(name);
    float[][] rows = new float[shape[0]][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] = Arrays.copyOfRange(values, r * shape[1], (r + 1) * shape[1]);
    }
    return rows;
  }

  /** That {@code found} has the shape of a tensor and its numbers within {@code tolerance}. */
  static void assertClose(float[][] found, GoldenTensors golden, String name, float tolerance) {
    float[][] expected = rows(golden, name);
    assertThat(found.length).as(name).isEqualTo(expected.length);
    for (int r = 0; r < found.length; r++) {
      assertThat(found[r]).as(name + " row " + r).containsExactly(expected[r], within(tolerance));
    }
  }
}
