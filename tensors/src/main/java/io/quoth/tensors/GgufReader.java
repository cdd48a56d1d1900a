package io.quoth.tensors;

import io.quoth.base.BadFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/** Reads the header of a GGUF file, every count and offset checked; see {@link Gguf}. */
final class GgufReader {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0x46554747;
  private static final String ALIGNMENT = "general.alignment";

  /** Strings become objects, so their number is bounded; vocabularies have some 300,000. */
  private static final long MAX_STRINGS = 1L << 24;

  private static final int MAX_DEPTH = 8;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MAX_NAME = 1 << 16;

  private final MemorySegment file;
  private final String source;
  private long at;

  GgufReader(MemorySegment file, String source) {
    this.file = file;
    this.source = source;
  }

  Gguf read() {
    if (file.byteSize() < 4 || int32("magic") != MAGIC) {
      throw error("is no GGUF file: it does not begin with \"GGUF\"");
    }
    long version = int32("version") & 0xFFFF_FFFFL;
    if ((version & 0xFFFF) == 0) {
      throw error("is a big-endian GGUF file; only little-endian ones can be read");
    }
    if (version != 2 && version != 3) {
      throw error("is GGUF version " + version + "; versions 2 and 3 can be read");
    }
    // A tensor takes at least 24 bytes here, a pair 13: more than fit are not believed.
    long tensors = count("number of tensors", 24);
    long pairs = count("number of keys", 13);

    var metadata = new LinkedHashMap<String, Object>();
    for (long i = 0; i < pairs; i++) {
      String key = string("key " + i, MAX_NAME);
      if (metadata.containsKey(key)) {
        throw error("names the key \"" + key + "\" twice");
      }
      metadata.put(key, value(int32(key), key, 0));
    }
    long alignment = alignment(metadata);
    var infos = new ArrayList<Gguf.TensorInfo>();
    var names = new HashSet<String>();
    for (long i = 0; i < tensors; i++) {
      Gguf.TensorInfo info = info(i);
      if (!names.add(info.name())) {
        throw error("names the tensor \"" + info.name() + "\" twice");
      }
      infos.add(info);
    }
    long begin = Math.min((at + alignment - 1) / alignment * alignment, file.byteSize());
    MemorySegment data = file.asSlice(begin);
    infos.forEach(info -> check(info, alignment, data.byteSize()));
    return new Gguf(source, metadata, infos, data);
  }

  private long alignment(Map<String, Object> metadata) {
    Object value = metadata.getOrDefault(ALIGNMENT, 32L);
    if (!(value instanceof Long bytes)
        || bytes <= 0
        || bytes > 1 << 20
        || Long.bitCount(bytes) != 1) {
      throw error(ALIGNMENT + " must be a power of two up to 1,048,576, found " + value);
    }
    return bytes;
  }

