package io.quoth.testkit;

import io.quoth.base.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Predicate;

/** Folders that a test or a measurement makes and throws away. */
public final class Folders {
  private Folders() {}

  /** Copies those files of a model whose names {@code wanted} takes. */
  public static void copy(ModelFolder model, Predicate<String> wanted, Path to) throws IOException {
    for (String file : model.files()) {
      if (wanted.test(file)) {
        Files.createDirectories(to.resolve(file).getParent());
        Files.write(to.resolve(file), model.bytes(file));
      }
    }
  }

  /** Deletes a folder with all in it. */
  public static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
