package io.quoth.models;

import java.util.Set;

/** A family as somebody else's module would provide it. */
public final class OutsideFamily implements Family {
  @Override
  public Set<String> modelTypes() {
    return Set.of("outside", "llama");
  }

  @Override
  public CausalTransformer build(ConfigReader config, Parts parts) {
    return new Llama().build(config, parts);
  }
}
