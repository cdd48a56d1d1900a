package io.quoth.cli;

import io.quoth.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** Configurations of well-known models, as published, as far as sizes depend on them. */
final class Calibration {
  /** By the names people know, small ones first. */
  static final Map<String, Json> MODELS = new LinkedHashMap<>();

  static {
    gpt2("GPT-2 (124M)", 768, 12, 12);
    gpt2("GPT-2 medium (355M)", 1024, 24, 16);
    gpt2("GPT-2 large (774M)", 1280, 36, 20);
    gpt2("GPT-2 XL (1.5B)", 1600, 48, 25);
    llama("TinyLlama 1.1B", 32000, 2048, 5632, 22, 32, 4, 2048, false);
    llama("Llama 3.2 1B", 128256, 2048, 8192, 16, 32, 8, 131072, true);
    add(
        "Phi-2 (2.7B)",
        """
        {"model_type": "phi", "architectures": ["PhiForCausalLM"], "vocab_size": 51200,
         "hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 32,
         "num_attention_heads": 32, "max_position_embeddings": 2048, "hidden_act": "gelu_new",
         "partial_rotary_factor": 0.4, "rope_theta": 10000.0, "layer_norm_eps": 1e-05,
         "tie_word_embeddings": false}
        """);
    llama("Llama 3.2 3B", 128256, 3072, 8192, 28, 24, 8, 131072, true);
    llama("Llama 2 7B", 32000, 4096, 11008, 32, 32, 32, 4096, false);
    llama("Llama 3 8B", 128256, 4096, 14336, 32, 32, 8, 8192, false);
    llama("Llama 2 13B", 32000, 5120, 13824, 40, 40, 40, 4096, false);
    llama("Llama 3 70B", 128256, 8192, 28672, 80, 64, 8, 8192, false);
    llama("Llama 3.1 405B", 128256, 16384, 53248, 126, 128, 8, 131072, false);
  }

  private Calibration() {}

  private static void gpt2(String name, int embed, int layers, int heads) {
    add(
        name,
        """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 50257,
         "n_embd": %d, "n_layer": %d, "n_head": %d, "n_positions": 1024, "n_ctx": 1024,
         "activation_function": "gelu_new", "layer_norm_epsilon": 1e-05}
        """
            .formatted(embed, layers, heads));
  }

  private static void llama(
      String name,
      int vocabulary,
      int hidden,
      int feedForward,
      int layers,
      int heads,
      int kvHeads,
      int context,
      boolean tied) {
    add(
        name,
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": %d,
         "hidden_size": %d, "intermediate_size": %d, "num_hidden_layers": %d,
         "num_attention_heads": %d, "num_key_value_heads": %d, "max_position_embeddings": %d,
         "tie_word_embeddings": %b, "hidden_act": "silu", "rms_norm_eps": 1e-05,
         "rope_theta": 500000.0}
        """
            .formatted(vocabulary, hidden, feedForward, layers, heads, kvHeads, context, tied));
  }

  private static void add(String name, String config) {
    MODELS.put(name, Json.parse(config, name));
  }
}
