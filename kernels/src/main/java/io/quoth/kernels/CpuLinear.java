package io.quoth.kernels;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers of one input whose outputs stand side by side; their weights lie the same way.
 *
 * @param parts one at least
 */
record CpuLinear(int in, int out, List<Part> parts) implements Linear {

  /**
   * One stored matrix with its bias.
   *
   * @param column its first column in the result
   */
  record Part(
      Matrix weight, float @Nullable [] bias, Orientation orientation, int out, int column) {
    int in() {
      return orientation == Orientation.OUT_IN ? weight.columns() : weight.rows();
    }

    Part at(int newColumn) {
      return new Part(weight, bias, orientation, out, newColumn);
    }
  }

  CpuLinear {
    parts = List.copyOf(parts);
    for (var part : parts) {
      if (part.orientation() != parts.getFirst().orientation()) {
        throw new IllegalArgumentException("linear layers of one input lie differently");
      }
    }
  }

  Orientation orientation() {
    return parts.getFirst().orientation();
  }
}
