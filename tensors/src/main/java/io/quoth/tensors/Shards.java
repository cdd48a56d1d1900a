package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Weights in several files, with an index that tells which tensor lies in which: {@code
 * {"weight_map": {"NAME": "FILE", …}}}.
 *
 * @param index the index's name in the folder
 * @param suffix how the names of the files end
 */
record Shards(ModelFolder folder, String index, String suffix) {

  /** All tensors that the index names, by a reader of one file. */
  Weights open(Function<String, Weights> reader, ProgressListener progress) {
    String source = folder.location() + "/" + index;
    var shards = new HashMap<String, Weights>();
    var tensors = new TreeMap<String, Tensor>();
    var places = weightMap(source);
    folder.fetch(new TreeSet<>(places.values()), progress);
    places.forEach((name, file) -> {
      if (!folder.has(file)) {
        throw new BadFileException(
            source + ": names the file \"" + file + "\", which is not there; download it");
      }
      Tensor tensor =
          shards
              .computeIfAbsent(file, reader)
              .find(name)
              .orElseThrow(() ->
                  new BadFileException(
                      source
                          + ": tensor \""
                          + name
                          + "\" is said to be in \""
                          + file
                          + "\", but is not there"));
      tensors.put(name, tensor);
    });
    return new TensorMap(source, tensors);
  }

  /** Which tensor lies in which file. */
  private Map<String, String> weightMap(String source) {
    var map = new TreeMap<String, String>();
    Json places =
        Json.parse(folder.bytes(index), source, Json.Duplicates.REFUSED).get("weight_map");
    for (String tensor : places.keys()) {
      Json place = places.get(tensor);
      String file = place.asString();
      // The name comes from a file: it must be that of a file beside the index.
      if (!file.endsWith(suffix) || file.matches(".*[/\\\\:\\x00].*")) {
        throw place.error(
            "expected the name of a " + suffix + " file beside the index, found \"" + file + "\"");
      }
      map.put(tensor, file);
    }
    if (map.isEmpty()) {
      throw places.error("names no tensor");
    }
    return map;
  }
}
