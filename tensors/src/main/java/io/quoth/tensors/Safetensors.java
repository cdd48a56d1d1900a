package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Reads safetensors files where they lie: mapped, nothing copied.
 *
 * <pre>
 * u64     n, little-endian, at most 100,000,000
 * n bytes UTF-8 JSON: {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, ...},
 *         blanks around it allowed; "__metadata__" holds strings
 * rest    the data; offsets count from its first byte. In their order tensors follow each other
 *         without hole or overlap up to the end of the file. No alignment is promised
 * </pre>
 *
 * <p>Stricter than the reference in one thing: a name that stands twice is refused. Large models
 * come in shards, with {@code model.safetensors.index.json} telling which tensor lies where.
 *
 * <p>Every method throws {@link BadFileException} for a file that is missing or damaged; the
 * message names file, tensor and offset.
 */
public final class Safetensors {
  private static final String FILE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private Safetensors() {}

  /**
   * The weights of a model: {@code model.safetensors}, else the shards that {@code
   * model.safetensors.index.json} names.
   *
   * @param arena owns the mapping; the tensors live as long as it does
   * @param progress hears of what has to be fetched first
   */
  public static Weights open(ModelFolder folder, Arena arena, ProgressListener progress) {
    if (folder.has(FILE)) {
      folder.fetch(List.of(FILE), progress);
      return open(folder, FILE, arena);
    }
    if (folder.has(INDEX)) {
      return new Shards(folder, INDEX, ".safetensors")
          .open(shard -> open(folder, shard, arena), progress);
    }
    var others =
        folder.files().stream()
            .filter(file -> file.matches(".*\\.(safetensors|bin|pt|pth|gguf|h5|msgpack|onnx)"))
            .limit(5)
            .toList();
    throw new BadFileException(
        folder.location()
            + ": has neither "
            + FILE
            + " nor "
            + INDEX
            + (others.isEmpty()
                ? ""
                : "; it has " + others + ", which cannot be read as the weights of a model"));
  }

  /** The tensors of one file. */
  public static Weights open(ModelFolder folder, String file, Arena arena) {
    String source = folder.location() + "/" + file;
    return new TensorMap(
        source, SafetensorsHeader.read(MappedFile.map(folder, file, arena), source));
  }
}
