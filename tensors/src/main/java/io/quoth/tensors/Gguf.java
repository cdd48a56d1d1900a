package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.UnsupportedModelException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A GGUF file where it lies: its key-value pairs and its tensors, mapped, nothing copied.
 *
 * <pre>
 * "GGUF"  u32 version 2 or 3, u64 tensors, u64 pairs
 * pairs   string key (u64 length, UTF-8), u32 type, value; an array is u32 type, u64 count, items
 * infos   string name, u32 dimensions (at most 4), u64 sizes FASTEST first, u32 type, u64 offset
 * padding to general.alignment (32), then the data; offsets count from there
 * </pre>
 *
 * <p>Values come as {@code Long} (what exceeds one: {@code BigInteger}), {@code Double}, {@code
 * Boolean}, {@code String} or {@code List}; a list of numbers reads the file while the arena lives.
 * Shapes are turned round, so that they are those of the reference library. Immutable; safe to
 * share between threads.
 *
 * <p>Follows ggml/docs/gguf.md and is as strict as ggml's own reader, but for nested arrays, which
 * it reads.
 */
public final class Gguf {
  /** What stands in the list of tensors. */
  record TensorInfo(String name, long[] shape, GgufType type, long offset) {}

  private final String source;
  private final Map<String, Object> metadata;
  private final List<TensorInfo> infos;
  private final MemorySegment data;

  Gguf(String source, Map<String, Object> metadata, List<TensorInfo> infos, MemorySegment data) {
    this.source = source;
    this.metadata = Collections.unmodifiableMap(metadata);
    this.infos = List.copyOf(infos);
    this.data = data;
  }

  /**
   * Opens one file; further parts of a split model are not looked for.
   *
   * @param arena owns the mapping; tensors and lists of numbers live as long as it does
   * @throws BadFileException when it is damaged; the message names key or tensor and offset
   */
  public static Gguf open(ModelFolder folder, String file, Arena arena) {
    return new GgufReader(MappedFile.map(folder, file, arena), folder.location() + "/" + file)
        .read();
  }

  /** The key-value pairs, in the order of the file. */
  public Map<String, Object> metadata() {
    return metadata;
  }

  /** The names of all tensors, in the order of the file, those of unknown types included. */
  public List<String> tensorNames() {
    return infos.stream().map(TensorInfo::name).toList();
  }

  /**
   * The tensors, under the names of the file.
   *
   * @throws UnsupportedModelException when one is of a type that cannot be read yet
   */
  public Weights weights() {
    var tensors = new TreeMap<String, Tensor>();
    for (TensorInfo info : infos) {
      DType dtype =
          info.type()
              .dtype()
              .orElseThrow(() ->
                  new UnsupportedModelException(
                      source
                          + ": tensor \""
                          + info.name()
                          + "\" is of type "
                          + info.type()
                          + ", which is not supported yet; supported are "
                          + GgufType.SUPPORTED));
      var bytes = data.asSlice(info.offset(), info.type().bytes(Tensor.count(info.shape())));
      tensors.put(info.name(), new Tensor(info.name(), dtype, info.shape(), bytes));
    }
    return new TensorMap(source, tensors);
  }
}
