package io.quoth.kernels;

/** Some rows of an activation, as they lie and as a rung packed them for its linear layers. */
final class PackedRows {
  CpuActivation x;
  int first;
  int count;
  float[] numbers = {};

  PackedRows(CpuActivation x) {
    this.x = x;
  }
}
