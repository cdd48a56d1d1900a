package io.quoth.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One repository's folder in the cache, laid out as huggingface_hub does:
 *
 * <pre>
 * models--org--name/blobs/&lt;etag&gt;                the bytes, named by their hash
 * models--org--name/snapshots/&lt;commit&gt;/&lt;path&gt;    a link to ../../blobs/&lt;etag&gt;, or the file itself
 * models--org--name/refs/&lt;revision&gt;             the commit of a branch or tag
 * models--org--name/.no_exist/&lt;commit&gt;/&lt;path&gt;    empty: known to be missing there
 * models--org--name/trees/&lt;commit&gt;.json         the listing of a commit
 * .locks/models--org--name/&lt;etag&gt;.lock          held while a blob is fetched
 * </pre>
 *
 * <p>A blob may itself be a link into a store that repositories share: it is read through, and
 * never written through. Every file appears under its name at once and whole, by an atomic move.
 */
final class CachedRepo {
  private static final int MAX_LISTING_BYTES = 64 << 20;

  private final Path root;
  private final Path folder;
  private final BooleanSupplier symlinks; // asked only when something is written

  CachedRepo(Path root, String folderName, BooleanSupplier symlinks) {
    this.root = root;
    this.folder = root.resolve(folderName);
    this.symlinks = symlinks;
  }

  Path folder() {
    return folder;
  }

  Path snapshot(String commit) {
    return folder.resolve("snapshots").resolve(commit);
  }

  Path blob(String etag) {
    return folder.resolve("blobs").resolve(etag);
  }

  /** The file whose lock guards the fetching of a blob; its folder is made. */
  Path lock(String etag) throws IOException {
    Path locks = root.resolve(".locks").resolve(folder.getFileName());
    return Files.createDirectories(locks).resolve(etag + ".lock");
  }

  /** The commit of a revision as far as the cache knows it. */
  Optional<String> commit(String revision) {
    if (ModelName.isCommit(revision)) {
      return Optional.of(revision);
    }
    return small(folder.resolve("refs").resolve(revision), 64)
        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII).strip())
        .filter(ModelName::isCommit);
  }

  void writeCommit(String revision, String commit) throws IOException {
    if (!ModelName.isCommit(revision) && !commit(revision).equals(Optional.of(commit))) {
      write(folder.resolve("refs").resolve(revision), commit);
    }
  }

  /** Where a file of a commit lies, if it is here. */
  Optional<Path> file(String commit, String path) {
    Path file = snapshot(commit).resolve(path);
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }

  /** The files of a commit that are here, by their paths. */
  SortedSet<String> files(String commit) {
    Path snapshot = snapshot(commit);
    var paths = new TreeSet<String>();
    if (Files.isDirectory(snapshot)) {
      try (Stream<Path> tree = Files.walk(snapshot, 32)) {
        tree.filter(Files::isRegularFile)
            .forEach(file -> paths.add(snapshot.relativize(file).toString().replace('\\', '/')));
      } catch (IOException | java.io.UncheckedIOException e) {
        return paths; // what cannot be listed is not there
      }
    }
    return paths;
  }

  boolean isKnownMissing(String commit, String path) {
    return Files.exists(folder.resolve(".no_exist").resolve(commit).resolve(path));
  }

  void markMissing(String commit, String path) throws IOException {
    write(folder.resolve(".no_exist").resolve(commit).resolve(path), "");
  }

  Optional<Listing> listing(String commit) {
    Path file = folder.resolve("trees").resolve(commit + ".json");
    return small(file, MAX_LISTING_BYTES).flatMap(json -> Listing.parse(json, file.toString()));
  }

  void keep(String commit, Listing listing) throws IOException {
    write(folder.resolve("trees").resolve(commit + ".json"), listing.toJson());
  }

  private static Optional<byte[]> small(Path file, int limit) {
    try {
      return Files.size(file) > limit ? Optional.empty() : Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the content of a file is here, whole as far as its length tells. */
  boolean hasBlob(RepoFile file) {
    Path blob = blob(file.etag());
    try {
      return Files.isRegularFile(blob) && Files.size(blob) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a commit has a file, whole as far as its length tells. */
  boolean hasFile(String commit, RepoFile file) {
    try {
      Path path = snapshot(commit).resolve(file.path());
      return Files.isRegularFile(path) && Files.size(path) == file.size();
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes a blob appear in the snapshot of a commit. */
  Path place(String commit, RepoFile file) throws IOException {
    Path target = snapshot(commit).resolve(file.path());
    if (hasFile(commit, file)) {
      return target;
    }
    prepareFor(target);
    Path blob = blob(file.etag());
    Path fresh = target.resolveSibling("." + UUID.randomUUID() + ".new");
    if (symlinks.getAsBoolean()) {
      String up = "../".repeat(2 + file.path().split("/", -1).length - 1);
      Files.createSymbolicLink(fresh, Path.of(up + "blobs/" + file.etag()));
    } else if (Files.isSymbolicLink(blob)) {
      Files.copy(blob, fresh); // shared with others: it stays where it is
    } else {
      Files.move(blob, fresh, StandardCopyOption.ATOMIC_MOVE);
    }
    move(fresh, target);
    return target;
  }

  /** Writes a small file whole or not at all. */
  private void write(Path file, String content) throws IOException {
    prepareFor(file);
    Path fresh = file.resolveSibling("." + UUID.randomUUID() + ".new");
    try {
      Files.writeString(fresh, content, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
      move(fresh, file);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Replaces what stands there: a link as such, never what it leads to. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Makes the folder of a file below the repository's. A link on the way could lead out of the
   * cache, so none is followed; the repository's folder itself may be one, laid by its owner.
   */
  void prepareFor(Path file) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      tagCache();
    }
    Path at = folder;
    for (Path part : folder.relativize(folderOf(file))) {
      at = at.resolve(part);
      try {
        Files.createDirectory(at);
      } catch (FileAlreadyExistsException e) {
        if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
          throw new IOException(at + " is a link or a file; expected a folder", e);
        }
      }
    }
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.getParent(), "a file in the cache is in a folder");
  }

  /** Says to backup programs that all this can be had again (the CACHEDIR.TAG convention). */
  private void tagCache() throws IOException {
    Path tag = root.resolve("CACHEDIR.TAG");
    if (Files.notExists(tag)) {
      try {
        Files.writeString(
            tag,
            """
            Signature: 8a477f597d28d172789f06886806bc55
            # This file is a cache directory tag: what lies here can be fetched again.
            # See https://bford.info/cachedir/
            """,
            StandardOpenOption.CREATE_NEW);
      } catch (FileAlreadyExistsException | NoSuchFileException e) {
        return; // somebody else was quicker
      }
    }
  }
}
