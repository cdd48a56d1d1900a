package io.quoth.testkit;

import io.quoth.base.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a golden safetensors file, as plain arrays. Simple on purpose: it trusts the file
 * and shares no code with Quoth's own reader.
 */
public final class GoldenTensors {
  private record Entry(String dtype, int[] shape, int begin, int end) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final ByteBuffer data;

  private GoldenTensors(byte[] file, String source) {
    var all = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int header = (int) all.getLong(0);
    var json = Json.parse(new String(file, 8, header, StandardCharsets.UTF_8), source);
    data = all.slice(8 + header, file.length - 8 - header).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : json.keys()) {
      if (!name.equals("__metadata__")) {
        var tensor = json.get(name);
        var offsets = tensor.get("data_offsets");
        int[] shape = tensor.get("shape").items().stream().mapToInt(Json::asInt).toArray();
        entries.put(
            name,
            new Entry(
                tensor.getString("dtype"),
                shape,
                offsets.item(0).asInt(),
                offsets.item(1).asInt()));
      }
    }
  }

  /** Reads a file, unpacking {@code .gz}. */
  public static GoldenTensors read(Path file) {
    return new GoldenTensors(TestData.bytes(file), file.toString());
  }

  /** All names. */
  public Set<String> names() {
    return entries.keySet();
  }

  /** Whether there is a tensor of that name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** The shape of a tensor. */
  public int[] shape(String name) {
    return entry(name).shape.clone();
  }

  /** The values of a tensor of floating-point type, widened to f32, row-major. */
  public float[] floats(String name) {
    Entry e = entry(name);
    float[] values = new float[count(e)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (e.dtype) {
            case "F32" -> data.getFloat(e.begin + 4 * i);
            case "F64" -> (float) data.getDouble(e.begin + 8 * i);
            case "F16" -> Float.float16ToFloat(data.getShort(e.begin + 2 * i));
            case "BF16" -> Float.intBitsToFloat(data.getShort(e.begin + 2 * i) << 16);
            default -> throw new IllegalArgumentException(name + " is " + e.dtype);
          };
    }
    return values;
  }

  /** The values of a tensor of double precision, row-major. */
  public double[] doubles(String name) {
    Entry e = entry(name);
    if (!e.dtype.equals("F64")) {
      throw new IllegalArgumentException(name + " is " + e.dtype);
    }
    double[] values = new double[count(e)];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.getDouble(e.begin + 8 * i);
    }
    return values;
  }

  /** The values of a tensor of integer or boolean type, row-major. */
  public int[] ints(String name) {
    Entry e = entry(name);
    int[] values = new int[count(e)];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (e.dtype) {
            case "I64" -> Math.toIntExact(data.getLong(e.begin + 8 * i));
            case "I32" -> data.getInt(e.begin + 4 * i);
            case "I16" -> data.getShort(e.begin + 2 * i);
            case "I8" -> data.get(e.begin + i);
            case "U8", "BOOL" -> data.get(e.begin + i) & 0xFF;
            default -> throw new IllegalArgumentException(name + " is " + e.dtype);
          };
    }
    return values;
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no tensor " + name + " in " + entries.keySet());
    }
    return entry;
  }

  private static int count(Entry e) {
    return Arrays.stream(e.shape).reduce(1, Math::multiplyExact);
  }
}
