package io.quoth.models;

import io.quoth.kernels.Embedding;
import io.quoth.kernels.Linear;
import io.quoth.kernels.Norm;
import io.quoth.kernels.Ops;
import io.quoth.kernels.Orientation;
import io.quoth.tensors.Tensor;
import io.quoth.tensors.Weights;
import org.jspecify.annotations.Nullable;

/**
 * Makes the parts of a model from named weights, each with the shape it must have.
 *
 * @param ops prepares and owns them
 * @param weights the directory that names are looked up in
 */
public record Parts(Ops ops, Weights weights) {

  /** The parts in a folder of the directory. */
  public Parts in(String folder) {
    return new Parts(ops, weights.in(folder));
  }

  /** The parts in a folder where there is one, else here: for optional outer prefixes. */
  public Parts inIfPresent(String folder) {
    return new Parts(ops, weights.inIfPresent(folder));
  }

  /** {@code NAME.weight} [out, in] and, with {@code bias}, {@code NAME.bias} [out]. */
  public Linear linear(String name, int in, int out, boolean bias) {
    Tensor weight = weights.get(name + ".weight", out, in);
    Tensor vector = bias ? weights.get(name + ".bias", out) : null;
    return ops.prepareLinear(weight, vector, Orientation.OUT_IN);
  }

  /** {@code NAME.weight} [in, out] and {@code NAME.bias} [out]: GPT-2's Conv1D. */
  public Linear conv1d(String name, int in, int out) {
    Tensor weight = weights.get(name + ".weight", in, out);
    return ops.prepareLinear(weight, weights.get(name + ".bias", out), Orientation.IN_OUT);
  }

  /** A table {@code NAME.weight} [rows, columns]. */
  public Embedding embedding(String name, int rows, int columns) {
    return ops.prepareEmbedding(weights.get(name + ".weight", rows, columns));
  }

  /** A norm with {@code NAME.weight} [features] alone. */
  public Norm rmsNorm(String name, int features, double epsilon) {
    return ops.prepareNorm(weights.get(name + ".weight", features), null, epsilon, features);
  }

  /** A norm with {@code NAME.weight} and {@code NAME.bias}, both [features]. */
  public Norm layerNorm(String name, int features, double epsilon) {
    Tensor weight = weights.get(name + ".weight", features);
    return ops.prepareNorm(weight, weights.get(name + ".bias", features), epsilon, features);
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return weights.has(name);
  }

  /** {@code NAME.weight} [out, in] of another folder, with a bias of this one, or none for null. */
  public Linear linear(Parts folder, String name, @Nullable String bias, int in, int out) {
    Tensor weight = folder.weights.get(name + ".weight", out, in);
    Tensor vector = bias == null ? null : weights.get(bias, out);
    return ops.prepareLinear(weight, vector, Orientation.OUT_IN);
  }

  /**
   * A convolution over {@code width} neighbours as a linear layer of them: {@code NAME.weight}
   * [out, in, width] and {@code NAME.bias} [out].
   */
  public Linear conv(String name, int in, int out, int width) {
    Tensor weight = weights.get(name + ".weight", out, in, width);
    Tensor flat = weight.reshape(out, (long) in * width);
    return ops.prepareLinear(flat, weights.get(name + ".bias", out), Orientation.OUT_IN);
  }

  /** A norm with {@code NAME.weight} and, with {@code bias}, {@code NAME.bias}. */
  public Norm layerNorm(String name, int features, double epsilon, boolean bias) {
    return bias
        ? layerNorm(name, features, epsilon)
        : ops.prepareNorm(weights.get(name + ".weight", features), null, epsilon, features);
  }
}
