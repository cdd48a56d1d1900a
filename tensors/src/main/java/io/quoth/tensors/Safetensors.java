package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
      return openShards(folder, arena, progress);
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

  private static Weights openShards(ModelFolder folder, Arena arena, ProgressListener progress) {
    String index = folder.location() + "/" + INDEX;
    var shards = new HashMap<String, NavigableMap<String, Tensor>>();
    var tensors = new TreeMap<String, Tensor>();
    var places = weightMap(folder, index);
    folder.fetch(new TreeSet<>(places.values()), progress);
    for (Map.Entry<String, String> place : places.entrySet()) {
      String shard = place.getValue();
      var inShard = shards.get(shard);
      if (inShard == null) {
        if (!folder.has(shard)) {
          throw new BadFileException(
              index + ": names the file \"" + shard + "\", which is not there; download it");
        }
        var file = MappedFile.map(folder, shard, arena);
        inShard = SafetensorsHeader.read(file, folder.location() + "/" + shard);
        shards.put(shard, inShard);
      }
      Tensor tensor = inShard.get(place.getKey());
      if (tensor == null) {
        throw new BadFileException(
            index
                + ": tensor \""
                + place.getKey()
                + "\" is said to be in \""
                + shard
                + "\", but is not there");
      }
      tensors.put(place.getKey(), tensor);
    }
    return new TensorMap(index, tensors);
  }

  /** Which tensor lies in which file. */
  private static Map<String, String> weightMap(ModelFolder folder, String index) {
    var map = new TreeMap<String, String>();
    var json =
        Json.parse(new ByteArrayInputStream(folder.bytes(INDEX)), index, Json.Duplicates.REFUSED);
    Json places = json.get("weight_map");
    for (String tensor : places.keys()) {
      Json place = places.get(tensor);
      String shard = place.asString();
      // The name comes from a file: it must be that of a file beside the index.
      if (!shard.endsWith(".safetensors") || shard.matches(".*[/\\\\:\\x00].*")) {
        throw place.error(
            "expected the name of a .safetensors file beside the index, found \"" + shard + "\"");
      }
      map.put(tensor, shard);
    }
    if (map.isEmpty()) {
      throw places.error("names no tensor");
    }
    return map;
  }
}
