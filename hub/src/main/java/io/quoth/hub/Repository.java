package io.quoth.hub;

import io.quoth.base.ProgressListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One commit of one repository: what is here, what the server has, and the way from there to here.
 * A commit never changes, so whatever the cache knows of it is used without a request. Safe to
 * share between threads.
 */
final class Repository {
  private static final String SENTENCE_MODULES = "modules.json";

  private final ModelName name;
  private final String commit;
  private final CachedRepo cached;
  private final HubConfig config;
  private final HubApi api;
  private final BlobDownload download;
  private final Problems problems;
  private @Nullable Listing listing;
  private boolean hasNoListing; // the server has none: files are asked for one by one

  Repository(
      ModelName name,
      String commit,
      CachedRepo cached,
      HubConfig config,
      HubApi api,
      BlobDownload download,
      Problems problems) {
    this.name = name;
    this.commit = commit;
    this.cached = cached;
    this.config = config;
    this.api = api;
    this.download = download;
    this.problems = problems;
  }

  HubConfig config() {
    return config;
  }

  ModelName name() {
    return name;
  }

  String commit() {
    return commit;
  }

  Path snapshot() {
    return cached.snapshot(commit);
  }

  /** The files that are here. */
  SortedSet<String> here() {
    return cached.files(commit);
  }

  /** Where a file lies, if it is here and as long as it should be. */
  Optional<Path> local(String path) {
    RepoFile.checkPath(path);
    Optional<Path> file = cached.file(commit, path);
    Optional<RepoFile> known = known().flatMap(all -> all.file(path));
    return known.isEmpty() || cached.hasFile(commit, known.get()) ? file : Optional.empty();
  }

  /** Whether the commit has a file; asks only when nothing here can tell. */
  boolean has(String path) {
    RepoFile.checkPath(path);
    if (cached.file(commit, path).isPresent()) {
      return true;
    }
    if (known().isPresent() || config.offline()) {
      return known().flatMap(all -> all.file(path)).isPresent();
    }
    if (cached.isKnownMissing(commit, path)
        || !path.equals(SENTENCE_MODULES) && LoadFiles.isWhole(here())) {
      return false;
    }
    return entry(path).isPresent();
  }

  /** The names of the commit's files; of those that are here when nobody can be asked. */
  Set<String> paths() {
    if (known().isPresent() || !config.offline() && !LoadFiles.isWhole(here())) {
      Optional<Listing> all = all();
      if (all.isPresent()) {
        return all.get().paths();
      }
    }
    return here();
  }

  /** The names of the commit's files as the server lists them; of those here if it lists none. */
  Set<String> listed() {
    Optional<Listing> all = config.offline() ? known() : all();
    return all.isPresent() ? all.get().paths() : here();
  }

  /** The listing as far as it is known without asking. */
  synchronized Optional<Listing> known() {
    if (listing == null) {
      listing = cached.listing(commit).orElse(null);
    }
    return Optional.ofNullable(listing);
  }

  /** The listing, asked for when it is not known; empty when the server has none. */
  synchronized Optional<Listing> all() {
    if (known().isEmpty() && !hasNoListing) {
      Optional<Listing> fresh = api.listing(name, commit);
      if (fresh.isPresent()) {
        keep(fresh.get());
      }
      hasNoListing = fresh.isEmpty();
      listing = fresh.orElse(null);
    }
    return Optional.ofNullable(listing);
  }

  private void keep(Listing fresh) {
    try {
      cached.keep(commit, fresh);
    } catch (IOException e) {
      throw problems.cache(name, snapshot(), e);
    }
  }

