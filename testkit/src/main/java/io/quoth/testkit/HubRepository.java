package io.quoth.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A repository on a {@link HubServer}: its files at one commit, and who may see them. */
public final class HubRepository {
  private final String id;
  private final Map<String, HubFile> files = new TreeMap<>();
  private final Set<String> revisions = new HashSet<>(Set.of("main"));
  private @Nullable String token;
  private boolean gated;
  private boolean disabled;

  /** An empty repository. */
  public HubRepository(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }

  /** Adds a file. */
  public HubRepository add(String path, byte[] bytes) {
    files.put(path, HubFile.of(bytes));
    return this;
  }

  /** Adds a text file. */
  public HubRepository add(String path, String text) {
    return add(path, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a file on disk. */
  public HubRepository add(String path, Path file) {
    files.put(path, HubFile.of(file));
    return this;
  }

  /** Adds all files of a folder. */
  public HubRepository addFolder(Path folder) {
    try (var tree = Files.walk(folder)) {
      tree.filter(Files::isRegularFile)
          .forEach(file -> add(folder.relativize(file).toString().replace('\\', '/'), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Another name of the commit: a branch, a tag, {@code refs/pr/1}. */
  public HubRepository revision(String name) {
    revisions.add(name);
    return this;
  }

  /** Only seen with this token; 401 as for an unknown repository otherwise. */
  public HubRepository ownedBy(String newToken) {
    token = newToken;
    return this;
  }

  /** Its files are only given to this token; others are told of the terms. */
  public HubRepository gatedFor(String newToken) {
    token = newToken;
    gated = true;
    return this;
  }

  /** Taken down. */
  public HubRepository takenDown() {
    disabled = true;
    return this;
  }

  /** The commit, which follows from the files. */
  public String commit() {
    try {
      var hash = MessageDigest.getInstance("SHA-1");
      files.forEach(
          (path, file) -> hash.update((path + file.sha256()).getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A file as it is served. */
  public HubFile file(String path) {
    HubFile file = files.get(path);
    if (file == null) {
      throw new IllegalArgumentException(id + " has no " + path);
    }
    return file;
  }

  @Nullable HubFile bySha256(String sha256) {
    return files.values().stream()
        .filter(file -> file.sha256().equals(sha256))
        .findFirst()
        .orElse(null);
  }

  boolean hasRevision(String revision) {
    return revisions.contains(revision) || revision.equals(commit());
  }

  boolean isRefused(HubExchange exchange) {
    boolean known =
        token == null || exchange.header("authorization").orElse("").equals("Bearer " + token);
    boolean seesFiles = exchange.path().contains("/resolve/");
    return disabled || !known && (!gated || seesFiles);
  }

  void refuse(HubExchange exchange) throws IOException {
    boolean anonymous = exchange.header("authorization").isEmpty();
    if (disabled) {
      exchange.send(
          403, Map.of("X-Error-Message", "Access to this resource is disabled."), "disabled");
    } else if (gated) {
      HubServer.error(
          exchange, anonymous ? 401 : 403, "GatedRepo", "Access to model " + id + " is restricted");
    } else if (anonymous) {
      HubServer.error(exchange, 401, "RepoNotFound", "Repository not found");
    } else {
      exchange.send(
          401,
          Map.of("X-Error-Message", "Invalid credentials in Authorization header"),
          "Invalid credentials");
    }
  }

  Map<String, Object> info() {
    var info = new LinkedHashMap<String, Object>();
    info.put("id", id);
    info.put("sha", commit());
    info.put("private", token != null && !gated);
    info.put("gated", gated ? "manual" : false);
    info.put("pipeline_tag", "text-generation");
    info.put("library_name", "transformers");
    info.put("tags", List.of("transformers"));
    info.put("siblings", files.keySet().stream().map(path -> Map.of("rfilename", path)).toList());
    return info;
  }

  List<Map<String, Object>> tree() {
    var items = new ArrayList<Map<String, Object>>();
    var folders = new HashSet<String>();
    files.forEach((path, file) -> {
      int slash = path.lastIndexOf('/');
      if (slash > 0 && folders.add(path.substring(0, slash))) {
        items.add(
            Map.of(
                "type",
                "directory",
                "oid",
                "0".repeat(40),
                "size",
                0,
                "path",
                path.substring(0, slash)));
      }
      items.add(item(path, file));
    });
    return items;
  }

  private static Map<String, Object> item(String path, HubFile file) {
    var item = new LinkedHashMap<String, Object>();
    item.put("type", "file");
    item.put("oid", file.sha1());
    item.put("size", file.size());
    if (file.isLarge()) {
      item.put("lfs", Map.of("oid", file.sha256(), "size", file.size(), "pointerSize", 134));
    }
    item.put("path", path);
    return item;
  }

  void resolve(HubExchange exchange, String path, URI storage) throws IOException {
    HubFile file = files.get(path);
    if (file == null) {
      HubServer.error(exchange, 404, "EntryNotFound", "Entry not found");
      return;
    }
    var headers = new LinkedHashMap<String, String>();
    headers.put("X-Repo-Commit", commit());
    if (file.isLarge()) {
      headers.put("X-Linked-Size", String.valueOf(file.size()));
      headers.put("X-Linked-Etag", "\"" + file.sha256() + "\"");
      headers.put("Location", storage + "/blob/" + file.sha256() + "?signature=secret");
      exchange.send(302, headers, "Found. Redirecting");
    } else {
      headers.put("ETag", "\"" + file.sha1() + "\"");
      exchange.send(file, headers);
    }
  }
}
