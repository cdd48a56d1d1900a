package io.quoth.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is in the cache, and taking it out. Links are counted by what they lead to and removed as
 * links: a store that repositories share is never touched.
 */
final class Contents {
  private final Cache cache;

  Contents(Cache cache) {
    this.cache = cache;
  }

  /** All commits of all models, by id. */
  List<CachedModel> list() {
    var models = new ArrayList<CachedModel>();
    for (String id : cache.ids()) {
      Path folder = cache.repo(new ModelName(id)).folder();
      for (String commit : commits(folder)) {
        models.add(model(id, folder, commit));
      }
    }
    return models;
  }

  private static List<String> commits(Path folder) {
    return names(folder.resolve("snapshots")).stream().filter(ModelName::isCommit).toList();
  }

  private static List<String> names(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private CachedModel model(String id, Path folder, String commit) {
    Path snapshot = folder.resolve("snapshots").resolve(commit);
    var repo = cache.repo(new ModelName(id));
    long bytes = 0;
    Instant lastUsed = Instant.EPOCH;
    var files = repo.files(commit);
    for (String file : files) {
      try {
        var of = Files.readAttributes(snapshot.resolve(file), BasicFileAttributes.class);
        bytes += of.size();
        lastUsed =
            later(
                lastUsed,
                later(of.lastAccessTime().toInstant(), of.lastModifiedTime().toInstant()));
      } catch (IOException e) {
        // removed while we look
      }
    }
    return new CachedModel(
        id, commit, refs(folder, commit), files.size(), bytes, lastUsed, snapshot);
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /** The branches and tags whose file in {@code refs} holds the commit. */
  private static List<String> refs(Path folder, String commit) {
    Path refs = folder.resolve("refs");
    if (!Files.isDirectory(refs)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(refs, 8)) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> holds(file, commit))
          .map(file -> refs.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  private static boolean holds(Path ref, String commit) {
    try {
      return Files.size(ref) <= 64 && Files.readString(ref).strip().equals(commit);
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes a whole repository; returns the bytes that are free then. */
  long removeAll(ModelName name) throws IOException {
    Path folder = cache.repo(name).folder();
    long freed = delete(folder);
    return freed + delete(cache.root().resolve(".locks").resolve(name.folderName()));
  }

  /** Removes one commit and the blobs that no other commit of the repository uses. */
  long remove(ModelName name, String commit) throws IOException {
    Path folder = cache.repo(name).folder();
    var others = new ArrayList<>(commits(folder));
    others.remove(commit);
    if (others.isEmpty()) {
      return removeAll(name);
    }
    Set<String> blobs = blobs(folder, commit);
    for (String other : others) {
      blobs.removeAll(blobs(folder, other));
    }
    for (String ref : refs(folder, commit)) {
      Files.deleteIfExists(folder.resolve("refs").resolve(ref));
    }
    long freed = delete(folder.resolve("snapshots").resolve(commit));
    freed += delete(folder.resolve(".no_exist").resolve(commit));
    freed += delete(folder.resolve("trees").resolve(commit + ".json"));
    for (String blob : blobs) {
      freed += delete(folder.resolve("blobs").resolve(blob));
    }
    return freed;
  }

  /** The names of the blobs that a snapshot links to. */
  private static Set<String> blobs(Path folder, String commit) throws IOException {
    Path blobs = folder.resolve("blobs").toAbsolutePath().normalize();
    var names = new HashSet<String>();
    try (Stream<Path> tree = Files.walk(folder.resolve("snapshots").resolve(commit), 32)) {
      for (Path link : tree.filter(Files::isSymbolicLink).toList()) {
        Path target =
            link.resolveSibling(Files.readSymbolicLink(link)).toAbsolutePath().normalize();
        if (blobs.equals(target.getParent())) {
          names.add(String.valueOf(target.getFileName()));
        }
      }
    }
    return names;
  }

  /**
   * Deletes a file or a tree, following no link; returns the bytes of the files that were there.
   */
  private static long delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    long[] freed = {0};
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<Path>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes of) throws IOException {
            freed[0] += of.isRegularFile() ? of.size() : 0;
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // somebody else was quicker
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
              throws IOException {
            if (e != null) {
              throw e;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
    return freed[0];
  }
}
