package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** How far the pointwise functions are from the true values, in units in the last place. */
class FunctionsTest {
  private interface FloatFunction {
    float apply(float x);
  }

  private static void withinUlps(
      double ulps, float from, float to, FloatFunction function, DoubleUnaryOperator exact) {
    double worst = 0;
    float at = 0;
    int steps = 400_000;
    for (int i = 0; i <= steps; i++) {
      float x = (float) (from + (to - (double) from) * i / steps);
      double expected = exact.applyAsDouble(x);
      double error = Math.abs(function.apply(x) - expected) / Math.ulp((float) expected);
      if (error > worst) {
        worst = error;
        at = x;
      }
    }
    assertThat(worst).as("ulps off, most at %s", at).isLessThanOrEqualTo(ulps);
  }

  @Test
  void expIsWithinTwoUlps() {
    withinUlps(1.2, -87, 88.5f, Functions::exp, Math::exp);
    withinUlps(1.2, -1, 1, Functions::exp, Math::exp);
    withinUlps(1.2, -104, -87, Functions::exp, Math::exp);
    assertThat(Functions.exp(0f)).isEqualTo(1f);
    assertThat(Functions.exp(-0f)).isEqualTo(1f);
    assertThat(Functions.exp(-104f)).isZero();
    assertThat(Functions.exp(Float.NEGATIVE_INFINITY)).isZero();
    assertThat(Functions.exp(88.8f)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Functions.exp(Float.POSITIVE_INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Functions.exp(Float.NaN)).isNaN();
  }

  @Test
  void tanhIsWithinTwoUlps() {
    withinUlps(2, -11, 11, Functions::tanh, Math::tanh);
    withinUlps(2, -0.7f, 0.7f, Functions::tanh, Math::tanh);
    assertThat(Functions.tanh(Float.POSITIVE_INFINITY)).isEqualTo(1f);
    assertThat(Functions.tanh(Float.NEGATIVE_INFINITY)).isEqualTo(-1f);
    assertThat(Functions.tanh(Float.NaN)).isNaN();
  }

  @Test
  void erfIsWithinTwoUlps() {
    withinUlps(2, -5, 5, Functions::erf, FunctionsTest::erf);
    withinUlps(2, -1.1f, 1.1f, Functions::erf, FunctionsTest::erf);
    assertThat(Functions.erf(Float.POSITIVE_INFINITY)).isEqualTo(1f);
    assertThat(Functions.erf(Float.NaN)).isNaN();
  }

  @Test
  void siluIsWithinFourUlps() {
    withinUlps(4, -80, 80, Functions::silu, x -> x / (1 + Math.exp(-x)));
  }

  /** The Taylor series, which converges everywhere; in double precision good for |x| below 6. */
  private static double erf(double x) {
    double t = Math.abs(x);
    if (t > 3) {
      // The continued fraction of erfc, from the far end.
      double f = 0;
      for (int k = 60; k > 0; k--) {
        f = k / 2.0 / (t + f);
      }
      double tail = Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + f);
      return Math.copySign(1 - tail, x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 120; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return sum * 2 / Math.sqrt(Math.PI);
  }
}
