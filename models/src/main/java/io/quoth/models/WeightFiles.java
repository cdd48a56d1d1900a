package io.quoth.models;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.tensors.Gguf;
import io.quoth.tensors.Safetensors;
import io.quoth.tensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The weights of a folder: safetensors, else {@code model.gguf} whose tensors bear the reference's
 * names, which its key {@code quoth.names} says.
 */
final class WeightFiles {
  private static final String GGUF = "model.gguf";
  private static final String NAMES = "quoth.names";

  private WeightFiles() {}

  static Weights open(ModelFolder folder, Arena arena, ProgressListener progress) {
    boolean safetensors =
        folder.has("model.safetensors") || folder.has("model.safetensors.index.json");
    if (safetensors || !folder.has(GGUF)) {
      return Safetensors.open(folder, arena, progress);
    }
    folder.fetch(List.of(GGUF), progress);
    Gguf file = Gguf.open(folder, GGUF, arena);
    Object names = file.metadata().get(NAMES);
    if (!"reference".equals(names)) {
      throw new UnsupportedModelException(
          folder.location()
              + "/"
              + GGUF
              + ": "
              + NAMES
              + " is "
              + (names == null ? "missing" : "\"" + names + "\"")
              + ", expected \"reference\": GGUF files with other names of tensors, llama.cpp's"
              + " among them, cannot be read yet; use the model's safetensors");
    }
    return file.weights();
  }
}
