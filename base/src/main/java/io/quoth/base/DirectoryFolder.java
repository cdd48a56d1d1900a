package io.quoth.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A directory on disk as a {@link ModelFolder}. */
final class DirectoryFolder implements ModelFolder {
  /** A model folder is flat or nearly so; deeper trees are something else (a home, a disk). */
  private static final int MAX_DEPTH = 4;

  private final Path directory;

  DirectoryFolder(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new BadFileException(
          directory
              + (Files.exists(directory)
                  ? ": is a file; expected a folder with config.json and weights"
                  : ": no such folder"));
    }
    this.directory = directory;
  }

  @Override
  public String location() {
    return directory.toString();
  }

  @Override
  public List<String> files() {
    try (Stream<Path> tree = Files.walk(directory, MAX_DEPTH)) {
      return tree.filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new BadFileException(directory + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean has(String file) {
    return Files.isRegularFile(path(file));
  }

  @Override
  public Optional<Region> region(String file) {
    Path path = existing(file);
    try {
      return Optional.of(new Region(path, 0, Files.size(path)));
    } catch (IOException e) {
      throw new BadFileException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public InputStream open(String file) {
    Path path = existing(file);
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new BadFileException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private Path existing(String file) {
    Path path = path(file);
    if (!Files.isRegularFile(path)) {
      throw new BadFileException(path + ": no such file");
    }
    Impostor.check(path);
    return path;
  }

  /** The names come from files too (a shard index): they must not lead out of the directory. */
  private Path path(String file) {
    try {
      Path path = directory.resolve(file).normalize();
      if (!path.startsWith(directory.normalize())) {
        throw new BadFileException(directory + ": \"" + file + "\" leads out of the folder");
      }
      return path;
    } catch (InvalidPathException e) {
      throw new BadFileException(directory + ": \"" + file + "\" is no file name", e);
    }
  }
}
