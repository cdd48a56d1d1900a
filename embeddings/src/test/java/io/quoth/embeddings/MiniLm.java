package io.quoth.embeddings;

import io.quoth.base.ModelFolder;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

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
        Files.write(folder.resolve("tokenizer.json"), resource("/all-minilm-l6-v2-tokenizer.json"));
        SafetensorsWriter.write(
            folder.resolve("model.safetensors"),
            new OnnxInitializers(resource("/all-minilm-l6-v2.onnx")).tensors());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ModelFolder.of(folder);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(MiniLm.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
