package io.quoth.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of many rows: a piece of the strip's weights is decoded into a panel that stays in
 * the second-level cache, four rows of input go through it at a time, in register blocks. Sums of
 * rows longer than a piece wait for the next piece as they are, lane by lane.
 */
final class VectorFewRows {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Register block of a matrix product: this many rows by this many outputs. */
  static final int ROWS = 4;

  private static final int OUTPUTS = 6;

  /** Inputs of a panel of weights: with 48 outputs 384 KiB, half a second-level cache. */
  private static final int PIECE = 2048;

  /** Outputs of a strip. */
  static final int STRIP = 8 * OUTPUTS;

  private VectorFewRows() {}

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int padded = VectorLinear.pad(part.in());
    int count = to - from;
    int tiles = (count + OUTPUTS - 1) / OUTPUTS;
    int width = tiles * OUTPUTS;
    boolean whole = padded <= PIECE;
    int sumsOfTile = ROWS * width * LANES;
    int sumsOfAll = whole ? sumsOfTile : (x.count + ROWS - 1) / ROWS * sumsOfTile;
    int groups = (sumsOfTile + LANES * LANES - 1) / (LANES * LANES);
    int results = sumsOfTile + sumsOfAll + LANES * LANES;
    float[] panel = w.weights(width * Math.min(padded, PIECE));
    float[] sums = w.sums(results + groups * LANES);
    Arrays.fill(sums, 0, sumsOfTile, 0f); // where every first piece starts from
    for (int p = 0; p < padded; p += PIECE) {
      int size = Math.min(PIECE, padded - p);
      packWeights(part.weight(), from, count, width, p, size, panel, w.lanes);
      for (int r = 0; r < x.count; r += ROWS) {
        int at = sumsOfTile + (whole ? 0 : r / ROWS * sumsOfTile);
        int input = r * padded + p * ROWS;
        for (int t = 0; t < tiles; t++) {
          int into = at + t * OUTPUTS * LANES;
          int start = p == 0 ? 0 : into;
          block(
              x.numbers,
              input,
              panel,
              t * OUTPUTS * size,
              size / LANES,
              sums,
              start,
              into,
              width * LANES);
        }
        if (p + size == padded) {
          VectorTrees.sum(sums, at, groups, results);
          writeRows(part, from, count, x, r, y, sums, results, width);
        }
      }
    }
  }

  private static void writeRows(
      CpuLinear.Part part,
      int from,
      int count,
      PackedRows x,
      int first,
      CpuActivation y,
      float[] results,
      int at,
      int width) {
    int rows = Math.min(ROWS, x.count - first);
    for (int i = 0; i < rows; i++) {
      VectorLinear.addBias(part.bias(), from, count, results, at + i * width);
      y.write(x.first + first + i, part.column() + from, results, at + i * width, count);
    }
  }

  /**
   * Inputs {@code first} to {@code first + size} of the strip's outputs: [tile of 6 outputs][step
   * of 16 inputs][output of the tile][16]. What is not there is zero.
   */
  private static void packWeights(
      Matrix weight,
      int from,
      int count,
      int width,
      int first,
      int size,
      float[] panel,
      float[] tail) {
    int there = Math.min(size, weight.columns() - first);
    int whole = there / LANES * LANES;
    for (int o = 0; o < width; o++) {
      int at = o / OUTPUTS * OUTPUTS * size + o % OUTPUTS * LANES;
      if (o >= count) {
        for (int i = 0; i < size; i += LANES) {
          Arrays.fill(panel, at + i * OUTPUTS, at + i * OUTPUTS + LANES, 0f);
        }
        continue;
      }
      VectorLoads.decodeVectors(weight, weight.at(from + o, first), whole, panel, at, OUTPUTS);
      if (whole < there) {
        Arrays.fill(tail, 0f);
        weight.decode(from + o, first + whole, there - whole, tail, 0);
        FloatVector.fromArray(F, tail, 0).intoArray(panel, at + whole * OUTPUTS);
      }
    }
  }

  /**
   * 4 rows times 6 outputs: goes on with the 24 vectors of sums.
   *
   * @param start where the sums so far of the first row are
   * @param into where its sums go
   * @param apart from the sums of one row to those of the next
   */
  private static void block(
      float[] input,
      int from,
      float[] panel,
      int at,
      int steps,
      float[] sums,
      int start,
      int into,
      int apart) {
    var a0 = FloatVector.fromArray(F, sums, start);
    var a1 = FloatVector.fromArray(F, sums, start + LANES);
    var a2 = FloatVector.fromArray(F, sums, start + 2 * LANES);
    var a3 = FloatVector.fromArray(F, sums, start + 3 * LANES);
    var a4 = FloatVector.fromArray(F, sums, start + 4 * LANES);
    var a5 = FloatVector.fromArray(F, sums, start + 5 * LANES);
    var b0 = FloatVector.fromArray(F, sums, start + apart);
    var b1 = FloatVector.fromArray(F, sums, start + apart + LANES);
    var b2 = FloatVector.fromArray(F, sums, start + apart + 2 * LANES);
    var b3 = FloatVector.fromArray(F, sums, start + apart + 3 * LANES);
    var b4 = FloatVector.fromArray(F, sums, start + apart + 4 * LANES);
    var b5 = FloatVector.fromArray(F, sums, start + apart + 5 * LANES);
    var c0 = FloatVector.fromArray(F, sums, start + 2 * apart);
    var c1 = FloatVector.fromArray(F, sums, start + 2 * apart + LANES);
    var c2 = FloatVector.fromArray(F, sums, start + 2 * apart + 2 * LANES);
    var c3 = FloatVector.fromArray(F, sums, start + 2 * apart + 3 * LANES);
    var c4 = FloatVector.fromArray(F, sums, start + 2 * apart + 4 * LANES);
    var c5 = FloatVector.fromArray(F, sums, start + 2 * apart + 5 * LANES);
    var d0 = FloatVector.fromArray(F, sums, start + 3 * apart);
    var d1 = FloatVector.fromArray(F, sums, start + 3 * apart + LANES);
    var d2 = FloatVector.fromArray(F, sums, start + 3 * apart + 2 * LANES);
    var d3 = FloatVector.fromArray(F, sums, start + 3 * apart + 3 * LANES);
    var d4 = FloatVector.fromArray(F, sums, start + 3 * apart + 4 * LANES);
    var d5 = FloatVector.fromArray(F, sums, start + 3 * apart + 5 * LANES);
    for (int i = 0; i < steps; i++) {
      int p = at + i * (OUTPUTS * LANES);
      int q = from + i * (ROWS * LANES);
      var xa = FloatVector.fromArray(F, input, q);
      var xb = FloatVector.fromArray(F, input, q + LANES);
      var xc = FloatVector.fromArray(F, input, q + 2 * LANES);
      var xd = FloatVector.fromArray(F, input, q + 3 * LANES);
      var w = FloatVector.fromArray(F, panel, p);
      a0 = w.fma(xa, a0);
      b0 = w.fma(xb, b0);
      c0 = w.fma(xc, c0);
      d0 = w.fma(xd, d0);
      w = FloatVector.fromArray(F, panel, p + LANES);
      a1 = w.fma(xa, a1);
      b1 = w.fma(xb, b1);
      c1 = w.fma(xc, c1);
      d1 = w.fma(xd, d1);
      w = FloatVector.fromArray(F, panel, p + 2 * LANES);
      a2 = w.fma(xa, a2);
      b2 = w.fma(xb, b2);
      c2 = w.fma(xc, c2);
      d2 = w.fma(xd, d2);
      w = FloatVector.fromArray(F, panel, p + 3 * LANES);
      a3 = w.fma(xa, a3);
      b3 = w.fma(xb, b3);
      c3 = w.fma(xc, c3);
      d3 = w.fma(xd, d3);
      w = FloatVector.fromArray(F, panel, p + 4 * LANES);
      a4 = w.fma(xa, a4);
      b4 = w.fma(xb, b4);
      c4 = w.fma(xc, c4);
      d4 = w.fma(xd, d4);
      w = FloatVector.fromArray(F, panel, p + 5 * LANES);
      a5 = w.fma(xa, a5);
      b5 = w.fma(xb, b5);
      c5 = w.fma(xc, c5);
      d5 = w.fma(xd, d5);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + LANES);
    a2.intoArray(sums, into + 2 * LANES);
    a3.intoArray(sums, into + 3 * LANES);
    a4.intoArray(sums, into + 4 * LANES);
    a5.intoArray(sums, into + 5 * LANES);
    b0.intoArray(sums, into + apart);
    b1.intoArray(sums, into + apart + LANES);
    b2.intoArray(sums, into + apart + 2 * LANES);
    b3.intoArray(sums, into + apart + 3 * LANES);
    b4.intoArray(sums, into + apart + 4 * LANES);
    b5.intoArray(sums, into + apart + 5 * LANES);
    c0.intoArray(sums, into + 2 * apart);
    c1.intoArray(sums, into + 2 * apart + LANES);
    c2.intoArray(sums, into + 2 * apart + 2 * LANES);
    c3.intoArray(sums, into + 2 * apart + 3 * LANES);
    c4.intoArray(sums, into + 2 * apart + 4 * LANES);
    c5.intoArray(sums, into + 2 * apart + 5 * LANES);
    d0.intoArray(sums, into + 3 * apart);
    d1.intoArray(sums, into + 3 * apart + LANES);
    d2.intoArray(sums, into + 3 * apart + 2 * LANES);
    d3.intoArray(sums, into + 3 * apart + 3 * LANES);
    d4.intoArray(sums, into + 3 * apart + 4 * LANES);
    d5.intoArray(sums, into + 3 * apart + 5 * LANES);
  }
}
