package io.quoth.models;

import java.util.Collections;
import java.util.Set;

/**
 * Mistral (Jiang et al. 2023): Llama whose layers all see a window. Reference: transformers {@code
 * models/mistral/modeling_mistral.py}.
 */
final class Mistral implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("mistral");
  }

  @Override
  public CausalTransformer build(ConfigReader c, Parts parts) {
    Llama.Config plain = Llama.Config.read(c, 131_072, /* headDim= */ null);
    // Null means no window; only a key that is not there means the first model's.
    boolean stated = c.json().keys().contains("sliding_window");
    int window = Windows.size(c, stated ? 0 : 4096);
    return Llama.build(plain.windows(Collections.nCopies(plain.model().layers(), window)), parts);
  }
}
