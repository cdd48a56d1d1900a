package io.quoth.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cache of all repositories. Safe to share between threads and processes. */
final class Cache {
  private static final String PREFIX = "models--";
  private static final int MAX_NEAR = 5;

  private final Path root;
  private final boolean wantsSymlinks;
  private volatile @Nullable Boolean symlinks; // probed once, by whoever asks first

  Cache(HubConfig config) {
    root = config.cache();
    wantsSymlinks = config.symlinks();
  }

  Path root() {
    return root;
  }

  CachedRepo repo(ModelName name) {
    return new CachedRepo(root, name.folderName(), this::hasSymlinks);
  }

  /** The ids of the repositories that have at least one snapshot here, sorted. */
  List<String> ids() {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(root)) {
      return folders
          .filter(folder -> Files.isDirectory(folder.resolve("snapshots")))
          .map(folder -> String.valueOf(folder.getFileName()))
          .filter(folder -> folder.startsWith(PREFIX))
          .map(folder -> folder.substring(PREFIX.length()).replace("--", "/"))
          .filter(id -> ModelName.tryParse(id).isPresent())
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Names here that somebody may have meant: the same at another place, or few letters off. */
  List<String> near(ModelName wanted) {
    String name = last(wanted.id());
    var near = new ArrayList<String>();
    for (String id : ids()) {
      String other = last(id);
      boolean similar =
          other.contains(name)
              || name.contains(other)
              || distance(name, other) <= Math.max(1, name.length() / 4);
      if (similar && near.size() < MAX_NEAR) {
        near.add(id);
      }
    }
    return near;
  }

  private static String last(String id) {
    return id.substring(id.indexOf('/') + 1).toLowerCase(Locale.ROOT);
  }

  /** Letters to insert, drop or change (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private boolean hasSymlinks() {
    if (!wantsSymlinks) {
      return false;
    }
    Boolean known = symlinks;
    if (known == null) {
      known = probe();
      symlinks = known;
    }
    return known;
  }

  /** Tries one, since no property of a file system tells. */
  private boolean probe() {
    Path link = root.resolve(".probe-" + UUID.randomUUID());
    try {
      Files.createDirectories(root);
      Files.createSymbolicLink(link, Path.of("nowhere"));
      Files.delete(link);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
