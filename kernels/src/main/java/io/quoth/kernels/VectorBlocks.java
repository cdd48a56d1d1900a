package io.quoth.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Register blocks of a matrix product: rows in lanes, weights broadcast. A block goes over some
 * steps with a chain of fused multiply-adds for each of its sums. Its size is what makes it fast:
 * 24 sums keep both multipliers busy, each with a latency of four cycles, and 10 loads serve 24
 * multiply-adds.
 *
 * <p>All take: {@code rows} [step][row] from {@code from} on; weights from {@code at} on; and
 * {@code sums} of which some levels wait to be folded: the results are added to those in the first
 * {@code folds} levels and go to the level behind them; after the last there is none, that is the
 * end.
 *
 * <p>Turned weights are [step][{@link #WIDTH} outputs]. Sums are [level][{@link #WIDTH}
 * outputs][row], the block's begin at {@code into} in each level and end in level 0. Tiled weights
 * are [step][{@link #TILE} outputs][16], of which every sixteenth is taken: a tile of few inputs
 * stays in the first-level cache while its 16 remainders go by. Sums are [level][{@link #TILE}
 * outputs][row] and end from {@code into} on.
 */
final class VectorBlocks {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_512;
  private static final int LANES = Kernels.LANES;

  /** Outputs of a panel. */
  static final int WIDTH = 48;

  /** Outputs of a block; of {@link #turned2} twice as many. */
  static final int TILE = 6;

  /** Sums that wait for others at a time: the tree over 16 lanes has four levels. */
  static final int LEVELS = 4;

  /** From level to level of turned weights: no multiple of 4096 bytes, which processors mix up. */
  static final int LEVEL = (4 * WIDTH + 8) * LANES;

  /** Numbers of all levels of tiled weights. */
  static final int TILED_LEVELS = LEVELS * 4 * TILE * LANES;

  private VectorBlocks() {}

  /** 64 rows by 6 outputs of turned weights. */
  static void turned4(
      float[] rows, int from, float[] panel, int at, int steps, float[] sums, int into, int folds) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var c3 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var d3 = a0;
    var e0 = a0;
    var e1 = a0;
    var e2 = a0;
    var e3 = a0;
    var f0 = a0;
    var f1 = a0;
    var f2 = a0;
    var f3 = a0;
    for (int i = 0; i < steps; i++) {
      int p = at + i * WIDTH;
      int q = from + i * (4 * LANES);
      var x0 = FloatVector.fromArray(F, rows, q);
      var x1 = FloatVector.fromArray(F, rows, q + LANES);
      var x2 = FloatVector.fromArray(F, rows, q + 2 * LANES);
      var x3 = FloatVector.fromArray(F, rows, q + 3 * LANES);
      var w = FloatVector.broadcast(F, panel[p]);
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      a2 = w.fma(x2, a2);
      a3 = w.fma(x3, a3);
      w = FloatVector.broadcast(F, panel[p + 1]);
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      b2 = w.fma(x2, b2);
      b3 = w.fma(x3, b3);
      w = FloatVector.broadcast(F, panel[p + 2]);
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      c2 = w.fma(x2, c2);
      c3 = w.fma(x3, c3);
      w = FloatVector.broadcast(F, panel[p + 3]);
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      d2 = w.fma(x2, d2);
      d3 = w.fma(x3, d3);
      w = FloatVector.broadcast(F, panel[p + 4]);
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      e2 = w.fma(x2, e2);
      e3 = w.fma(x3, e3);
      w = FloatVector.broadcast(F, panel[p + 5]);
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
      f2 = w.fma(x2, f2);
      f3 = w.fma(x3, f3);
    }
    for (int level = 0; level < folds; level++) {
      int other = into + level * LEVEL;
      a0 = FloatVector.fromArray(F, sums, other).add(a0);
      a1 = FloatVector.fromArray(F, sums, other + LANES).add(a1);
      a2 = FloatVector.fromArray(F, sums, other + 2 * LANES).add(a2);
      a3 = FloatVector.fromArray(F, sums, other + 3 * LANES).add(a3);
      b0 = FloatVector.fromArray(F, sums, other + 4 * LANES).add(b0);
      b1 = FloatVector.fromArray(F, sums, other + 5 * LANES).add(b1);
      b2 = FloatVector.fromArray(F, sums, other + 6 * LANES).add(b2);
      b3 = FloatVector.fromArray(F, sums, other + 7 * LANES).add(b3);
      c0 = FloatVector.fromArray(F, sums, other + 8 * LANES).add(c0);
      c1 = FloatVector.fromArray(F, sums, other + 9 * LANES).add(c1);
      c2 = FloatVector.fromArray(F, sums, other + 10 * LANES).add(c2);
      c3 = FloatVector.fromArray(F, sums, other + 11 * LANES).add(c3);
      d0 = FloatVector.fromArray(F, sums, other + 12 * LANES).add(d0);
      d1 = FloatVector.fromArray(F, sums, other + 13 * LANES).add(d1);
      d2 = FloatVector.fromArray(F, sums, other + 14 * LANES).add(d2);
      d3 = FloatVector.fromArray(F, sums, other + 15 * LANES).add(d3);
      e0 = FloatVector.fromArray(F, sums, other + 16 * LANES).add(e0);
      e1 = FloatVector.fromArray(F, sums, other + 17 * LANES).add(e1);
      e2 = FloatVector.fromArray(F, sums, other + 18 * LANES).add(e2);
      e3 = FloatVector.fromArray(F, sums, other + 19 * LANES).add(e3);
      f0 = FloatVector.fromArray(F, sums, other + 20 * LANES).add(f0);
      f1 = FloatVector.fromArray(F, sums, other + 21 * LANES).add(f1);
      f2 = FloatVector.fromArray(F, sums, other + 22 * LANES).add(f2);
      f3 = FloatVector.fromArray(F, sums, other + 23 * LANES).add(f3);
    }
    int to = into + folds % LEVELS * LEVEL;
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    a2.intoArray(sums, to + 2 * LANES);
    a3.intoArray(sums, to + 3 * LANES);
    b0.intoArray(sums, to + 4 * LANES);
    b1.intoArray(sums, to + 5 * LANES);
    b2.intoArray(sums, to + 6 * LANES);
    b3.intoArray(sums, to + 7 * LANES);
    c0.intoArray(sums, to + 8 * LANES);
    c1.intoArray(sums, to + 9 * LANES);
    c2.intoArray(sums, to + 10 * LANES);
    c3.intoArray(sums, to + 11 * LANES);
    d0.intoArray(sums, to + 12 * LANES);
    d1.intoArray(sums, to + 13 * LANES);
    d2.intoArray(sums, to + 14 * LANES);
    d3.intoArray(sums, to + 15 * LANES);
    e0.intoArray(sums, to + 16 * LANES);
    e1.intoArray(sums, to + 17 * LANES);
    e2.intoArray(sums, to + 18 * LANES);
    e3.intoArray(sums, to + 19 * LANES);
    f0.intoArray(sums, to + 20 * LANES);
    f1.intoArray(sums, to + 21 * LANES);
    f2.intoArray(sums, to + 22 * LANES);
    f3.intoArray(sums, to + 23 * LANES);
  }

  /** 32 rows by 12 outputs of turned weights. */
  static void turned2(
      float[] rows, int from, float[] panel, int at, int steps, float[] sums, int into, int folds) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var b0 = a0;
    var b1 = a0;
    var c0 = a0;
    var c1 = a0;
    var d0 = a0;
    var d1 = a0;
    var e0 = a0;
    var e1 = a0;
    var f0 = a0;
    var f1 = a0;
    var g0 = a0;
    var g1 = a0;
    var h0 = a0;
    var h1 = a0;
    var i0 = a0;
    var i1 = a0;
    var j0 = a0;
    var j1 = a0;
    var k0 = a0;
    var k1 = a0;
    var l0 = a0;
    var l1 = a0;
    for (int i = 0; i < steps; i++) {
      int p = at + i * WIDTH;
      int q = from + i * (2 * LANES);
      var x0 = FloatVector.fromArray(F, rows, q);
      var x1 = FloatVector.fromArray(F, rows, q + LANES);
      var w = FloatVector.broadcast(F, panel[p]);
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      w = FloatVector.broadcast(F, panel[p + 1]);
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      w = FloatVector.broadcast(F, panel[p + 2]);
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      w = FloatVector.broadcast(F, panel[p + 3]);
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      w = FloatVector.broadcast(F, panel[p + 4]);
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      w = FloatVector.broadcast(F, panel[p + 5]);
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
      w = FloatVector.broadcast(F, panel[p + 6]);
      g0 = w.fma(x0, g0);
      g1 = w.fma(x1, g1);
      w = FloatVector.broadcast(F, panel[p + 7]);
      h0 = w.fma(x0, h0);
      h1 = w.fma(x1, h1);
      w = FloatVector.broadcast(F, panel[p + 8]);
      i0 = w.fma(x0, i0);
      i1 = w.fma(x1, i1);
      w = FloatVector.broadcast(F, panel[p + 9]);
      j0 = w.fma(x0, j0);
      j1 = w.fma(x1, j1);
      w = FloatVector.broadcast(F, panel[p + 10]);
      k0 = w.fma(x0, k0);
      k1 = w.fma(x1, k1);
      w = FloatVector.broadcast(F, panel[p + 11]);
      l0 = w.fma(x0, l0);
      l1 = w.fma(x1, l1);
    }
    for (int level = 0; level < folds; level++) {
      int other = into + level * LEVEL;
      a0 = FloatVector.fromArray(F, sums, other).add(a0);
      a1 = FloatVector.fromArray(F, sums, other + LANES).add(a1);
      b0 = FloatVector.fromArray(F, sums, other + 2 * LANES).add(b0);
      b1 = FloatVector.fromArray(F, sums, other + 3 * LANES).add(b1);
      c0 = FloatVector.fromArray(F, sums, other + 4 * LANES).add(c0);
      c1 = FloatVector.fromArray(F, sums, other + 5 * LANES).add(c1);
      d0 = FloatVector.fromArray(F, sums, other + 6 * LANES).add(d0);
      d1 = FloatVector.fromArray(F, sums, other + 7 * LANES).add(d1);
      e0 = FloatVector.fromArray(F, sums, other + 8 * LANES).add(e0);
      e1 = FloatVector.fromArray(F, sums, other + 9 * LANES).add(e1);
      f0 = FloatVector.fromArray(F, sums, other + 10 * LANES).add(f0);
      f1 = FloatVector.fromArray(F, sums, other + 11 * LANES).add(f1);
      g0 = FloatVector.fromArray(F, sums, other + 12 * LANES).add(g0);
      g1 = FloatVector.fromArray(F, sums, other + 13 * LANES).add(g1);
      h0 = FloatVector.fromArray(F, sums, other + 14 * LANES).add(h0);
      h1 = FloatVector.fromArray(F, sums, other + 15 * LANES).add(h1);
      i0 = FloatVector.fromArray(F, sums, other + 16 * LANES).add(i0);
      i1 = FloatVector.fromArray(F, sums, other + 17 * LANES).add(i1);
      j0 = FloatVector.fromArray(F, sums, other + 18 * LANES).add(j0);
      j1 = FloatVector.fromArray(F, sums, other + 19 * LANES).add(j1);
      k0 = FloatVector.fromArray(F, sums, other + 20 * LANES).add(k0);
      k1 = FloatVector.fromArray(F, sums, other + 21 * LANES).add(k1);
      l0 = FloatVector.fromArray(F, sums, other + 22 * LANES).add(l0);
      l1 = FloatVector.fromArray(F, sums, other + 23 * LANES).add(l1);
    }
    int to = into + folds % LEVELS * LEVEL;
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    b0.intoArray(sums, to + 2 * LANES);
    b1.intoArray(sums, to + 3 * LANES);
    c0.intoArray(sums, to + 4 * LANES);
    c1.intoArray(sums, to + 5 * LANES);
    d0.intoArray(sums, to + 6 * LANES);
    d1.intoArray(sums, to + 7 * LANES);
    e0.intoArray(sums, to + 8 * LANES);
    e1.intoArray(sums, to + 9 * LANES);
    f0.intoArray(sums, to + 10 * LANES);
    f1.intoArray(sums, to + 11 * LANES);
    g0.intoArray(sums, to + 12 * LANES);
    g1.intoArray(sums, to + 13 * LANES);
    h0.intoArray(sums, to + 14 * LANES);
    h1.intoArray(sums, to + 15 * LANES);
    i0.intoArray(sums, to + 16 * LANES);
    i1.intoArray(sums, to + 17 * LANES);
    j0.intoArray(sums, to + 18 * LANES);
    j1.intoArray(sums, to + 19 * LANES);
    k0.intoArray(sums, to + 20 * LANES);
    k1.intoArray(sums, to + 21 * LANES);
    l0.intoArray(sums, to + 22 * LANES);
    l1.intoArray(sums, to + 23 * LANES);
  }

  /** 64 rows by 6 outputs of tiled weights. */
  static void tiled4(
      float[] rows, int from, float[] panel, int at, int steps, float[] sums, int into, int folds) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var a2 = a0;
    var a3 = a0;
    var b0 = a0;
    var b1 = a0;
    var b2 = a0;
    var b3 = a0;
    var c0 = a0;
    var c1 = a0;
    var c2 = a0;
    var c3 = a0;
    var d0 = a0;
    var d1 = a0;
    var d2 = a0;
    var d3 = a0;
    var e0 = a0;
    var e1 = a0;
    var e2 = a0;
    var e3 = a0;
    var f0 = a0;
    var f1 = a0;
    var f2 = a0;
    var f3 = a0;
    for (int i = 0; i < steps; i++) {
      int p = at + i * (TILE * LANES);
      int q = from + i * (4 * LANES);
      var x0 = FloatVector.fromArray(F, rows, q);
      var x1 = FloatVector.fromArray(F, rows, q + LANES);
      var x2 = FloatVector.fromArray(F, rows, q + 2 * LANES);
      var x3 = FloatVector.fromArray(F, rows, q + 3 * LANES);
      var w = FloatVector.broadcast(F, panel[p]);
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      a2 = w.fma(x2, a2);
      a3 = w.fma(x3, a3);
      w = FloatVector.broadcast(F, panel[p + LANES]);
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      b2 = w.fma(x2, b2);
      b3 = w.fma(x3, b3);
      w = FloatVector.broadcast(F, panel[p + 2 * LANES]);
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      c2 = w.fma(x2, c2);
      c3 = w.fma(x3, c3);
      w = FloatVector.broadcast(F, panel[p + 3 * LANES]);
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      d2 = w.fma(x2, d2);
      d3 = w.fma(x3, d3);
      w = FloatVector.broadcast(F, panel[p + 4 * LANES]);
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      e2 = w.fma(x2, e2);
      e3 = w.fma(x3, e3);
      w = FloatVector.broadcast(F, panel[p + 5 * LANES]);
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
      f2 = w.fma(x2, f2);
      f3 = w.fma(x3, f3);
    }
    for (int level = 0; level < folds; level++) {
      int other = level * (4 * TILE * LANES);
      a0 = FloatVector.fromArray(F, sums, other).add(a0);
      a1 = FloatVector.fromArray(F, sums, other + LANES).add(a1);
      a2 = FloatVector.fromArray(F, sums, other + 2 * LANES).add(a2);
      a3 = FloatVector.fromArray(F, sums, other + 3 * LANES).add(a3);
      b0 = FloatVector.fromArray(F, sums, other + 4 * LANES).add(b0);
      b1 = FloatVector.fromArray(F, sums, other + 5 * LANES).add(b1);
      b2 = FloatVector.fromArray(F, sums, other + 6 * LANES).add(b2);
      b3 = FloatVector.fromArray(F, sums, other + 7 * LANES).add(b3);
      c0 = FloatVector.fromArray(F, sums, other + 8 * LANES).add(c0);
      c1 = FloatVector.fromArray(F, sums, other + 9 * LANES).add(c1);
      c2 = FloatVector.fromArray(F, sums, other + 10 * LANES).add(c2);
      c3 = FloatVector.fromArray(F, sums, other + 11 * LANES).add(c3);
      d0 = FloatVector.fromArray(F, sums, other + 12 * LANES).add(d0);
      d1 = FloatVector.fromArray(F, sums, other + 13 * LANES).add(d1);
      d2 = FloatVector.fromArray(F, sums, other + 14 * LANES).add(d2);
      d3 = FloatVector.fromArray(F, sums, other + 15 * LANES).add(d3);
      e0 = FloatVector.fromArray(F, sums, other + 16 * LANES).add(e0);
      e1 = FloatVector.fromArray(F, sums, other + 17 * LANES).add(e1);
      e2 = FloatVector.fromArray(F, sums, other + 18 * LANES).add(e2);
      e3 = FloatVector.fromArray(F, sums, other + 19 * LANES).add(e3);
      f0 = FloatVector.fromArray(F, sums, other + 20 * LANES).add(f0);
      f1 = FloatVector.fromArray(F, sums, other + 21 * LANES).add(f1);
      f2 = FloatVector.fromArray(F, sums, other + 22 * LANES).add(f2);
      f3 = FloatVector.fromArray(F, sums, other + 23 * LANES).add(f3);
    }
    int to = folds < LEVELS ? folds * (4 * TILE * LANES) : into;
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    a2.intoArray(sums, to + 2 * LANES);
    a3.intoArray(sums, to + 3 * LANES);
    b0.intoArray(sums, to + 4 * LANES);
    b1.intoArray(sums, to + 5 * LANES);
    b2.intoArray(sums, to + 6 * LANES);
    b3.intoArray(sums, to + 7 * LANES);
    c0.intoArray(sums, to + 8 * LANES);
    c1.intoArray(sums, to + 9 * LANES);
    c2.intoArray(sums, to + 10 * LANES);
    c3.intoArray(sums, to + 11 * LANES);
    d0.intoArray(sums, to + 12 * LANES);
    d1.intoArray(sums, to + 13 * LANES);
    d2.intoArray(sums, to + 14 * LANES);
    d3.intoArray(sums, to + 15 * LANES);
    e0.intoArray(sums, to + 16 * LANES);
    e1.intoArray(sums, to + 17 * LANES);
    e2.intoArray(sums, to + 18 * LANES);
    e3.intoArray(sums, to + 19 * LANES);
    f0.intoArray(sums, to + 20 * LANES);
    f1.intoArray(sums, to + 21 * LANES);
    f2.intoArray(sums, to + 22 * LANES);
    f3.intoArray(sums, to + 23 * LANES);
  }

  /** 32 rows by 6 outputs of tiled weights. */
  static void tiled2(
      float[] rows, int from, float[] panel, int at, int steps, float[] sums, int into, int folds) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var b0 = a0;
    var b1 = a0;
    var c0 = a0;
    var c1 = a0;
    var d0 = a0;
    var d1 = a0;
    var e0 = a0;
    var e1 = a0;
    var f0 = a0;
    var f1 = a0;
    for (int i = 0; i < steps; i++) {
      int p = at + i * (TILE * LANES);
      int q = from + i * (2 * LANES);
      var x0 = FloatVector.fromArray(F, rows, q);
      var x1 = FloatVector.fromArray(F, rows, q + LANES);
      var w = FloatVector.broadcast(F, panel[p]);
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      w = FloatVector.broadcast(F, panel[p + LANES]);
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      w = FloatVector.broadcast(F, panel[p + 2 * LANES]);
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      w = FloatVector.broadcast(F, panel[p + 3 * LANES]);
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      w = FloatVector.broadcast(F, panel[p + 4 * LANES]);
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      w = FloatVector.broadcast(F, panel[p + 5 * LANES]);
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
    }
    for (int level = 0; level < folds; level++) {
      int other = level * (2 * TILE * LANES);
      a0 = FloatVector.fromArray(F, sums, other).add(a0);
      a1 = FloatVector.fromArray(F, sums, other + LANES).add(a1);
      b0 = FloatVector.fromArray(F, sums, other + 2 * LANES).add(b0);
      b1 = FloatVector.fromArray(F, sums, other + 3 * LANES).add(b1);
      c0 = FloatVector.fromArray(F, sums, other + 4 * LANES).add(c0);
      c1 = FloatVector.fromArray(F, sums, other + 5 * LANES).add(c1);
      d0 = FloatVector.fromArray(F, sums, other + 6 * LANES).add(d0);
      d1 = FloatVector.fromArray(F, sums, other + 7 * LANES).add(d1);
      e0 = FloatVector.fromArray(F, sums, other + 8 * LANES).add(e0);
      e1 = FloatVector.fromArray(F, sums, other + 9 * LANES).add(e1);
      f0 = FloatVector.fromArray(F, sums, other + 10 * LANES).add(f0);
      f1 = FloatVector.fromArray(F, sums, other + 11 * LANES).add(f1);
    }
    int to = folds < LEVELS ? folds * (2 * TILE * LANES) : into;
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    b0.intoArray(sums, to + 2 * LANES);
    b1.intoArray(sums, to + 3 * LANES);
    c0.intoArray(sums, to + 4 * LANES);
    c1.intoArray(sums, to + 5 * LANES);
    d0.intoArray(sums, to + 6 * LANES);
    d1.intoArray(sums, to + 7 * LANES);
    e0.intoArray(sums, to + 8 * LANES);
    e1.intoArray(sums, to + 9 * LANES);
    f0.intoArray(sums, to + 10 * LANES);
    f1.intoArray(sums, to + 11 * LANES);
  }

  /** 32 rows by 12 outputs, of two tiles of weights that are {@code apart} numbers apart. */
  static void twoTiles2(
      float[] rows,
      int from,
      float[] panel,
      int at,
      int apart,
      int steps,
      float[] sums,
      int into,
      int folds) {
    var a0 = FloatVector.zero(F);
    var a1 = a0;
    var b0 = a0;
    var b1 = a0;
    var c0 = a0;
    var c1 = a0;
    var d0 = a0;
    var d1 = a0;
    var e0 = a0;
    var e1 = a0;
    var f0 = a0;
    var f1 = a0;
    var g0 = a0;
    var g1 = a0;
    var h0 = a0;
    var h1 = a0;
    var j0 = a0;
    var j1 = a0;
    var k0 = a0;
    var k1 = a0;
    var l0 = a0;
    var l1 = a0;
    var m0 = a0;
    var m1 = a0;
    for (int i = 0; i < steps; i++) {
      int p = at + i * (TILE * LANES);
      int r = p + apart;
      int q = from + i * (2 * LANES);
      var x0 = FloatVector.fromArray(F, rows, q);
      var x1 = FloatVector.fromArray(F, rows, q + LANES);
      var w = FloatVector.broadcast(F, panel[p]);
      a0 = w.fma(x0, a0);
      a1 = w.fma(x1, a1);
      w = FloatVector.broadcast(F, panel[p + LANES]);
      b0 = w.fma(x0, b0);
      b1 = w.fma(x1, b1);
      w = FloatVector.broadcast(F, panel[p + 2 * LANES]);
      c0 = w.fma(x0, c0);
      c1 = w.fma(x1, c1);
      w = FloatVector.broadcast(F, panel[p + 3 * LANES]);
      d0 = w.fma(x0, d0);
      d1 = w.fma(x1, d1);
      w = FloatVector.broadcast(F, panel[p + 4 * LANES]);
      e0 = w.fma(x0, e0);
      e1 = w.fma(x1, e1);
      w = FloatVector.broadcast(F, panel[p + 5 * LANES]);
      f0 = w.fma(x0, f0);
      f1 = w.fma(x1, f1);
      w = FloatVector.broadcast(F, panel[r]);
      g0 = w.fma(x0, g0);
      g1 = w.fma(x1, g1);
      w = FloatVector.broadcast(F, panel[r + LANES]);
      h0 = w.fma(x0, h0);
      h1 = w.fma(x1, h1);
      w = FloatVector.broadcast(F, panel[r + 2 * LANES]);
      j0 = w.fma(x0, j0);
      j1 = w.fma(x1, j1);
      w = FloatVector.broadcast(F, panel[r + 3 * LANES]);
      k0 = w.fma(x0, k0);
      k1 = w.fma(x1, k1);
      w = FloatVector.broadcast(F, panel[r + 4 * LANES]);
      l0 = w.fma(x0, l0);
      l1 = w.fma(x1, l1);
      w = FloatVector.broadcast(F, panel[r + 5 * LANES]);
      m0 = w.fma(x0, m0);
      m1 = w.fma(x1, m1);
    }
    for (int level = 0; level < folds; level++) {
      int other = level * (4 * TILE * LANES);
      a0 = FloatVector.fromArray(F, sums, other).add(a0);
      a1 = FloatVector.fromArray(F, sums, other + LANES).add(a1);
      b0 = FloatVector.fromArray(F, sums, other + 2 * LANES).add(b0);
      b1 = FloatVector.fromArray(F, sums, other + 3 * LANES).add(b1);
      c0 = FloatVector.fromArray(F, sums, other + 4 * LANES).add(c0);
      c1 = FloatVector.fromArray(F, sums, other + 5 * LANES).add(c1);
      d0 = FloatVector.fromArray(F, sums, other + 6 * LANES).add(d0);
      d1 = FloatVector.fromArray(F, sums, other + 7 * LANES).add(d1);
      e0 = FloatVector.fromArray(F, sums, other + 8 * LANES).add(e0);
      e1 = FloatVector.fromArray(F, sums, other + 9 * LANES).add(e1);
      f0 = FloatVector.fromArray(F, sums, other + 10 * LANES).add(f0);
      f1 = FloatVector.fromArray(F, sums, other + 11 * LANES).add(f1);
      g0 = FloatVector.fromArray(F, sums, other + 12 * LANES).add(g0);
      g1 = FloatVector.fromArray(F, sums, other + 13 * LANES).add(g1);
      h0 = FloatVector.fromArray(F, sums, other + 14 * LANES).add(h0);
      h1 = FloatVector.fromArray(F, sums, other + 15 * LANES).add(h1);
      j0 = FloatVector.fromArray(F, sums, other + 16 * LANES).add(j0);
      j1 = FloatVector.fromArray(F, sums, other + 17 * LANES).add(j1);
      k0 = FloatVector.fromArray(F, sums, other + 18 * LANES).add(k0);
      k1 = FloatVector.fromArray(F, sums, other + 19 * LANES).add(k1);
      l0 = FloatVector.fromArray(F, sums, other + 20 * LANES).add(l0);
      l1 = FloatVector.fromArray(F, sums, other + 21 * LANES).add(l1);
      m0 = FloatVector.fromArray(F, sums, other + 22 * LANES).add(m0);
      m1 = FloatVector.fromArray(F, sums, other + 23 * LANES).add(m1);
    }
    int to = folds < LEVELS ? folds * (4 * TILE * LANES) : into;
    a0.intoArray(sums, to);
    a1.intoArray(sums, to + LANES);
    b0.intoArray(sums, to + 2 * LANES);
    b1.intoArray(sums, to + 3 * LANES);
    c0.intoArray(sums, to + 4 * LANES);
    c1.intoArray(sums, to + 5 * LANES);
    d0.intoArray(sums, to + 6 * LANES);
    d1.intoArray(sums, to + 7 * LANES);
    e0.intoArray(sums, to + 8 * LANES);
    e1.intoArray(sums, to + 9 * LANES);
    f0.intoArray(sums, to + 10 * LANES);
    f1.intoArray(sums, to + 11 * LANES);
    g0.intoArray(sums, to + 12 * LANES);
    g1.intoArray(sums, to + 13 * LANES);
    h0.intoArray(sums, to + 14 * LANES);
    h1.intoArray(sums, to + 15 * LANES);
    j0.intoArray(sums, to + 16 * LANES);
    j1.intoArray(sums, to + 17 * LANES);
    k0.intoArray(sums, to + 18 * LANES);
    k1.intoArray(sums, to + 19 * LANES);
    l0.intoArray(sums, to + 20 * LANES);
    l1.intoArray(sums, to + 21 * LANES);
    m0.intoArray(sums, to + 22 * LANES);
    m1.intoArray(sums, to + 23 * LANES);
  }
}