  private Gguf.TensorInfo info(long index) {
    String name = string("name of tensor " + index, MAX_NAME);
    String what = "tensor \"" + name + "\"";
    int dimensions = int32(what);
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw error(
          what + " has " + Integer.toUnsignedString(dimensions) + " dimensions; at most 4 can be");
    }
    long[] shape = new long[dimensions];
    long count = 1;
    for (int d = dimensions - 1; d >= 0; d--) {
      shape[d] = int64(what);
      if (shape[d] < 0 || shape[d] > 0 && count > Long.MAX_VALUE / 8 / shape[d]) {
        throw error(what + ": its sizes are too large");
      }
      count *= shape[d];
    }
    long id = int32(what) & 0xFFFF_FFFFL;
    GgufType type =
        GgufType.of(id).orElseThrow(() -> error(what + " is of type " + id + ", which is unknown"));
    long row = dimensions == 0 ? 1 : shape[dimensions - 1];
    if (row % type.blockLength() != 0) {
      throw error(
          what
              + " has rows of "
              + row
              + ", no whole blocks of "
              + type
              + " ("
              + type.blockLength()
              + ")");
    }
    return new Gguf.TensorInfo(name, shape, type, int64(what));
  }

  private void check(Gguf.TensorInfo info, long alignment, long available) {
    long bytes = info.type().bytes(Tensor.count(info.shape()));
    if (info.offset() < 0 || info.offset() > available || bytes > available - info.offset()) {
      throw error(
          "tensor \""
              + info.name()
              + "\" lies outside the file: "
              + bytes
              + " bytes from offset "
              + Long.toUnsignedString(info.offset())
              + " of "
              + available
              + "; the file may be cut off");
    }
    if (info.offset() % alignment != 0) {
      throw error(
          "tensor \""
              + info.name()
              + "\" lies at offset "
              + info.offset()
              + ", no multiple of the alignment "
              + alignment);
    }
  }

  private Object value(int type, String key, int depth) {
    return switch (type) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12 -> {
        long place = take(width(type), key);
        yield number(type, place);
      }
      case 8 -> string(key, Integer.MAX_VALUE - 8);
      case 9 -> array(key, depth);
      default -> throw error("key \"" + key + "\" is of type " + type + ", which is unknown");
    };
  }

  private List<Object> array(String key, int depth) {
    if (depth == MAX_DEPTH) {
      throw error("key \"" + key + "\": arrays in arrays deeper than " + MAX_DEPTH);
    }
    int type = int32(key);
    if (type == 8 || type == 9) {
      long count = count("array \"" + key + "\"", type == 8 ? 8 : 12);
      if (count > MAX_STRINGS) {
        throw error("array \"" + key + "\" has " + count + " items; at most " + MAX_STRINGS);
      }
      var items = new ArrayList<Object>();
      for (long i = 0; i < count; i++) {
        items.add(value(type, key, depth + 1));
      }
      return Collections.unmodifiableList(items);
    }
    int width = width(type);
    if (width == 0) {
      throw error("array \"" + key + "\" holds items of type " + type + ", which is unknown");
    }
    long count = count("array \"" + key + "\"", width);
    if (count > Integer.MAX_VALUE) {
      throw error("array \"" + key + "\" has " + count + " items; at most 2,147,483,647");
    }
    long begin = take(count * width, key);
    return new Numbers((int) count, i -> number(type, begin + i * width));
  }

  /** Numbers that are read where they lie; a file cannot make the heap larger with them. */
  private static final class Numbers extends AbstractList<Object> {
    private final int count;
    private final LongFunction<Object> item;

    Numbers(int count, LongFunction<Object> item) {
      this.count = count;
      this.item = item;
    }

    @Override
    public Object get(int index) {
      return item.apply(java.util.Objects.checkIndex(index, count));
    }

    @Override
    public int size() {
      return count;
    }
  }

  /** Bytes of a number of that type; 0 for what is none. */
  private static int width(int type) {
    return switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case 10, 11, 12 -> 8;
      default -> 0;
    };
  }

  private Object number(int type, long place) {
    return switch (type) {
      case 0 -> (long) (file.get(ValueLayout.JAVA_BYTE, place) & 0xFF);
      case 1 -> (long) file.get(ValueLayout.JAVA_BYTE, place);
      case 2 -> (long) (file.get(SHORT, place) & 0xFFFF);
      case 3 -> (long) file.get(SHORT, place);
      case 4 -> file.get(INT, place) & 0xFFFF_FFFFL;
      case 5 -> (long) file.get(INT, place);
      case 6 -> (double) Float.intBitsToFloat(file.get(INT, place));
      case 7 -> file.get(ValueLayout.JAVA_BYTE, place) != 0;
      case 10 -> {
        long value = file.get(LONG, place);
        yield value >= 0 ? (Object) value : new BigInteger(Long.toUnsignedString(value));
      }
      case 11 -> file.get(LONG, place);
      case 12 -> Double.longBitsToDouble(file.get(LONG, place));
      default -> throw new IllegalArgumentException("type " + type);
    };
  }

  private String string(String what, long limit) {
    long length = int64(what);
    if (length < 0 || length > limit || length > file.byteSize() - at) {
      throw error(
          what
              + ": a text of "
              + Long.toUnsignedString(length)
              + " bytes, where "
              + (file.byteSize() - at)
              + " are left");
    }
    byte[] bytes = file.asSlice(take(length, what), length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A number of things that take at least {@code bytesEach} bytes each of what is left. */
  private long count(String what, int bytesEach) {
    long count = int64(what);
    if (count < 0 || count > (file.byteSize() - at) / bytesEach) {
      throw error(
          what
              + " is "
              + Long.toUnsignedString(count)
              + ", more than fits into the "
              + (file.byteSize() - at)
              + " bytes left; the file may be cut off");
    }
    return count;
  }

  private int int32(String what) {
    return file.get(INT, take(4, what));
  }

  private long int64(String what) {
    return file.get(LONG, take(8, what));
  }

  /** Where the next {@code bytes} bytes begin. */
  private long take(long bytes, String what) {
    long place = at;
    if (bytes > file.byteSize() - place) {
      throw error(what + ": the file ends early");
    }
    at += bytes;
    return place;
  }

  private BadFileException error(String problem) {
    return new BadFileException(source + ", offset " + at + ": " + problem);
  }
}
