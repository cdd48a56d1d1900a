package io.quoth.models;

import java.util.Set;

/**
 * Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases at queries, keys and values. Reference:
 * transformers {@code models/qwen2/modeling_qwen2.py}.
 */
final class Qwen2 implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen2");
  }

  @Override
  public CausalTransformer build(ConfigReader c, Parts parts) {
    Llama.Config plain = Llama.Config.read(c, 32_768, /* headDim= */ null);
    return Llama.build(plain.biases(true, false, false).windows(Windows.qwen(c)), parts);
  }
}
