package io.quoth.hub;

import io.quoth.testkit.HubRepository;
import java.util.Random;

/** Repositories for tests; their bytes follow from a seed. */
final class Repositories {
  private Repositories() {}

  /** Small files and large ones, two formats of weights, a subfolder. */
  static HubRepository small(String id) {
    return new HubRepository(id)
        .add("config.json", "{\"model_type\":\"gpt2\",\"n_layer\":2}")
        .add("tokenizer.json", "{\"model\":{}}")
        .add("README.md", "# Tiny")
        .add("1_Pooling/config.json", "{\"pooling\":1}")
        .add("model.safetensors", bytes(1, 300_000))
        .add("pytorch_model.bin", bytes(2, 300_000));
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
