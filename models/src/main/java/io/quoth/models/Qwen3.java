package io.quoth.models;

import java.util.Set;

/**
 * Qwen3 (Yang et al. 2025): Llama whose query heads and key heads are normed. Reference:
 * transformers {@code models/qwen3/modeling_qwen3.py}.
 */
final class Qwen3 implements Family {

  @Override
  public Set<String> modelTypes() {
    return Set.of("qwen3");
  }

  @Override
  public CausalTransformer build(ConfigReader c, Parts parts) {
    boolean bias = c.flag(false, "attention_bias");
    Llama.Config plain = Llama.Config.read(c, 32_768, /* headDim= */ 128);
    return Llama.build(
        plain.normedHeads().biases(bias, bias, false).windows(Windows.qwen(c)), parts);
  }
}
