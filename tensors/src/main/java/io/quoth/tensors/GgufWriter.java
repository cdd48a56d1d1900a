package io.quoth.tensors;

import io.quoth.base.BadArgumentException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes GGUF files, version 3; see {@link Gguf} for the layout. */
public final class GgufWriter {
  private static final int ALIGNMENT = 32;
  private static final int CHUNK = 1 << 20;

  private GgufWriter() {}

  /**
   * Writes a file, replacing one that is there.
   *
   * @param metadata values are {@code String}, {@code Boolean}, {@code Integer} (u32), {@code Long}
   *     (u64), {@code Float} (f32), or a list of strings
   * @param tensors in the order they shall have; each type must be one that GGUF has
   */
  public static void write(Path file, Map<String, Object> metadata, List<Tensor> tensors) {
    try (var out = new BufferedOutputStream(Files.newOutputStream(file), CHUNK)) {
      byte[] header = header(metadata, tensors);
      out.write(header);
      pad(out, header.length);
      for (Tensor tensor : tensors) {
        var data = tensor.data();
        for (long at = 0; at < data.byteSize(); at += CHUNK) {
          long length = Math.min(CHUNK, data.byteSize() - at);
          out.write(data.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
        }
        pad(out, data.byteSize());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static byte[] header(Map<String, Object> metadata, List<Tensor> tensors)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write("GGUF".getBytes(StandardCharsets.US_ASCII));
    int32(out, 3);
    int64(out, tensors.size());
    int64(out, metadata.size());
    for (var pair : metadata.entrySet()) {
      string(out, pair.getKey());
      value(out, pair.getKey(), pair.getValue());
    }
    long offset = 0;
    for (Tensor tensor : tensors) {
      string(out, tensor.name());
      int32(out, tensor.rank());
      for (int d = tensor.rank() - 1; d >= 0; d--) {
        int64(out, tensor.size(d));
      }
      int32(out, GgufType.of(tensor.dtype()).id());
      int64(out, offset);
      offset += padded(tensor.data().byteSize());
    }
    return bytes.toByteArray();
  }

  private static void value(DataOutputStream out, String key, Object value) throws IOException {
    switch (value) {
      case String text -> {
        int32(out, 8);
        string(out, text);
      }
      case Boolean truth -> {
        int32(out, 7);
        out.writeByte(truth ? 1 : 0);
      }
      case Integer number -> {
        int32(out, 4);
        int32(out, number);
      }
      case Long number -> {
        int32(out, 10);
        int64(out, number);
      }
      case Float number -> {
        int32(out, 6);
        int32(out, Float.floatToRawIntBits(number));
      }
      case List<?> texts -> {
        int32(out, 9);
        int32(out, 8);
        int64(out, texts.size());
        for (Object text : texts) {
          string(out, (String) text);
        }
      }
      default ->
          throw new BadArgumentException(
              key + ": cannot be written: " + value.getClass().getName());
    }
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int64(out, bytes.length);
    out.write(bytes);
  }

  private static void int32(DataOutputStream out, int value) throws IOException {
    out.writeInt(Integer.reverseBytes(value));
  }

  private static void int64(DataOutputStream out, long value) throws IOException {
    out.writeLong(Long.reverseBytes(value));
  }

  private static long padded(long length) {
    return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static void pad(OutputStream out, long length) throws IOException {
    out.write(new byte[(int) (padded(length) - length)]);
  }
}
