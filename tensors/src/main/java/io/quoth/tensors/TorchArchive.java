package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@code torch.save} writes of a dictionary of tensors: a zip archive with {@code
 * data.pkl}, a pickle that names tensors, and {@code data/0}, {@code data/1}, …, the numbers they
 * are views of, stored and not compressed. Numbers are copied. Nothing of a pickle is run: only the
 * calls that rebuild tensors are understood, any other is an error.
 *
 * <p>Every method throws {@link BadFileException} for a file that is missing or damaged.
 */
public final class TorchArchive {
  private static final int MOST_PICKLE = 64 << 20;

  private static final Map<String, DType> STORAGES =
      Map.of(
          "torch.FloatStorage", DType.F32,
          "torch.HalfStorage", DType.F16,
          "torch.BFloat16Storage", DType.BF16,
          "torch.DoubleStorage", DType.F64,
          "torch.LongStorage", DType.I64,
          "torch.IntStorage", DType.I32,
          "torch.ShortStorage", DType.I16,
          "torch.CharStorage", DType.I8,
          "torch.ByteStorage", DType.U8,
          "torch.BoolStorage", DType.BOOL);

  private final ZipFile zip;
  private final String source;
  private final long length;
  private final Arena arena;
  private final Map<String, MemorySegment> storages = new HashMap<>();

  private TorchArchive(ZipFile zip, String source, long length, Arena arena) {
    this.zip = zip;
    this.source = source;
    this.length = length;
    this.arena = arena;
  }

  /**
   * The tensors of a file.
   *
   * @param arena owns the numbers
   * @throws UnsupportedModelException for the form before 2020, which is no archive
   */
  public static Weights open(ModelFolder folder, String file, Arena arena) {
    String source = folder.location() + "/" + file;
    var region = folder.region(file);
    if (region.isEmpty() || region.get().offset() != 0) {
      throw new UnsupportedModelException(source + ": can be read from a file on disk only");
    }
    try (var zip = new ZipFile(region.get().path().toFile())) {
      return new TorchArchive(zip, source, region.get().length(), arena).read();
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFileException(
          source
              + ": is no archive of torch ("
              + e.getMessage()
              + "); save it again with a version of torch since 1.6, or as safetensors",
          e);
    }
  }

  /**
   * The tensors of several files, as an index names them.
   *
   * @param index its name: {@code pytorch_model.bin.index.json}
   * @param progress hears of what has to be fetched first
   */
  public static Weights openShards(
      ModelFolder folder, String index, Arena arena, ProgressListener progress) {
    return new Shards(folder, index, ".bin").open(file -> open(folder, file, arena), progress);
  }

  private Weights read() throws IOException {
    ZipEntry pickle =
        zip.stream()
            .filter(entry -> entry.getName().endsWith("/data.pkl"))
            .findFirst()
            .orElseThrow(() -> new BadFileException(source + ": has no data.pkl"));
    String root = pickle.getName().substring(0, pickle.getName().length() - "data.pkl".length());
    Object state = Pickle.read(bytes(pickle), source + "!" + pickle.getName());
    if (!(state instanceof Map<?, ?> members)) {
      throw new BadFileException(source + ": holds no dictionary of tensors");
    }
    var tensors = new TreeMap<String, Tensor>();
    for (var member : members.entrySet()) {
      if (member.getKey() instanceof String name) {
        tensors.put(name, tensor(name, member.getValue(), root));
      }
    }
    return new TensorMap(source, tensors);
  }

  private byte[] bytes(ZipEntry entry) throws IOException {
    if (entry.getSize() < 0 || entry.getSize() > MOST_PICKLE) {
      throw new BadFileException(
          source + ": " + entry.getName() + " has " + entry.getSize() + " bytes");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readNBytes((int) entry.getSize());
    }
  }

