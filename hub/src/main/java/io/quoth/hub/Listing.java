package io.quoth.hub;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All files of a repository at one commit. A commit never changes, so neither does its listing;
 * kept in the cache as {@code trees/<commit>.json}, format version 1 of huggingface_hub.
 */
record Listing(SortedMap<String, RepoFile> files) {
  private static final int FORMAT = 1;

  Listing {
    files = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  static Listing of(Collection<RepoFile> files) {
    var byPath = new TreeMap<String, RepoFile>();
    files.forEach(file -> byPath.put(file.path(), file));
    return new Listing(byPath);
  }

  Optional<RepoFile> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  Set<String> paths() {
    return files.keySet();
  }

  /** Reads a cached listing; empty when it is of another version or damaged: it is asked again. */
  static Optional<Listing> parse(byte[] json, String source) {
    try {
      var tree = Json.parse(json, source);
      if (tree.getInt("format_version") != FORMAT) {
        return Optional.empty();
      }
      var entries = tree.get("files");
      var files = new TreeMap<String, RepoFile>();
      for (String path : entries.keys()) {
        files.put(path, RepoFile.fromCache(path, entries.get(path)));
      }
      return Optional.of(new Listing(files));
    } catch (BadFileException | HubException e) {
      return Optional.empty();
    }
  }

  String toJson() {
    var entries = new TreeMap<String, Object>();
    files.forEach((path, file) -> entries.put(path, file.toCache()));
    var tree = new java.util.LinkedHashMap<String, Object>(Map.of());
    tree.put("format_version", FORMAT);
    tree.put("files", entries);
    return Json.writePretty(tree);
  }
}
