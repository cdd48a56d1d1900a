package io.quoth.tales;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import java.util.List;
import java.util.Optional;

/** Knows one model, {@code tales}, whose files lie beside this class. */
public final class Tales implements ModelSource {
  /** The name of the model. */
  public static final String NAME = "tales";

  private static final List<String> FILES =
      List.of(
          "README.md",
          "config.json",
          "generation_config.json",
          "model.safetensors",
          "tokenizer.json",
          "tokenizer_config.json");

  /** For the service loader. */
  public Tales() {}

  @Override
  public String description() {
    return "embedded";
  }

  @Override
  public int order() {
    return 0;
  }

  @Override
  public List<String> knownNames() {
    return List.of(NAME);
  }

  @Override
  public Optional<ModelFolder> find(String name, ProgressListener progress) {
    return name.equals(NAME)
        ? Optional.of(ModelFolder.ofResources(NAME + " (embedded)", Tales.class, FILES))
        : Optional.empty();
  }
}
