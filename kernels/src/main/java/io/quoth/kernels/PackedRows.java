package io.quoth.kernels;

/** Some rows of an activation, as they lie and as a rung packed them for its linear layers. */
final class PackedRows {
  CpuActivation x;
  int first;
  int count;

  /** How the weights lie that the rows are packed for. */
  Orientation orientation = Orientation.OUT_IN;

  float[] numbers = {};

  PackedRows(CpuActivation x) {
    this.x = x;
  }
}