  /** What the server says of a file; empty when it has none of that name. */
  Optional<RepoFile> entry(String path) {
    RepoFile.checkPath(path);
    Optional<Listing> all = all();
    if (all.isPresent()) {
      return all.get().file(path);
    }
    if (cached.isKnownMissing(commit, path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(api.head(name, commit, path));
    } catch (HubException e) {
      if (e.reason() != HubException.Reason.UNKNOWN_FILE) {
        throw e;
      }
      markMissing(path);
      return Optional.empty();
    }
  }

  private void markMissing(String path) {
    try {
      cached.markMissing(commit, path);
    } catch (IOException e) {
      throw problems.cache(name, snapshot(), e);
    }
  }

  /**
   * Size and hash of a file that is here, from the listing; where there is none (a cache that an
   * older tool filled), from the name of its blob, else from its content.
   */
  RepoFile described(String path) throws IOException {
    Optional<RepoFile> listed = known().flatMap(all -> all.file(path));
    if (listed.isPresent()) {
      return listed.get();
    }
    Path file = local(path).orElseThrow(() -> problems.unknownFile(name, path, List.of()));
    long size = Files.size(file);
    Path target = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file).getFileName() : null;
    String etag = String.valueOf(target);
    if (etag.matches("[0-9a-f]{40}")) {
      return new RepoFile(path, size, etag, null, null);
    }
    String sha256 = etag.matches("[0-9a-f]{64}") ? etag : ContentHash.sha256(file);
    return new RepoFile(path, size, "0".repeat(40), sha256, null);
  }

  /** Makes a file be here, and those that are read together with it. */
  Path fetch(String path, ProgressListener progress) {
    Optional<Path> file = local(path);
    if (file.isPresent()) {
      return file.get();
    }
    require(path);
    List<String> together = LoadFiles.together(path, paths());
    fetch(together.isEmpty() ? List.of(path) : together, progress);
    return local(path).orElseThrow(() -> problems.unknownFile(name, path, List.of()));
  }

  /** As {@link #fetch(String, ProgressListener)}, without the others. */
  Path fetchAlone(String path, ProgressListener progress) {
    if (local(path).isEmpty()) {
      require(path);
      fetch(List.of(path), progress);
    }
    return local(path).orElseThrow(() -> problems.unknownFile(name, path, List.of()));
  }

  /**
   * Checks that a file is here or can be fetched.
   *
   * @throws HubException when it cannot
   */
  void require(String path) {
    if (local(path).isEmpty()) {
      if (config.offline()) {
        throw problems.offline(name, path);
      }
      if (entry(path).isEmpty()) {
        throw problems.unknownFile(name, path, alike(path));
      }
    }
  }

  /** Makes files be here, several at once, the largest first; unknown names are passed over. */
  void fetch(Collection<String> paths, ProgressListener progress) {
    var missing = new ArrayList<RepoFile>();
    for (String path : paths) {
      if (local(path).isEmpty()) {
        if (config.offline()) {
          throw problems.offline(name, path);
        }
        entry(path).ifPresent(missing::add);
      }
    }
    if (missing.isEmpty()) {
      return;
    }
    checkDifferByMoreThanCase(missing);
    missing.sort(Comparator.comparingLong(RepoFile::size).reversed());
    var arrivals = new Arrivals(progress, name, missing);
    new Interruptible(config)
        .forEach(
            missing,
            config.connections(),
            file -> download.fetch(name, commit, file, cached, arrivals.of(file)));
  }

  /** On many disks such files would be one: the second would be taken for the first. */
  private void checkDifferByMoreThanCase(List<RepoFile> files) {
    var seen = new HashMap<String, String>();
    for (RepoFile file : files) {
      String other = seen.put(file.path().toLowerCase(Locale.ROOT), file.path());
      if (other != null) {
        throw problems.notAHub(
            name,
            "lists \""
                + other
                + "\" and \""
                + file.path()
                + "\", which are one file on disks that do not tell capitals apart; nothing was"
                + " fetched");
      }
    }
  }

  private List<String> alike(String path) {
    String last = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    String stem = last.replaceAll("\\..*", "");
    return new TreeSet<>(paths())
        .stream().filter(other -> other.toLowerCase(Locale.ROOT).contains(stem)).limit(5).toList();
  }
}
