package io.quoth.kernels;

/**
 * The pointwise functions, each defined down to its bits: the same additions, multiplications and
 * fused multiply-adds in the same order on every rung and every machine. Each is within 2 units in
 * the last place of the true value. Polynomials were fitted for Quoth (weighted least squares,
 * iterated towards the smallest greatest relative error).
 *
 * <p>NaN gives NaN; the infinities give the limits.
 */
final class Functions {
  /** Below this, exp is 0; above {@link #EXP_MAX} it is infinite. */
  static final float EXP_MIN = -104f;

  /** Above this, exp is infinite. */
  static final float EXP_MAX = 89f;

  static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts; the first has few bits, so that its product with an integer is exact. */
  static final float LN2_HIGH = 0x1.62e4p-1f;

  static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** 1.5 * 2^23: adding it rounds to an integer, which is then in the low bits. */
  static final float ROUNDER = 0x1.8p23f;

  static final int ROUNDER_BITS = 0x4b400000;

  /** (exp(r) - 1 - r) / r^2 on [-ln 2 / 2, ln 2 / 2], rising powers of r. */
  static final float EXP_0 = 0x1.fffffcp-2f;

  static final float EXP_1 = 0x1.555492p-3f;
  static final float EXP_2 = 0x1.5558f2p-5f;
  static final float EXP_3 = 0x1.1239d6p-7f;
  static final float EXP_4 = 0x1.6a2444p-10f;

  /** (tanh(x) - x) / x^3 on [0, TANH_SMALL], rising powers of x^2. */
  static final float TANH_SMALL = 0.625f;

  static final float TANH_0 = -0x1.555554p-2f;
  static final float TANH_1 = 0x1.111064p-3f;
  static final float TANH_2 = -0x1.b9ee0ep-5f;
  static final float TANH_3 = 0x1.63858cp-6f;
  static final float TANH_4 = -0x1.0bd75p-7f;
  static final float TANH_5 = 0x1.1871c6p-9f;

  /** From here on, tanh is 1. */
  static final float TANH_MAX = 10f;

  /** (erf(x) - x) / x on [0, 1], rising powers of x^2. */
  static final float ERF_0 = 0x1.06eba8p-3f;

  static final float ERF_1 = -0x1.81273ep-2f;
  static final float ERF_2 = 0x1.ce2cf8p-4f;
  static final float ERF_3 = -0x1.b7f91p-6f;
  static final float ERF_4 = 0x1.5405ccp-8f;
  static final float ERF_5 = -0x1.a3f7a6p-11f;
  static final float ERF_6 = 0x1.496bc6p-14f;

  /** log(1 - erf(x)) on [1, ERF_MAX], rising powers of x. */
  static final float ERFC_0 = 0x1.8b3fep-13f;

  static final float ERFC_1 = -0x1.212c2ep0f;
  static final float ERFC_2 = -0x1.4434fp-1f;
  static final float ERFC_3 = -0x1.bc18d4p-4f;
  static final float ERFC_4 = 0x1.9d0be0p-6f;
  static final float ERFC_5 = -0x1.13990ap-8f;
  static final float ERFC_6 = 0x1.ceeb1ep-12f;
  static final float ERFC_7 = -0x1.6c06d2p-16f;

  /** From here on, erf is 1. */
  static final float ERF_MAX = 4f;

  static final float SQRT_HALF = 0x1.6a09e6p-1f;

  /** sqrt(2 / pi). */
  static final float GELU_SCALE = 0x1.988454p-1f;

  static final float GELU_CUBE = 0.044715f;

  private Functions() {}

  /** e^x. */
  static float exp(float x) {
    float c = Math.min(Math.max(x, EXP_MIN), EXP_MAX);
    float shifted = Math.fma(c, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_HIGH, c);
    r = Math.fma(n, -LN2_LOW, r);
    float p = EXP_4;
    p = Math.fma(p, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    p = Math.fma(p, r, EXP_0);
    p = Math.fma(r * r, p, r) + 1f;
    // 2^n in two factors, for n beyond the exponents that a float has.
    int exponent = Float.floatToRawIntBits(shifted) - ROUNDER_BITS;
    int half = exponent >> 1;
    return p * power(half) * power(exponent - half);
  }

  private static float power(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  static float tanh(float x) {
    float t = Math.abs(x);
    float s = x * x;
    float p = TANH_5;
    p = Math.fma(p, s, TANH_4);
    p = Math.fma(p, s, TANH_3);
    p = Math.fma(p, s, TANH_2);
    p = Math.fma(p, s, TANH_1);
    p = Math.fma(p, s, TANH_0);
    float small = Math.fma(p * s, x, x);
    float c = Math.min(t, TANH_MAX);
    float large = 1f - 2f / (exp(c + c) + 1f);
    return t < TANH_SMALL ? small : Math.copySign(large, x);
  }

  static float erf(float x) {
    float t = Math.abs(x);
    float s = x * x;
    float p = ERF_6;
    p = Math.fma(p, s, ERF_5);
    p = Math.fma(p, s, ERF_4);
    p = Math.fma(p, s, ERF_3);
    p = Math.fma(p, s, ERF_2);
    p = Math.fma(p, s, ERF_1);
    p = Math.fma(p, s, ERF_0);
    float small = Math.fma(p, x, x);
    float c = Math.min(t, ERF_MAX);
    float q = ERFC_7;
    q = Math.fma(q, c, ERFC_6);
    q = Math.fma(q, c, ERFC_5);
    q = Math.fma(q, c, ERFC_4);
    q = Math.fma(q, c, ERFC_3);
    q = Math.fma(q, c, ERFC_2);
    q = Math.fma(q, c, ERFC_1);
    q = Math.fma(q, c, ERFC_0);
    float large = 1f - exp(q);
    return t < 1f ? small : Math.copySign(large, x);
  }

  static float silu(float x) {
    return x / (1f + exp(-x));
  }

  static float gelu(float x) {
    return 0.5f * x * (1f + erf(x * SQRT_HALF));
  }

  static float geluTanh(float x) {
    float cube = x * x * x;
    return 0.5f * x * (1f + tanh(GELU_SCALE * Math.fma(GELU_CUBE, cube, x)));
  }

  static float apply(Nonlinearity function, float x) {
    return switch (function) {
      case SILU -> silu(x);
      case GELU -> gelu(x);
      case GELU_TANH -> geluTanh(x);
      case RELU -> Math.max(x, 0f);
      case TANH -> tanh(x);
    };
  }
}
