package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The header of a safetensors file, every field checked; see {@link Safetensors}. */
final class SafetensorsHeader {
  static final long MAX_LENGTH = 100_000_000;
  static final String METADATA = "__metadata__";

  /** Metadata may hold thousands of strings; a tensor holds a dozen values. */
  private static final int MAX_VALUES = 1_000_000;

  private static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** The data of a tensor are the bytes [begin, end) behind the header. */
  private record Entry(String name, DType dtype, long[] shape, long begin, long end) {}

  private SafetensorsHeader() {}

  /**
   * The tensors of a file.
   *
   * @param file the whole file
   * @param source the file's name for messages
   */
  static NavigableMap<String, Tensor> read(MemorySegment file, String source) {
    refuseOtherFiles(file, source);
    byte[] json = json(file, source);
    var entries = new ArrayList<Entry>();
    Json.forEachMember(
        json,
        source,
        Json.Duplicates.REFUSED,
        MAX_VALUES,
        (name, value) -> {
          if (name.equals(METADATA)) {
            checkMetadata(value);
          } else {
            entries.add(entry(name, value));
          }
        });
    long begin = Long.BYTES + (long) json.length;
    MemorySegment data = file.asSlice(begin);
    checkLayout(entries, data.byteSize(), source);
    var tensors = new TreeMap<String, Tensor>();
    for (Entry e : entries) {
      var bytes = data.asSlice(e.begin, e.end - e.begin);
      tensors.put(e.name, new Tensor(e.name, e.dtype, e.shape, bytes));
    }
    return tensors;
  }

  /** Two things that are often found in place of weights, and are text. */
  private static void refuseOtherFiles(MemorySegment file, String source) {
    var start = file.asSlice(0, Math.min(512, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    if (text.startsWith("version https://git-lfs.github.com/spec/")) {
      throw new BadFileException(
          source
              + ": is a Git LFS pointer of "
              + file.byteSize()
              + " bytes, not the weights it stands for; fetch them with \"git lfs pull\" or"
              + " download the file itself");
    }
    String page = text.strip().toLowerCase(Locale.ROOT);
    if (page.startsWith("<!doctype html") || page.startsWith("<html")) {
      throw new BadFileException(
          source
              + ": is an HTML page, not weights; the download was answered with a web page (a"
              + " login, an error); download the file itself");
    }
  }

  private static byte[] json(MemorySegment file, String source) {
    long size = file.byteSize();
    if (size < Long.BYTES) {
      throw new BadFileException(
          source + ": is " + size + " bytes long; a safetensors file begins with 8 for a length");
    }
    long length = file.get(LENGTH, 0);
    if (length <= 0 || length > MAX_LENGTH) {
      throw new BadFileException(
          source
              + ": offset 0: the header is said to be "
              + Long.toUnsignedString(length)
              + " bytes long, expected 1 to "
              + MAX_LENGTH
              + "; is it a safetensors file?");
    }
    if (length > size - Long.BYTES) {
      throw new BadFileException(
          source
              + ": offset 0: the header is said to be "
              + length
              + " bytes long, but only "
              + (size - Long.BYTES)
              + " follow: "
              + (length - (size - Long.BYTES))
              + " bytes are missing, or it is no safetensors file");
    }
    byte[] json = file.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    int first = 0;
    while (first < json.length && isBlank(json[first])) {
      first++;
    }
    // Stricter than a JSON reader, which would pass over a byte order mark or guess UTF-16.
    if (first == json.length || json[first] != '{') {
      throw new BadFileException(
          source + ": offset " + (Long.BYTES + first) + ": the header is no JSON object");
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] == 0) {
        throw new BadFileException(
            source + ": offset " + (Long.BYTES + i) + ": the header holds a NUL byte");
      }
    }
    return json;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  private static void checkMetadata(Json metadata) {
    if (!metadata.isNull()) {
      metadata.keys().forEach(key -> metadata.get(key).asString());
    }
  }

  private static Entry entry(String name, Json tensor) {
    DType dtype = dtype(tensor.get("dtype"));
    var sizes = tensor.get("shape").items();
    long[] shape = new long[sizes.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = sizes.get(i).asLong();
      if (shape[i] < 0) {
        throw sizes.get(i).error("a size of " + shape[i] + " is below 0");
      }
    }
    Json offsets = tensor.get("data_offsets");
    if (offsets.size() != 2) {
      throw offsets.error("expected two offsets, found " + offsets.size());
    }
    long begin = offsets.item(0).asLong();
    long end = offsets.item(1).asLong();
    if (begin < 0 || end < begin) {
      throw offsets.error("[" + begin + ", " + end + "] is no stretch of bytes");
    }
    long bytes;
    try {
      bytes = dtype.bytes(Tensor.count(shape));
    } catch (ArithmeticException e) {
      throw tensor.get("shape").error(tensor.get("shape") + " is larger than any file");
    }
    if (end - begin != bytes) {
      throw offsets.error(
          dtype
              + " "
              + tensor.get("shape")
              + " takes "
              + bytes
              + " bytes, but the offsets span "
              + (end - begin));
    }
    return new Entry(name, dtype, shape, begin, end);
  }

  private static DType dtype(Json dtype) {
    for (DType known : DType.values()) {
      if (known.blockLength() == 1 && known.name().equals(dtype.asString())) {
        return known;
      }
    }
    throw dtype.error(
        "type \""
            + dtype.asString()
            + "\" is not supported; supported are F64 F32 F16 BF16 I64 I32 I16 I8 U64 U32 U16 U8"
            + " BOOL");
  }

  /** In the order of offsets: from the first byte to the last, without hole or overlap. */
  private static void checkLayout(List<Entry> entries, long size, String source) {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry e : entries) {
      if (e.begin != at) {
        throw new BadFileException(
            source
                + ": tensor \""
                + e.name
                + "\" begins at offset "
                + e.begin
                + " of the data, "
                + (e.begin < at ? "inside the one before, which ends at " : "behind a hole from ")
                + at);
      }
      at = e.end;
    }
    if (at > size) {
      throw new BadFileException(
          source
              + ": is cut off: its tensors take "
              + at
              + " bytes, but only "
              + size
              + " follow the header; "
              + (at - size)
              + " bytes are missing; download it again");
    }
    if (at < size) {
      throw new BadFileException(
          source
              + ": has "
              + (size - at)
              + " bytes behind its last tensor, which ends at offset "
              + at
              + " of the data; download it again");
    }
  }
}
