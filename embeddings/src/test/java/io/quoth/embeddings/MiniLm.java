package io.quoth.embeddings;

import io.quoth.base.ModelFolder;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.MiniLmOnnx;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** all-MiniLM-L6-v2 in f32: weights from a Maven artifact, configuration as published. */
final class MiniLm {
  private MiniLm() {}

  /** The folder, made once a build; skips the calling test where the configuration is not here. */
  static ModelFolder folder() {
    Path config = TestData.shared("models/all-MiniLM-L6-v2/config");
    Path folder = Path.of("target", "all-MiniLM-L6-v2");
    try {
      if (!Files.exists(folder.resolve("model.safetensors"))) {
        Files.createDirectories(folder.resolve("1_Pooling"));
        try (var files = Files.walk(config)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            Files.write(folder.resolve(config.relativize(file)), Files.readAllBytes(file));
          }
        }
        Files.write(folder.resolve("tokenizer.json"), MiniLmOnnx.tokenizerJson());
        SafetensorsWriter.write(
            folder.resolve("model.safetensors"),
            MiniLmOnnx.weights().entrySet().stream()
                .map(weight ->
                    Tensor.of(
                        weight.getKey(), weight.getValue().shape(), weight.getValue().values()))
                .toList());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelFolder.of(folder);
  }
}
