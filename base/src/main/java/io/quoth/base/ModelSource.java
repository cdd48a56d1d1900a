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
  /** What a MODEL may be, for help. */
  String NAMES =
      "MODEL is a folder when it is written like one: it begins with . / or ~, ends in /, or has"
          + " more than one / in it. Else it is the name of a model that comes with Quoth, or a"
          + " folder of that name here, or a model of the Hugging Face Hub: name or org/name, with"
          + " @revision for a branch, tag or commit. What is neither here nor in the cache is asked"
          + " for on the network, and a line says so first.";

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
   * As {@link #find}, but a source that keeps copies asks where they came from which version is
   * valid now; others have nothing to ask.
   */
  default Optional<ModelFolder> refreshed(String name, ProgressListener progress) {
    return find(name, progress);
  }

  /**
   * The files of a model, by the rule that {@link #NAMES} tells people. What is written like a
   * folder (it starts with {@code .}, {@code /} or {@code ~}, ends in {@code /}, or has more than
   * one {@code /} before any {@code @}) is that folder. Else an embedded model of that name comes
   * first, so that a folder that happens to bear its name does not hide it; then a folder on disk;
   * then the other sources.
   *
   * @throws BadFileException when it is written like a folder and there is none
   * @throws ModelNotFoundException when no source knows the name
   */
  static ModelFolder resolve(String model, ProgressListener progress) {
    return resolve(model, false, progress);
  }

  /**
   * As {@link #resolve(String, ProgressListener)}.
   *
   * @param refresh whether to ask for the valid version of a model whose copy is here, as {@link
   *     #refreshed} does
   */
  static ModelFolder resolve(String model, boolean refresh, ProgressListener progress) {
    if (model.isBlank()) {
      throw new BadArgumentException("the name of the model is empty");
    }
    Path path = path(model);
    if (isWrittenAsFolder(model, path)) {
      return ModelFolder.of(path);
    }
    var sources = new ArrayList<ModelSource>();
    ServiceLoader.load(ModelSource.class).forEach(sources::add);
    sources.sort((a, b) -> Integer.compare(a.order(), b.order()));
    for (ModelSource source : sources) {
      if (source.order() > 0 && Files.isDirectory(path)) {
        return ModelFolder.of(path);
      }
      var folder = refresh ? source.refreshed(model, progress) : source.find(model, progress);
      if (folder.isPresent()) {
        return folder.get();
      }
    }
    if (Files.isDirectory(path)) {
      return ModelFolder.of(path);
    }
    var known = sources.stream().flatMap(source -> source.knownNames().stream()).toList();
    throw new ModelNotFoundException(
        "\""
            + model
            + "\": no folder and no model of that name; known here: "
            + known
            + ". Give a folder with config.json and weights, or one of these names");
  }

  /** Whether {@link #resolve} finds this without asking a cache or a network. */
  static boolean isHere(String model) {
    Path path = path(model);
    return isWrittenAsFolder(model, path)
        || Files.isDirectory(path)
        || ServiceLoader.load(ModelSource.class).stream()
            .map(ServiceLoader.Provider::get)
            .anyMatch(source -> source.order() == 0 && source.knownNames().contains(model));
  }

  private static boolean isWrittenAsFolder(String model, Path path) {
    String name = model.contains("@") ? model.substring(0, model.indexOf('@')) : model;
    return name.startsWith(".")
        || name.startsWith("~")
        || name.endsWith("/")
        || name.contains("\\")
        || name.indexOf('/') != name.lastIndexOf('/')
        || path.isAbsolute();
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
