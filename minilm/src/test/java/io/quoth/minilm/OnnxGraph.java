package io.quoth.minilm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * As much of an ONNX file as holds weights: the initializers of type f32, and which node reads
 * which. A protobuf message is a row of fields, each a varint {@code number << 3 | type} and its
 * value: type 0 a varint, 1 eight bytes, 2 a varint length and as many bytes, 5 four bytes. Trusts
 * the file.
 */
final class OnnxGraph {
  private static final int FLOAT = 1;

  /** Named numbers, row-major. */
  record Initializer(long[] shape, float[] values) {}

  /** An operation and the names of its inputs. */
  record Node(String name, String operation, List<String> inputs) {}

  final Map<String, Initializer> initializers = new LinkedHashMap<>();
  final List<Node> nodes = new ArrayList<>();

  OnnxGraph(byte[] file) {
    var model = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    fields(model, (field, value) -> onField(field == 7, value, this::graph));
  }

  private static void onField(
      boolean wanted, ByteBuffer value, java.util.function.Consumer<ByteBuffer> then) {
    if (wanted) {
      then.accept(value);
    }
  }

  private void graph(ByteBuffer graph) {
    fields(
        graph,
        (field, value) -> {
          onField(field == 1, value, this::node);
          onField(field == 5, value, this::initializer);
        });
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
    var raw = new ByteBuffer[1];
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
    if (type[0] == FLOAT && raw[0] != null) {
      float[] values = new float[raw[0].remaining() / Float.BYTES];
      raw[0].asFloatBuffer().get(values);
      long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
      initializers.put(name[0], new Initializer(shape, values));
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
