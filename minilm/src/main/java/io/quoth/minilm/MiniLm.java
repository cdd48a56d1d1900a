package io.quoth.minilm;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import java.util.List;
import java.util.Optional;

/** Knows one model, {@code all-MiniLM-L6-v2}, whose files lie beside this class. */
public final class MiniLm implements ModelSource {
  /** The name of the model. */
  public static final String NAME = "all-MiniLM-L6-v2";

  private static final List<String> FILES =
      List.of(
          "1_Pooling/config.json",
          "README.md",
          "config.json",
          "model.gguf",
          "modules.json",
          "sentence_bert_config.json",
          "tokenizer.json",
          "tokenizer_config.json");

  /** For the service loader. */
  public MiniLm() {}

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
        ? Optional.of(ModelFolder.ofResources(NAME + " (Q8_0, embedded)", MiniLm.class, FILES))
        : Optional.empty();
  }
}
