package io.quoth.embeddings;

import io.quoth.base.UnsupportedModelException;

/** The pointwise functions that configurations name by a class path of torch. */
enum TorchFunction {
  /** x. */
  IDENTITY,
  /** tanh(x). */
  TANH,
  /** max(x, 0). */
  RELU,
  /** x / 2 * (1 + erf(x / sqrt 2)). */
  GELU,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** x * sigmoid(x). */
  SILU;

  /**
   * The function of a class path.
   *
   * @param otherwise for classes outside of torch, which the reference does not trust
   * @throws UnsupportedModelException for a class of torch that is not here
   */
  static TorchFunction of(String path, TorchFunction otherwise) {
    if (!path.startsWith("torch.")) {
      return otherwise;
    }
    String name = path.substring(path.lastIndexOf('.') + 1);
    for (TorchFunction function : values()) {
      if (function.name().equalsIgnoreCase(name)) {
        return function;
      }
    }
    throw new UnsupportedModelException("activation function " + path + " is not supported");
  }

  float apply(float x) {
    return switch (this) {
      case IDENTITY -> x;
      case TANH -> (float) Math.tanh(x);
      case RELU -> Math.max(x, 0);
      case GELU -> (float) (0.5 * x * (1 + erf(x * Math.sqrt(0.5))));
      case SIGMOID -> (float) (1 / (1 + Math.exp(-(double) x)));
      case SILU -> (float) (x / (1 + Math.exp(-(double) x)));
    };
  }

  /** The series below 3, the continued fraction above: both far below f32's precision. */
  private static double erf(double x) {
    double t = Math.abs(x);
    double value;
    if (t < 3) {
      double term = t;
      double sum = t;
      for (int n = 1; n < 60; n++) {
        term *= -t * t / n;
        sum += term / (2 * n + 1);
      }
      value = 2 / Math.sqrt(Math.PI) * sum;
    } else {
      double fraction = 0;
      for (int n = 30; n > 0; n--) {
        fraction = n / 2.0 / (t + fraction);
      }
      value = 1 - Math.exp(-t * t) / Math.sqrt(Math.PI) / (t + fraction);
    }
    return Math.copySign(value, x);
  }
}
