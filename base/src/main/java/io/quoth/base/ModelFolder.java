package io.quoth.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The files of one model, wherever they lie: a directory, a jar, a cache that fetches what is asked
 * for. File names are relative and use {@code /}. Safe to share between threads.
 */
public interface ModelFolder {
  /** Where the files lie, for messages: a path, {@code tales (embedded)}. */
  String location();

  /** The names of the files, subfolders included, sorted. */
  List<String> files();

  /** Whether there is a file of that name. */
  boolean has(String file);

  /**
   * Where the bytes of a file lie on disk as they are, so that they can be mapped. Empty when they
   * do not: compressed in a jar, or in a jar that is not a file.
   *
   * @throws BadFileException when there is no such file
   */
  Optional<Region> region(String file);

  /**
   * Opens a file for reading from its beginning. The caller closes it.
   *
   * @throws BadFileException when there is no such file or it cannot be read
   */
  InputStream open(String file);

  /**
   * Says which files will be asked for, so that a remote folder can bring them all at once. Names
   * that do not exist are passed over.
   */
  default void fetch(Collection<String> files, ProgressListener progress) {}

  /** A whole file as bytes; for configurations and vocabularies, not for weights. */
  default byte[] bytes(String file) {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new BadFileException(
          location() + ": " + file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** A whole file as JSON. */
  default Json json(String file) {
    return Json.parse(bytes(file), location() + "/" + file);
  }

  /** The files of a subfolder, by their names in it; this folder itself for an empty name. */
  default ModelFolder in(String folder) {
    return folder.isEmpty() ? this : new SubFolder(this, folder + "/");
  }

  /**
   * A stretch of a file on disk.
   *
   * @param path the file
   * @param offset first byte, from 0
   * @param length number of bytes
   */
  record Region(Path path, long offset, long length) {}

  /**
   * A directory on disk.
   *
   * @throws BadFileException when it is not a directory
   */
  static ModelFolder of(Path directory) {
    return new DirectoryFolder(directory);
  }

  /**
   * Resources beside a class, in a directory or a jar; what is stored uncompressed in a jar has a
   * {@link #region}.
   *
   * @param location for messages
   * @param anchor a class in the package that holds the resources
   * @param files the names of the resources, relative to that package
   */
  static ModelFolder ofResources(String location, Class<?> anchor, List<String> files) {
    return new ResourceFolder(location, anchor, files);
  }
}
