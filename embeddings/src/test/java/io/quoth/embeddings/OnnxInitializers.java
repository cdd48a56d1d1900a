package io.quoth.embeddings;

import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The f32 tensors inside an ONNX file, by the names of the layers. As much of protocol buffers as
 * that takes: a message is a row of fields, each a key (number times 8 plus kind) and a value; kind
 * 0 is a number of 7 bits a byte, kind 2 a length and as many bytes. Trusts the file.
 */
final class OnnxInitializers {
  private static final int FLOAT = 1;

  private record Node(String name, String type, List<String> inputs) {}

  private final Map<String, Tensor> initializers = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  /** Reads a whole file. */
  OnnxInitializers(byte[] file) {
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
   * The tensors: those that kept their names, and the matrices of MatMul nodes, which are stored
   * transposed and whose node's path says which layer they are of.
   */
  List<Tensor> tensors() {
    var tensors = new ArrayList<Tensor>();
    initializers.forEach((name, tensor) -> {
      if (name.matches("(embeddings|encoder|pooler)\\..*")) {
        tensors.add(tensor);
      }
    });
    for (Node node : nodes) {
      Tensor matrix = node.type.equals("MatMul") ? initializers.get(node.inputs.get(1)) : null;
      if (matrix != null) {
        String path = node.name.substring(1, node.name.length() - "/MatMul".length());
        tensors.add(transposed(path.replace('/', '.') + ".weight", matrix));
      }
    }
    return tensors;
  }

  private static Tensor transposed(String name, Tensor matrix) {
    int rows = (int) matrix.size(0);
    int columns = (int) matrix.size(1);
    var numbers = matrix.data().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        values[c * rows + r] = numbers.get(r * columns + c);
      }
    }
    return Tensor.of(name, new long[] {columns, rows}, values);
  }

  private void graph(int field, ByteBuffer value) {
    if (field == 1) {
      node(value);
    } else if (field == 5) {
      tensor(value);
    }
  }

  private void node(ByteBuffer message) {
    var inputs = new ArrayList<String>();
    String[] names = {"", ""};
    fields(
        message,
        (field, value) -> {
          switch (field) {
            case 1 -> inputs.add(text(value));
            case 3 -> names[0] = text(value);
            case 4 -> names[1] = text(value);
            default -> {}
          }
        });
    nodes.add(new Node(names[0], names[1], inputs));
  }

  private void tensor(ByteBuffer message) {
    var shape = new ArrayList<Long>();
    long[] type = {0};
    String[] name = {""};
    ByteBuffer[] data = {ByteBuffer.allocate(0)};
    while (message.hasRemaining()) {
      int key = (int) number(message);
      if ((key & 7) == 0) {
        long value = number(message);
        if (key >> 3 == 1) {
          shape.add(value);
        } else if (key >> 3 == 2) {
          type[0] = value;
        }
        continue;
      }
      ByteBuffer value = bytes(message);
      switch (key >> 3) {
        case 1 -> {
          while (value.hasRemaining()) {
            shape.add(number(value));
          }
        }
        case 8 -> name[0] = text(value);
        case 9 -> data[0] = value;
        default -> {}
      }
    }
    if (type[0] == FLOAT && data[0].hasRemaining()) {
      long[] sizes = shape.stream().mapToLong(Long::longValue).toArray();
      initializers.put(
          name[0], new Tensor(name[0], DType.F32, sizes, MemorySegment.ofBuffer(data[0])));
    }
  }

  private interface Field {
    void take(int field, ByteBuffer value);
  }

  /** Hands over the fields that are bytes and skips the numbers. */
  private static void fields(ByteBuffer message, Field taker) {
    while (message.hasRemaining()) {
      int key = (int) number(message);
      switch (key & 7) {
        case 0 -> number(message);
        case 1 -> message.position(message.position() + 8);
        case 2 -> taker.take(key >> 3, bytes(message));
        case 5 -> message.position(message.position() + 4);
        default -> throw new IllegalArgumentException("field of kind " + (key & 7));
      }
    }
  }

  private static ByteBuffer bytes(ByteBuffer message) {
    int length = (int) number(message);
    ByteBuffer value = message.slice(message.position(), length);
    message.position(message.position() + length);
    return value;
  }

  private static long number(ByteBuffer message) {
    long value = 0;
    int shift = 0;
    byte part;
    do {
      part = message.get();
      value |= (part & 0x7FL) << shift;
      shift += 7;
    } while (part < 0);
    return value;
  }

  private static String text(ByteBuffer value) {
    return StandardCharsets.UTF_8.decode(value).toString();
  }
}
