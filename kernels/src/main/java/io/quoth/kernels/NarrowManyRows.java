package io.quoth.kernels;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A linear layer of some rows with vectors of 128 or 256 bits: a vector holds one number of each of
 * some rows, weights are broadcast. Two vectors by four outputs are 8 sums, which with what they
 * are made of is as much as 16 registers hold. The 16 lanes of the definition are 16 chains that go
 * by one after the other; the inputs of each stand together.
 */
final class NarrowManyRows {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();
  private static final int LANES = Kernels.LANES;

  /** Rows of weights that go together. */
  private static final int OUTPUTS = 4;

  /** Vectors of rows that go together. */
  static final int VECTORS = 2;

  private NarrowManyRows() {}

  /** Weights of all outputs of a strip first, then some rows by all of them. */
  static void linear(
      CpuLinear.Part part, int from, int count, PackedRows x, float[] results, Workspace w) {
    int length = NarrowLinear.length(part.orientation(), part.in());
    int chains = NarrowLinear.chains(part.orientation());
    int groups = (count + OUTPUTS - 1) / OUTPUTS;
    float[] panels = w.weights(groups * OUTPUTS * length);
    if (part.orientation() == Orientation.OUT_IN) {
      packOutIn(part, from, count, length, panels, w);
    } else {
      packInOut(part, from, count, length, panels, w);
    }
    int tiles = NarrowLinear.packedTiles(x);
    float[] sums = w.sums(chains * VECTORS * OUTPUTS * WIDTH);
    int vectors;
    for (int tile = 0; tile < tiles; tile += vectors) {
      vectors = tile + VECTORS <= tiles ? VECTORS : 1;
      int rows = Math.min(vectors * WIDTH, x.count - tile * WIDTH);
      int at = tile * WIDTH * length;
      for (int g = 0; g < groups; g++) {
        int panel = g * OUTPUTS * length;
        block(x.numbers, at, length, panels, panel, vectors, chains, sums);
        int outputs = Math.min(OUTPUTS, count - g * OUTPUTS);
        for (int r = 0; r < rows; r++) {
          int sum = r / WIDTH * OUTPUTS * WIDTH + r % WIDTH;
          int result = (tile * WIDTH + r) * count + g * OUTPUTS;
          for (int o = 0; o < outputs; o++) {
            results[result + o] = sums[sum + o * WIDTH];
          }
        }
      }
    }
  }

  /** [four outputs][position][output]. */
  private static void packOutIn(
      CpuLinear.Part part, int from, int count, int length, float[] panels, Workspace w) {
    int in = part.in();
    int steps = length / LANES;
    float[] row = w.inputs(length);
    Arrays.fill(row, in, length, 0f);
    for (int o = 0; o < NarrowLinear.pad(count, OUTPUTS); o++) {
      if (o < count) {
        part.weight().decodeCopy(from + o, 0, in, row, 0, w);
      }
      int into = o / OUTPUTS * OUTPUTS * length + o % OUTPUTS;
      for (int chain = 0; chain < LANES; chain++) {
        for (int step = 0; step < steps; step++) {
          panels[into + OUTPUTS * (chain * steps + step)] = row[step * LANES + chain];
        }
      }
    }
  }

  private static void packInOut(
      CpuLinear.Part part, int from, int count, int length, float[] panels, Workspace w) {
    float[] row = w.inputs(count);
    for (int i = 0; i < length; i++) {
      part.weight().decodeCopy(i, from, count, row, 0, w);
      for (int o = 0; o < count; o++) {
        panels[o / OUTPUTS * OUTPUTS * length + i * OUTPUTS + o % OUTPUTS] = row[o];
      }
    }
  }

  /** All chains of some vectors of rows by 4 outputs, then the tree over the chains. */
  private static void block(
      float[] x,
      int at,
      int length,
      float[] panels,
      int panel,
      int vectors,
      int chains,
      float[] sums) {
    int steps = length / chains;
    int size = vectors * OUTPUTS * WIDTH;
    for (int chain = 0; chain < chains; chain++) {
      int first = at + chain * steps * WIDTH;
      int weights = panel + chain * steps * OUTPUTS;
      if (vectors == VECTORS) {
        twoVectors(x, first, length * WIDTH, panels, weights, steps, sums, chain * size);
      } else {
        oneVector(x, first, panels, weights, steps, sums, chain * size);
      }
    }
    for (int half = chains / 2; half > 0; half /= 2) {
      add(sums, half * size);
    }
  }

  private static void add(float[] sums, int count) {
    for (int i = 0; i < count; i += WIDTH) {
      FloatVector.fromArray(F, sums, i)
          .add(FloatVector.fromArray(F, sums, count + i))
          .intoArray(sums, i);
    }
  }

  private static void twoVectors(
      float[] x, int at, int tile, float[] panels, int panel, int steps, float[] sums, int into) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    for (int step = 0; step < steps; step++) {
      int i = at + step * WIDTH;
      int p = panel + step * OUTPUTS;
      var x0 = FloatVector.fromArray(F, x, i);
      var x1 = FloatVector.fromArray(F, x, i + tile);
      var weight = FloatVector.broadcast(F, panels[p]);
      a0 = x0.fma(weight, a0);
      b0 = x1.fma(weight, b0);
      weight = FloatVector.broadcast(F, panels[p + 1]);
      a1 = x0.fma(weight, a1);
      b1 = x1.fma(weight, b1);
      weight = FloatVector.broadcast(F, panels[p + 2]);
      a2 = x0.fma(weight, a2);
      b2 = x1.fma(weight, b2);
      weight = FloatVector.broadcast(F, panels[p + 3]);
      a3 = x0.fma(weight, a3);
      b3 = x1.fma(weight, b3);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + WIDTH);
    a2.intoArray(sums, into + 2 * WIDTH);
    a3.intoArray(sums, into + 3 * WIDTH);
    b0.intoArray(sums, into + 4 * WIDTH);
    b1.intoArray(sums, into + 5 * WIDTH);
    b2.intoArray(sums, into + 6 * WIDTH);
    b3.intoArray(sums, into + 7 * WIDTH);
  }

  private static void oneVector(
      float[] x, int at, float[] panels, int panel, int steps, float[] sums, int into) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    for (int step = 0; step < steps; step++) {
      int i = at + step * WIDTH;
      int p = panel + step * OUTPUTS;
      var x0 = FloatVector.fromArray(F, x, i);
      var weight = FloatVector.broadcast(F, panels[p]);
      a0 = x0.fma(weight, a0);
      weight = FloatVector.broadcast(F, panels[p + 1]);
      a1 = x0.fma(weight, a1);
      weight = FloatVector.broadcast(F, panels[p + 2]);
      a2 = x0.fma(weight, a2);
      weight = FloatVector.broadcast(F, panels[p + 3]);
      a3 = x0.fma(weight, a3);
    }
    a0.intoArray(sums, into);
    a1.intoArray(sums, into + WIDTH);
    a2.intoArray(sums, into + 2 * WIDTH);
    a3.intoArray(sums, into + 3 * WIDTH);
  }
}