  /** A view of a storage: offset, sizes and strides, all in elements. */
  private Tensor tensor(String name, @Nullable Object value, String root) throws IOException {
    if (!(value instanceof Pickle.Call call) || !(call.function() instanceof Pickle.Name f)) {
      throw new BadFileException(source + ": \"" + name + "\" is no tensor");
    }
    if (f.path().equals("torch._utils._rebuild_parameter")) {
      return tensor(name, call.arguments().getFirst(), root);
    }
    if (!f.path().equals("torch._utils._rebuild_tensor_v2") || call.arguments().size() < 4) {
      throw new BadFileException(
          source + ": \"" + name + "\" is made by " + f.path() + ", which is not known");
    }
    var arguments = call.arguments();
    if (!(arguments.get(0) instanceof Pickle.Reference(List<?> storage))
        || storage.size() < 5
        || !(storage.get(1) instanceof Pickle.Name type)
        || !(storage.get(2) instanceof String key)) {
      throw new BadFileException(source + ": \"" + name + "\" lies in no storage");
    }
    DType dtype = STORAGES.get(type.path());
    if (dtype == null) {
      throw new UnsupportedModelException(
          source + ": \"" + name + "\" is of type " + type.path() + ", which is not known");
    }
    MemorySegment numbers = storage(root + "data/" + key);
    return view(
        name,
        dtype,
        numbers,
        number(name, arguments.get(1)),
        sizes(name, arguments.get(2)),
        sizes(name, arguments.get(3)));
  }

  private MemorySegment storage(String name) throws IOException {
    MemorySegment known = storages.get(name);
    if (known != null) {
      return known;
    }
    ZipEntry entry = zip.getEntry(name);
    if (entry == null
        || entry.getMethod() != ZipEntry.STORED
        || entry.getSize() < 0
        || entry.getSize() > length) {
      throw new BadFileException(source + ": has no stored entry " + name);
    }
    MemorySegment memory = arena.allocate(Math.max(1, entry.getSize()), 64);
    byte[] block = new byte[1 << 16];
    long at = 0;
    try (InputStream in = zip.getInputStream(entry)) {
      for (int count = in.read(block); count > 0; count = in.read(block)) {
        if (at + count > entry.getSize()) {
          throw new BadFileException(source + ": " + name + " is longer than it says");
        }
        MemorySegment.copy(MemorySegment.ofArray(block), 0, memory, at, count);
        at += count;
      }
    }
    if (at != entry.getSize()) {
      throw new BadFileException(
          source + ": " + name + " ends after " + at + " of " + entry.getSize() + " bytes");
    }
    MemorySegment storage = memory.asSlice(0, at);
    storages.put(name, storage);
    return storage;
  }

  private Tensor view(
      String name, DType dtype, MemorySegment storage, long offset, long[] shape, long[] strides) {
    long bytes = dtype.blockBytes();
    long available = storage.byteSize() / bytes;
    long count = 1;
    long last = offset;
    boolean contiguous = true;
    if (shape.length != strides.length || offset < 0) {
      throw outside(name);
    }
    for (int d = shape.length - 1; d >= 0; d--) {
      if (shape[d] < 0 || strides[d] < 0 || shape[d] > available && count != 0) {
        throw outside(name);
      }
      contiguous &= shape[d] <= 1 || strides[d] == count;
      count *= shape[d]; // at most available squared, which fits
      if (count > available) {
        throw outside(name);
      }
      last += shape[d] <= 1 ? 0 : (shape[d] - 1) * Math.min(strides[d], available + 1);
      if (last < 0 || last >= Math.max(1, available) && count > 0) {
        throw outside(name);
      }
    }
    if (count > 0 && last >= available) {
      throw outside(name);
    }
    if (count == 0) {
      return new Tensor(name, dtype, shape, MemorySegment.ofArray(new byte[0]));
    }
    if (contiguous) {
      return new Tensor(name, dtype, shape, storage.asSlice(offset * bytes, count * bytes));
    }
    MemorySegment copy = arena.allocate(count * bytes, 64);
    copy(storage, offset, shape, strides, 0, copy, new long[1], bytes);
    return new Tensor(name, dtype, shape, copy);
  }

  /** Copies dimension {@code d} and those inside it, row-major. */
  private static void copy(
      MemorySegment from,
      long offset,
      long[] shape,
      long[] strides,
      int d,
      MemorySegment to,
      long[] at,
      long bytes) {
    if (d == shape.length) {
      MemorySegment.copy(from, offset * bytes, to, at[0], bytes);
      at[0] += bytes;
      return;
    }
    for (long i = 0; i < shape[d]; i++) {
      copy(from, offset + i * strides[d], shape, strides, d + 1, to, at, bytes);
    }
  }

  private BadFileException outside(String name) {
    return new BadFileException(source + ": \"" + name + "\" leads out of its storage");
  }

  private long[] sizes(String name, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.size() > 8) {
      throw new BadFileException(source + ": \"" + name + "\" has no shape");
    }
    long[] sizes = new long[list.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = number(name, list.get(i));
    }
    return sizes;
  }

  private long number(String name, @Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    throw new BadFileException(source + ": \"" + name + "\": expected a number, found " + value);
  }
}
