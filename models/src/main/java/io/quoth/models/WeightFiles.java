package io.quoth.models;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.tensors.Gguf;
import io.quoth.tensors.Safetensors;
import io.quoth.tensors.TorchArchive;
import io.quoth.tensors.Weights;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The weights of a folder: safetensors, else {@code model.gguf} whose tensors bear the reference's
 * names, which its key {@code quoth.names} says, else {@code pytorch_model.bin}, in one file or in
 * shards.
 */
public final class WeightFiles {
  private static final String GGUF = "model.gguf";
  private static final String NAMES = "quoth.names";
  private static final String TORCH = "pytorch_model.bin";
  private static final String TORCH_INDEX = "pytorch_model.bin.index.json";

  private WeightFiles() {}

  /**
   * Opens them.
   *
   * @param arena owns the numbers
   * @throws io.quoth.base.BadFileException when there are none, or they are damaged
   * @throws UnsupportedModelException when they are of a form that is not known
   */
  public static Weights open(ModelFolder folder, Arena arena, ProgressListener progress) {
    boolean safetensors =
        folder.has("model.safetensors") || folder.has("model.safetensors.index.json");
    if (!safetensors && folder.has(GGUF)) {
      return gguf(folder, arena, progress);
    }
    if (!safetensors && folder.has(TORCH)) {
      folder.fetch(List.of(TORCH), progress);
      return TorchArchive.open(folder, TORCH, arena);
    }
    if (!safetensors && folder.has(TORCH_INDEX)) {
      return TorchArchive.openShards(folder, TORCH_INDEX, arena, progress);
    }
    return Safetensors.open(folder, arena, progress);
  }

  private static Weights gguf(ModelFolder folder, Arena arena, ProgressListener progress) {
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
