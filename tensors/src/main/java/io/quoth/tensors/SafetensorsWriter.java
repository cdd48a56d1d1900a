package io.quoth.tensors;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.QuothException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes safetensors files, byte for byte as the reference does: wide types first, then by name;
 * the header padded with blanks to a multiple of 8; metadata {@code {"format":"pt"}}. The format is
 * described at {@link Safetensors}.
 */
public final class SafetensorsWriter {
  /** Of two types the later one here is written first: wide ones, so that all lie aligned. */
  private static final List<DType> ORDER =
      List.of(
          DType.BOOL,
          DType.U8,
          DType.I8,
          DType.I16,
          DType.U16,
          DType.F16,
          DType.BF16,
          DType.I32,
          DType.U32,
          DType.F32,
          DType.F64,
          DType.I64,
          DType.U64);

  private static final int CHUNK = 1 << 16;

  private SafetensorsWriter() {}

  /**
   * Writes a file. What was there is replaced only when all is written.
   *
   * @throws BadArgumentException when two tensors have one name, or a type has no place in the
   *     format
   * @throws QuothException when the file cannot be written
   */
  public static void write(Path file, Collection<Tensor> tensors) {
    Path target = file.toAbsolutePath();
    try {
      Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
      try {
        try (var out = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
          write(out, tensors);
        }
        Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      throw new QuothException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Writes to a stream, which stays open. */
  public static void write(OutputStream out, Collection<Tensor> tensors) throws IOException {
    var sorted = new ArrayList<>(tensors);
    for (Tensor tensor : sorted) {
      if (!ORDER.contains(tensor.dtype())) {
        throw new BadArgumentException(
            tensor.name() + ": type " + tensor.dtype() + " has no place in a safetensors file");
      }
    }
    sorted.sort(
        Comparator.comparingInt((Tensor tensor) -> -ORDER.indexOf(tensor.dtype()))
            .thenComparing(Tensor::name));
    byte[] header = header(sorted);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    for (Tensor tensor : sorted) {
      copy(tensor.data(), out);
    }
  }

  private static byte[] header(List<Tensor> sorted) {
    var members = new LinkedHashMap<String, Object>();
    members.put(SafetensorsHeader.METADATA, Map.of("format", "pt"));
    long at = 0;
    for (Tensor tensor : sorted) {
      var member = new LinkedHashMap<String, Object>();
      long end = at + tensor.data().byteSize();
      member.put("dtype", tensor.dtype().name());
      member.put("shape", tensor.shape());
      member.put("data_offsets", new long[] {at, end});
      if (members.put(tensor.name(), member) != null) {
        throw new BadArgumentException("two tensors are named \"" + tensor.name() + "\"");
      }
      at = end;
    }
    byte[] json = Json.write(members).getBytes(StandardCharsets.UTF_8);
    byte[] padded = java.util.Arrays.copyOf(json, (json.length + 7) / 8 * 8);
    java.util.Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void copy(MemorySegment data, OutputStream out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < data.byteSize(); at += chunk.length) {
      int length = (int) Math.min(chunk.length, data.byteSize() - at);
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, chunk, 0, length);
      out.write(chunk, 0, length);
    }
  }
}
