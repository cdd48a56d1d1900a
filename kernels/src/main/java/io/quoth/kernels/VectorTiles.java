package io.quoth.kernels;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.quoth.tensors.DType;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product of {@link VectorManyRows} for up to 128 rows and short rows of weights, where turning
 * weights about would cost more than it gives: a few outputs' weights, a tile, are only copied into
 * the first-level cache, and a chain takes every 16th number of them.
 */
final class VectorTiles {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;
  private static final int STRIP = VectorManyRows.STRIP;
  private static final int TILE = VectorBlocks.TILE;

  /** Inputs up to which a tile stays in the first-level cache. */
  private static final int MOST_INPUTS = 2048;

  /** Inputs up to which two tiles do. */
  private static final int TWO_TILES = 768;

  private static final int MOST_ROWS = 128;

  private VectorTiles() {}

  static boolean suit(CpuLinear.Part part, int rows) {
    return part.orientation() == Orientation.OUT_IN
        && VectorLinear.pad(part.in()) <= MOST_INPUTS
        && rows <= MOST_ROWS;
  }

  static void linear(
      CpuLinear.Part part, int from, int to, PackedRows x, CpuActivation y, Workspace w) {
    int in = part.in();
    int tile = TILE * VectorLinear.pad(in);
    int count = to - from;
    int vectors = VectorManyRows.vectors(x.count);
    int tiles = VectorLinear.pad(in) <= TWO_TILES ? 2 : 1;
    float[] panel = w.weights(tiles * tile);
    int results = VectorBlocks.TILED_LEVELS + vectors * LANES * STRIP;
    float[] sums = w.sums(results + VectorManyRows.ROOM);
    VectorLoads.bringNear(part.weight(), from, count, w);
    for (int o = 0; o < count; o += tiles * TILE) {
      copy(part.weight(), from + o, Math.min(tiles * TILE, count - o), panel, w);
      for (int v = 0; v < vectors; v += VectorManyRows.MOST_VECTORS) {
        int wide = VectorManyRows.blockVectors(v, vectors);
        int into = VectorBlocks.TILED_LEVELS + (v * STRIP + o * wide) * LANES;
        if (wide == 2 && tiles == 2) {
          product(x, v, wide, panel, 0, tile, in, sums, into);
        } else {
          for (int t = 0; t < tiles; t++) {
            product(x, v, wide, panel, t * tile, 0, in, sums, into + t * TILE * wide * LANES);
          }
        }
      }
    }
    for (int v = 0; v < vectors; v += VectorManyRows.MOST_VECTORS) {
      int at = VectorBlocks.TILED_LEVELS + v * STRIP * LANES;
      VectorManyRows.write(part, from, count, sums, at, results, v, x, y);
    }
  }

  /** A block of rows by the outputs of one tile, or of two that are {@code apart}. */
  private static void product(
      PackedRows x,
      int v,
      int wide,
      float[] panel,
      int at,
      int apart,
      int in,
      float[] sums,
      int into) {
    int steps = VectorLinear.pad(in) / LANES;
    int rows = v * VectorManyRows.packedVector(in);
    for (int n = 0; n < LANES; n++) {
      int remainder = VectorManyRows.FOLDING[n];
      int chain = rows + remainder * VectorManyRows.remainder(in, wide);
      int weights = at + remainder;
      int folds = VectorManyRows.folds(n);
      if (wide == 4) {
        VectorBlocks.tiled4(x.numbers, chain, panel, weights, steps, sums, into, folds);
      } else if (apart > 0) {
        VectorBlocks.twoTiles2(x.numbers, chain, panel, weights, apart, steps, sums, into, folds);
      } else {
        VectorBlocks.tiled2(x.numbers, chain, panel, weights, steps, sums, into, folds);
      }
    }
  }

  /** [tile][step][output of the tile][16]; behind the last output is anything. */
  private static void copy(Matrix weight, int from, int count, float[] panel, Workspace w) {
    int in = weight.columns();
    int padded = VectorLinear.pad(in);
    long row = weight.at(1, 0);
    int o = 0;
    if (weight.dtype() == DType.F32 && in == padded) {
      for (; o + TILE <= count; o += TILE) {
        copyTile(weight.data(), weight.at(from + o, 0), row, in, panel, o * padded);
      }
    }
    for (; o < count; o++) {
      int at = o / TILE * TILE * padded + o % TILE * LANES;
      VectorLoads.decodePadded(weight, from + o, 0, in, panel, at, TILE, w.lanes);
    }
  }

  private static void copyTile(
      MemorySegment data, long at, long row, int in, float[] panel, int start) {
    for (int i = 0; i < in; i += LANES) {
      long p = at + 4L * i;
      int to = start + i * TILE;
      FloatVector.fromMemorySegment(F, data, p, LITTLE_ENDIAN).intoArray(panel, to);
      FloatVector.fromMemorySegment(F, data, p + row, LITTLE_ENDIAN).intoArray(panel, to + LANES);
      FloatVector.fromMemorySegment(F, data, p + 2 * row, LITTLE_ENDIAN)
          .intoArray(panel, to + 2 * LANES);
      FloatVector.fromMemorySegment(F, data, p + 3 * row, LITTLE_ENDIAN)
          .intoArray(panel, to + 3 * LANES);
      FloatVector.fromMemorySegment(F, data, p + 4 * row, LITTLE_ENDIAN)
          .intoArray(panel, to + 4 * LANES);
      FloatVector.fromMemorySegment(F, data, p + 5 * row, LITTLE_ENDIAN)
          .intoArray(panel, to + 5 * LANES);
    }
  }
}
