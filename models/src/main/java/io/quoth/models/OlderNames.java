package io.quoth.models;

import io.quoth.tensors.Tensor;
import io.quoth.tensors.Weights;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Weights of the first checkpoints of BERT, whose norms call their parameters {@code gamma} and
 * {@code beta}, under the names that followed.
 */
record OlderNames(Weights weights) implements Weights {

  /** The weights themselves where no name is old. */
  static Weights of(Weights weights) {
    return weights.names().stream().anyMatch(OlderNames::isOld) ? new OlderNames(weights) : weights;
  }

  private static boolean isOld(String name) {
    return name.endsWith("LayerNorm.gamma") || name.endsWith("LayerNorm.beta");
  }

  @Override
  public String location() {
    return weights.location();
  }

  @Override
  public Set<String> names() {
    var names = new TreeSet<String>();
    for (String name : weights.names()) {
      names.add(
          isOld(name) ? name.replaceFirst("gamma$", "weight").replaceFirst("beta$", "bias") : name);
    }
    return names;
  }

  @Override
  public Optional<Tensor> find(String name) {
    Optional<Tensor> found = weights.find(name);
    if (found.isPresent()) {
      return found;
    }
    if (name.endsWith("LayerNorm.weight")) {
      return weights.find(name.replaceFirst("weight$", "gamma"));
    }
    return name.endsWith("LayerNorm.bias")
        ? weights.find(name.replaceFirst("bias$", "beta"))
        : Optional.empty();
  }

  @Override
  public Weights in(String folder) {
    return new OlderNames(weights.in(folder));
  }
}
