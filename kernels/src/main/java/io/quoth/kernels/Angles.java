package io.quoth.kernels;

/**
 * Sine and cosine of large angles, the same bits on every machine: {@link Math} leaves the last bit
 * to the processor, and {@link StrictMath} makes an array a call, which would be garbage a token.
 * Within 2^-52 of the true value for angles up to 2^30.
 */
final class Angles {
  /** Pi / 2 in three parts, each the double nearest to what the ones before leave over. */
  private static final double HALF_PI_0 = 0x1.921fb54442d18p0;

  private static final double HALF_PI_1 = 0x1.1a62633145c07p-54;
  private static final double HALF_PI_2 = -0x1.f1976b7ed8fbcp-110;

  /** Of Taylor's series; behind the last term less than 2^-60 is left on [-pi/4, pi/4]. */
  private static final double[] SINE = {
    1,
    -1 / 6d,
    1 / 120d,
    -1 / 5_040d,
    1 / 362_880d,
    -1 / 39_916_800d,
    1 / 6_227_020_800d,
    -1 / 1_307_674_368_000d,
    1 / 355_687_428_096_000d
  };

  private static final double[] COSINE = {
    1,
    -1 / 2d,
    1 / 24d,
    -1 / 720d,
    1 / 40_320d,
    -1 / 3_628_800d,
    1 / 479_001_600d,
    -1 / 87_178_291_200d,
    1 / 20_922_789_888_000d,
    -1 / 6_402_373_705_728_000d
  };

  private Angles() {}

  static double sin(double angle) {
    return turned(angle, 0);
  }

  static double cos(double angle) {
    return turned(angle, 1);
  }

  /** The sine of {@code angle} + {@code quarters} * pi / 2. */
  private static double turned(double angle, int quarters) {
    double n = Math.rint(angle / HALF_PI_0);
    double r = Math.fma(-n, HALF_PI_0, angle);
    r = Math.fma(-n, HALF_PI_1, r);
    r = Math.fma(-n, HALF_PI_2, r);
    int quadrant = (int) ((long) n + quarters & 3);
    double square = r * r;
    double value = (quadrant & 1) == 0 ? r * series(SINE, square) : series(COSINE, square);
    return (quadrant & 2) == 0 ? value : -value;
  }

  private static double series(double[] terms, double square) {
    double sum = terms[terms.length - 1];
    for (int i = terms.length - 2; i >= 0; i--) {
      sum = Math.fma(sum, square, terms[i]);
    }
    return sum;
  }
}
