package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ProgressListener;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongConsumer;

/**
 * A model in one file, for machines without network. It is a tar archive of the model's folder in
 * the cache, so {@code tar -x} in the cache's folder serves Python too, led by {@code
 * quoth-bundle.json}: what model and commit it is, where and when it came from, and the hash of
 * every file. {@link #read} takes from it only what that list names, and only with the right hash.
 */
final class Bundle {
  private static final String MANIFEST = "quoth-bundle.json";
  private static final int VERSION = 1;
  private static final int MAX_MANIFEST = 16 << 20;
  private static final int MAX_LISTING = 64 << 20;
  private static final int BLOCK = 256 << 10;

  private final Cache cache;

  Bundle(Cache cache) {
    this.cache = cache;
  }

  /** Writes the files of a commit that are in the cache and whole. */
  void write(
      Repository repository,
      List<RepoFile> files,
      String source,
      Path to,
      ProgressListener progress)
      throws IOException {
    ModelName name = repository.name();
    String folder = name.folderName();
    Path fresh = to.resolveSibling("." + to.getFileName() + "." + UUID.randomUUID() + ".new");
    var arrivals = new Arrivals(progress, name, files);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh), BLOCK)) {
      text(out, folder + "/" + MANIFEST, Json.writePretty(manifest(repository, files, source)));
      if (!name.isPinned()) {
        text(out, folder + "/refs/" + name.revision(), repository.commit());
      }
      var listing = repository.known();
      if (listing.isPresent()) {
        text(out, folder + "/trees/" + repository.commit() + ".json", listing.get().toJson());
      }
      var written = new java.util.HashSet<String>();
      for (RepoFile file : files) {
        if (written.add(file.etag())) {
          blob(out, folder, file, repository.snapshot().resolve(file.path()), arrivals.of(file));
        }
        String up = "../".repeat(2 + file.path().split("/", -1).length - 1);
        Tar.writeHead(
            out,
            new Tar.Entry(
                folder + "/snapshots/" + repository.commit() + "/" + file.path(),
                0,
                up + "blobs/" + file.etag()));
      }
      Tar.writeEnd(out);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    CachedRepo.move(fresh, to);
  }

  private static Map<String, Object> manifest(
      Repository repository, List<RepoFile> files, String source) {
    var manifest = new LinkedHashMap<String, Object>();
    manifest.put("format", "quoth-bundle");
    manifest.put("version", VERSION);
    manifest.put("model", repository.name().id());
    manifest.put("revision", repository.name().revision());
    manifest.put("commit", repository.commit());
    manifest.put("source", source);
    manifest.put("exported", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    manifest.put(
        "files",
        files.stream()
            .map(file -> {
              var entry = new LinkedHashMap<String, Object>();
              entry.put("path", file.path());
              entry.put("size", file.size());
              entry.put(file.sha256() == null ? "git_sha1" : "sha256", file.etag());
              return entry;
            })
            .toList());
    return manifest;
  }

  private static void text(OutputStream out, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Tar.writeHead(out, new Tar.Entry(name, bytes.length, null));
    out.write(bytes);
    Tar.pad(out, bytes.length);
  }

  private static void blob(
      OutputStream out, String folder, RepoFile file, Path path, LongConsumer progress)
      throws IOException {
    Tar.writeHead(out, new Tar.Entry(folder + "/blobs/" + file.etag(), file.size(), null));
    try (InputStream in = Files.newInputStream(path)) {
      String hash = copy(in, out, file, progress);
      if (!hash.equals(file.etag())) {
        throw new BadFileException(
            path
                + ": is damaged: its hash is "
                + hash
                + ", expected "
                + file.etag()
                + ". Remove the model from the cache and pull it again");
      }
    }
    Tar.pad(out, file.size());
  }

  /** Copies as many bytes as the file has; returns their hash. */
  private static String copy(InputStream in, OutputStream out, RepoFile file, LongConsumer progress)
      throws IOException {
    var hash = new ContentHash(file);
    byte[] block = new byte[BLOCK];
    long done = 0;
    while (done < file.size()) {
      int count = in.read(block, 0, (int) Math.min(BLOCK, file.size() - done));
      if (count < 0) {
        throw new BadFileException(
            file.path() + ": ended after " + done + " of " + file.size() + " bytes");
      }
      hash.update(block, 0, count);
      out.write(block, 0, count);
      done += count;
      progress.accept(done);
    }
    return hash.hex();
  }

  /** Lays a bundle into the cache. */
  CachedModel read(Path from, ProgressListener progress) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(from), BLOCK)) {
      Tar.Entry head = Tar.readHead(in);
      if (head == null || !head.name().endsWith("/" + MANIFEST) || head.size() > MAX_MANIFEST) {
        throw bad(from, "does not begin with " + MANIFEST);
      }
      byte[] json = in.readNBytes((int) head.size());
      Tar.skip(in, head, json.length);
      Json manifest = Json.parse(json, from + "/" + MANIFEST);
      if (!manifest.getString("format", "").equals("quoth-bundle")
          || manifest.getInt("version") != VERSION) {
        throw bad(from, "is of another version than " + VERSION);
      }
      var name = new ModelName(manifest.getString("model"), manifest.getString("revision"));
      String commit = manifest.getString("commit");
      if (!ModelName.isCommit(commit)) {
        throw bad(from, "names as commit \"" + Http.clipped(commit) + "\"");
      }
      return read(from, in, name, commit, files(manifest), progress);
    }
  }

  private static List<RepoFile> files(Json manifest) {
    var files = new ArrayList<RepoFile>();
    for (Json entry : manifest.get("files").items()) {
      String sha256 = entry.find("sha256").map(Json::asString).orElse(null);
      files.add(
          new RepoFile(
              entry.getString("path"),
              entry.get("size").asLong(),
              sha256 == null ? entry.getString("git_sha1") : "0".repeat(40),
              sha256,
              null));
    }
    return files;
  }

  private CachedModel read(
      Path from,
      InputStream in,
      ModelName name,
      String commit,
      List<RepoFile> files,
      ProgressListener progress)
      throws IOException {
    CachedRepo repo = cache.repo(name);
    String folder = name.folderName();
    var wanted = new HashMap<String, RepoFile>();
    for (RepoFile file : files) {
      if (!repo.hasFile(commit, file) && !repo.hasBlob(file)) {
        wanted.put(folder + "/blobs/" + file.etag(), file);
      }
    }
    var arrivals = new Arrivals(progress, name, List.copyOf(wanted.values()));
    String tree = folder + "/trees/" + commit + ".json";
    Tar.Entry entry;
    while ((entry = Tar.readHead(in)) != null) {
      RepoFile file = wanted.remove(entry.name());
      long read = 0;
      if (file != null) {
        if (entry.size() != file.size()) {
          throw bad(
              from, "holds " + entry.size() + " bytes for " + file.path() + ", not " + file.size());
        }
        take(in, repo, file, arrivals.of(file));
        read = entry.size();
      } else if (entry.name().equals(tree) && entry.size() <= MAX_LISTING) {
        byte[] json = in.readNBytes((int) entry.size());
        read = json.length;
        keepIfItAgrees(json, repo, commit, files);
      }
      Tar.skip(in, entry, read);
    }
    if (!wanted.isEmpty()) {
      throw bad(from, "lacks " + wanted.values().iterator().next().path());
    }
    return place(name, commit, repo, files);
  }

  private static void take(InputStream in, CachedRepo repo, RepoFile file, LongConsumer progress)
      throws IOException {
    Path blob = repo.blob(file.etag());
    repo.prepareFor(blob);
    Path fresh = blob.resolveSibling(file.etag() + "." + UUID.randomUUID() + ".incomplete");
    try {
      String hash;
      try (OutputStream out =
          Files.newOutputStream(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        hash = copy(in, out, file, progress);
      }
      if (!hash.equals(file.etag())) {
        throw new BadFileException(
            file.path()
                + ": the bundle is damaged: the hash is "
                + hash
                + ", expected "
                + file.etag()
                + ". Copy or export it again");
      }
      CachedRepo.move(fresh, blob);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static void keepIfItAgrees(
      byte[] json, CachedRepo repo, String commit, List<RepoFile> files) throws IOException {
    var listing = Listing.parse(json, "trees/" + commit + ".json");
    if (listing.isPresent()
        && files.stream()
            .allMatch(file ->
                listing
                    .get()
                    .file(file.path())
                    .filter(known -> known.etag().equals(file.etag()))
                    .isPresent())) {
      repo.keep(commit, listing.get());
    }
  }

  private CachedModel place(ModelName name, String commit, CachedRepo repo, List<RepoFile> files)
      throws IOException {
    var laid = new HashMap<String, Path>();
    for (RepoFile file : files) {
      Path twin = laid.get(file.etag());
      if (twin != null && !Files.isRegularFile(repo.blob(file.etag()), LinkOption.NOFOLLOW_LINKS)) {
        // Without links the blob itself became the first of two equal files.
        Path target = repo.snapshot(commit).resolve(file.path());
        repo.prepareFor(target);
        Files.copy(twin, target, StandardCopyOption.REPLACE_EXISTING);
      } else {
        laid.put(file.etag(), repo.place(commit, file));
      }
    }
    repo.writeCommit(name.revision(), commit);
    long bytes = files.stream().mapToLong(RepoFile::size).sum();
    return new CachedModel(
        name.id(),
        commit,
        name.isPinned() ? List.of() : List.of(name.revision()),
        files.size(),
        bytes,
        Instant.now(),
        repo.snapshot(commit));
  }

  private static BadFileException bad(Path from, String what) {
    return new BadFileException(
        from
            + ": is no bundle that can be read: it "
            + what
            + "; expected a file made by quoth export");
  }
}
