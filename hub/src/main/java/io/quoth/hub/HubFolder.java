package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A commit of a repository as a folder. Whatever is asked for and not here is fetched then, with
 * the files that are read together with it: the small ones at once, the shards of the weights at
 * once.
 */
final class HubFolder implements ModelFolder {
  private final Repository repository;
  private final ProgressListener progress;
  private final Interruptible work;

  HubFolder(Repository repository, ProgressListener progress) {
    this.repository = repository;
    this.progress = progress;
    work = new Interruptible(repository.config());
  }

  @Override
  public String location() {
    return repository.name().toString();
  }

  @Override
  public List<String> files() {
    return work.call(() -> repository.paths().stream().sorted().toList());
  }

  @Override
  public boolean has(String file) {
    return work.call(() -> repository.has(file));
  }

  @Override
  public Optional<Region> region(String file) {
    Path path = path(file);
    try {
      return Optional.of(new Region(path, 0, Files.size(path)));
    } catch (IOException e) {
      throw new BadFileException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public InputStream open(String file) {
    Path path = path(file);
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new BadFileException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private Path path(String file) {
    Optional<Path> here = repository.local(file);
    return here.orElseGet(() -> work.call(() -> repository.fetch(file, progress)));
  }

  @Override
  public void fetch(Collection<String> files, ProgressListener listener) {
    work.call(() -> {
      repository.fetch(files, listener);
      return true;
    });
  }
}
