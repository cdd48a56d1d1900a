package io.quoth.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ScoreTile} on vectors: eight rows by one vector of queries of any width, or by two of 512
 * bits, that is 8 or 16 chains, which is what two multipliers with a latency of four cycles want.
 */
final class VectorScoreTile {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  private static final int WIDTH = F.length();

  private VectorScoreTile() {}

  static int score(
      float[] rows,
      int dimension,
      float[] queries,
      int lanes,
      float[] scales,
      float[] worst,
      float[] scores) {
    if (lanes == 2 * WIDTH && WIDTH == ScoreTile.LANES) {
      return two(rows, dimension, queries, scales, worst, scores);
    }
    int matters = 0;
    for (int at = 0; at < lanes; at += WIDTH) {
      matters |= one(rows, dimension, queries, lanes, at, scales, worst, scores);
    }
    return matters;
  }

  /** One vector of queries, from lane {@code at} on. */
  private static int one(
      float[] rows,
      int dimension,
      float[] queries,
      int lanes,
      int at,
      float[] scales,
      float[] worst,
      float[] scores) {
    var a0 = FloatVector.zero(F);
    var a1 = FloatVector.zero(F);
    var a2 = FloatVector.zero(F);
    var a3 = FloatVector.zero(F);
    var a4 = FloatVector.zero(F);
    var a5 = FloatVector.zero(F);
    var a6 = FloatVector.zero(F);
    var a7 = FloatVector.zero(F);
    for (int i = 0; i < dimension; i++) {
      var p = FloatVector.fromArray(F, queries, lanes * i + at);
      var x0 = FloatVector.broadcast(F, rows[i]);
      a0 = p.fma(x0, a0);
      var x1 = FloatVector.broadcast(F, rows[dimension + i]);
      a1 = p.fma(x1, a1);
      var x2 = FloatVector.broadcast(F, rows[2 * dimension + i]);
      a2 = p.fma(x2, a2);
      var x3 = FloatVector.broadcast(F, rows[3 * dimension + i]);
      a3 = p.fma(x3, a3);
      var x4 = FloatVector.broadcast(F, rows[4 * dimension + i]);
      a4 = p.fma(x4, a4);
      var x5 = FloatVector.broadcast(F, rows[5 * dimension + i]);
      a5 = p.fma(x5, a5);
      var x6 = FloatVector.broadcast(F, rows[6 * dimension + i]);
      a6 = p.fma(x6, a6);
      var x7 = FloatVector.broadcast(F, rows[7 * dimension + i]);
      a7 = p.fma(x7, a7);
    }
    var first = FloatVector.fromArray(F, worst, at);
    int matters = 0;
    a0 = a0.mul(scales[0]);
    a0.intoArray(scores, at);
    matters |= a0.compare(VectorOperators.GE, first).anyTrue() ? 1 : 0;
    a1 = a1.mul(scales[1]);
    a1.intoArray(scores, at + lanes);
    matters |= a1.compare(VectorOperators.GE, first).anyTrue() ? 2 : 0;
    a2 = a2.mul(scales[2]);
    a2.intoArray(scores, at + 2 * lanes);
    matters |= a2.compare(VectorOperators.GE, first).anyTrue() ? 4 : 0;
    a3 = a3.mul(scales[3]);
    a3.intoArray(scores, at + 3 * lanes);
    matters |= a3.compare(VectorOperators.GE, first).anyTrue() ? 8 : 0;
    a4 = a4.mul(scales[4]);
    a4.intoArray(scores, at + 4 * lanes);
    matters |= a4.compare(VectorOperators.GE, first).anyTrue() ? 16 : 0;
    a5 = a5.mul(scales[5]);
    a5.intoArray(scores, at + 5 * lanes);
    matters |= a5.compare(VectorOperators.GE, first).anyTrue() ? 32 : 0;
    a6 = a6.mul(scales[6]);
    a6.intoArray(scores, at + 6 * lanes);
    matters |= a6.compare(VectorOperators.GE, first).anyTrue() ? 64 : 0;
    a7 = a7.mul(scales[7]);
    a7.intoArray(scores, at + 7 * lanes);
    matters |= a7.compare(VectorOperators.GE, first).anyTrue() ? 128 : 0;
    return matters;
  }

