package io.quoth.base;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Knows models by name: the embedded ones, the Hub's. Found by {@link ServiceLoader}; a provider is
 * safe to share between threads.
 */
public interface ModelSource {
  /** What this source is, for messages: {@code embedded}, {@code Hugging Face Hub}. */
  String description();

  /**
   * Sources of lower order are asked first: 0 for what is embedded, 100 for what may ask a network.
   */
  int order();

  /**
   * Names this source can list without asking anybody, for messages and completion; may be empty.
   */
  List<String> knownNames();

  /**
   * The model of that name, or empty when this source does not know it. Weights need not be here
   * yet: {@link ModelFolder#fetch} and the reading of a file may bring them.
   */
  Optional<ModelFolder> find(String name, ProgressListener progress);

  /**
   * The files of a model. A name that is a folder on disk, or is written like one (it starts with
   * {@code .}, {@code /} or {@code ~}), is that folder; any other name is looked up in the sources.
   *
   * @throws BadFileException when it is written like a folder and there is none
   * @throws ModelNotFoundException when no source knows the name
   */
  static ModelFolder resolve(String model, ProgressListener progress) {
    if (model.isBlank()) {
      throw new BadArgumentException("the name of the model is empty");
    }
    if (isWrittenAsFolder(model)) {
      return ModelFolder.of(path(model));
    }
    var sources = new ArrayList<ModelSource>();
    ServiceLoader.load(ModelSource.class).forEach(sources::add);
    sources.sort((a, b) -> Integer.compare(a.order(), b.order()));
    for (ModelSource source : sources) {
      var folder = source.find(model, progress);
      if (folder.isPresent()) {
        return folder.get();
      }
    }
    var known = sources.stream().flatMap(source -> source.knownNames().stream()).toList();
    throw new ModelNotFoundException(
        "\""
            + model
            + "\": no folder and no model of that name; known here: "
            + known
            + ". Give a folder with config.json and weights, or one of these names");
  }

  private static boolean isWrittenAsFolder(String model) {
    Path path = path(model);
    return model.startsWith(".")
        || model.startsWith("~")
        || path.isAbsolute()
        || Files.isDirectory(path);
  }

  private static Path path(String model) {
    try {
      return Path.of(
          model.startsWith("~/") ? System.getProperty("user.home") + model.substring(1) : model);
    } catch (InvalidPathException e) {
      throw new BadArgumentException("\"" + model + "\" names no model: " + e.getReason(), e);
    }
  }
}
