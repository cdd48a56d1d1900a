package io.quoth.kernels;

/** The pointwise functions of feed-forward layers, by their names in configurations. */
public enum Nonlinearity {
  /** x * sigmoid(x); {@code silu}, {@code swish}. */
  SILU,
  /** x / 2 * (1 + erf(x / sqrt 2)); {@code gelu}. */
  GELU,
  /**
   * x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))); {@code gelu_new}, {@code gelu_fast},
   * {@code gelu_pytorch_tanh}.
   */
  GELU_TANH,
  /** max(x, 0); {@code relu}. */
  RELU,
  /** tanh(x); {@code tanh}. */
  TANH;

  /**
   * The function that a configuration names.
   *
   * @throws io.quoth.base.UnsupportedModelException for a name not known
   */
  public static Nonlinearity named(String name) {
    return switch (name) {
      case "silu", "swish" -> SILU;
      case "gelu" -> GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> GELU_TANH;
      case "relu" -> RELU;
      case "tanh" -> TANH;
      default ->
          throw new io.quoth.base.UnsupportedModelException(
              "activation function \""
                  + name
                  + "\" is not known; known are silu, swish, gelu,"
                  + " gelu_new, gelu_fast, gelu_pytorch_tanh, relu, tanh");
    };
  }
}