  /** Two vectors of queries, of 16 lanes each. */
  private static int two(
      float[] rows, int dimension, float[] queries, float[] scales, float[] worst, float[] scores) {
    var a0 = FloatVector.zero(F);
    var b0 = FloatVector.zero(F);
    var a1 = FloatVector.zero(F);
    var b1 = FloatVector.zero(F);
    var a2 = FloatVector.zero(F);
    var b2 = FloatVector.zero(F);
    var a3 = FloatVector.zero(F);
    var b3 = FloatVector.zero(F);
    var a4 = FloatVector.zero(F);
    var b4 = FloatVector.zero(F);
    var a5 = FloatVector.zero(F);
    var b5 = FloatVector.zero(F);
    var a6 = FloatVector.zero(F);
    var b6 = FloatVector.zero(F);
    var a7 = FloatVector.zero(F);
    var b7 = FloatVector.zero(F);
    for (int i = 0; i < dimension; i++) {
      var p = FloatVector.fromArray(F, queries, 32 * i);
      var q = FloatVector.fromArray(F, queries, 32 * i + 16);
      var x0 = FloatVector.broadcast(F, rows[i]);
      a0 = p.fma(x0, a0);
      b0 = q.fma(x0, b0);
      var x1 = FloatVector.broadcast(F, rows[dimension + i]);
      a1 = p.fma(x1, a1);
      b1 = q.fma(x1, b1);
      var x2 = FloatVector.broadcast(F, rows[2 * dimension + i]);
      a2 = p.fma(x2, a2);
      b2 = q.fma(x2, b2);
      var x3 = FloatVector.broadcast(F, rows[3 * dimension + i]);
      a3 = p.fma(x3, a3);
      b3 = q.fma(x3, b3);
      var x4 = FloatVector.broadcast(F, rows[4 * dimension + i]);
      a4 = p.fma(x4, a4);
      b4 = q.fma(x4, b4);
      var x5 = FloatVector.broadcast(F, rows[5 * dimension + i]);
      a5 = p.fma(x5, a5);
      b5 = q.fma(x5, b5);
      var x6 = FloatVector.broadcast(F, rows[6 * dimension + i]);
      a6 = p.fma(x6, a6);
      b6 = q.fma(x6, b6);
      var x7 = FloatVector.broadcast(F, rows[7 * dimension + i]);
      a7 = p.fma(x7, a7);
      b7 = q.fma(x7, b7);
    }
    var first = FloatVector.fromArray(F, worst, 0);
    var second = FloatVector.fromArray(F, worst, 16);
    int matters = 0;
    a0 = a0.mul(scales[0]);
    a0.intoArray(scores, 0);
    b0 = b0.mul(scales[0]);
    b0.intoArray(scores, 16);
    matters |=
        a0.compare(VectorOperators.GE, first).or(b0.compare(VectorOperators.GE, second)).anyTrue()
            ? 1
            : 0;
    a1 = a1.mul(scales[1]);
    a1.intoArray(scores, 32);
    b1 = b1.mul(scales[1]);
    b1.intoArray(scores, 48);
    matters |=
        a1.compare(VectorOperators.GE, first).or(b1.compare(VectorOperators.GE, second)).anyTrue()
            ? 2
            : 0;
    a2 = a2.mul(scales[2]);
    a2.intoArray(scores, 64);
    b2 = b2.mul(scales[2]);
    b2.intoArray(scores, 80);
    matters |=
        a2.compare(VectorOperators.GE, first).or(b2.compare(VectorOperators.GE, second)).anyTrue()
            ? 4
            : 0;
    a3 = a3.mul(scales[3]);
    a3.intoArray(scores, 96);
    b3 = b3.mul(scales[3]);
    b3.intoArray(scores, 112);
    matters |=
        a3.compare(VectorOperators.GE, first).or(b3.compare(VectorOperators.GE, second)).anyTrue()
            ? 8
            : 0;
    a4 = a4.mul(scales[4]);
    a4.intoArray(scores, 128);
    b4 = b4.mul(scales[4]);
    b4.intoArray(scores, 144);
    matters |=
        a4.compare(VectorOperators.GE, first).or(b4.compare(VectorOperators.GE, second)).anyTrue()
            ? 16
            : 0;
    a5 = a5.mul(scales[5]);
    a5.intoArray(scores, 160);
    b5 = b5.mul(scales[5]);
    b5.intoArray(scores, 176);
    matters |=
        a5.compare(VectorOperators.GE, first).or(b5.compare(VectorOperators.GE, second)).anyTrue()
            ? 32
            : 0;
    a6 = a6.mul(scales[6]);
    a6.intoArray(scores, 192);
    b6 = b6.mul(scales[6]);
    b6.intoArray(scores, 208);
    matters |=
        a6.compare(VectorOperators.GE, first).or(b6.compare(VectorOperators.GE, second)).anyTrue()
            ? 64
            : 0;
    a7 = a7.mul(scales[7]);
    a7.intoArray(scores, 224);
    b7 = b7.mul(scales[7]);
    b7.intoArray(scores, 240);
    matters |=
        a7.compare(VectorOperators.GE, first).or(b7.compare(VectorOperators.GE, second)).anyTrue()
            ? 128
            : 0;
    return matters;
  }
}
