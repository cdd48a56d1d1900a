package io.quoth.hub;

import io.quoth.base.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file of a repository at one commit.
 *
 * @param path relative, with {@code /}
 * @param size bytes
 * @param blobId git's name of it, SHA-1 in 40 hexadecimal digits; of the pointer, when it is large
 * @param sha256 of the content, 64 hexadecimal digits, when it is large (Git LFS); else null
 * @param xetHash what the chunked storage calls it; only kept for others
 */
record RepoFile(
    String path, long size, String blobId, @Nullable String sha256, @Nullable String xetHash) {
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final int MAX_PATH = 1024;
  private static final int MAX_NAME = 255;

  /** Checks all, since all of it comes from a server. */
  RepoFile {
    checkPath(path);
    if (size < 0
        || !SHA1.matcher(blobId).matches()
        || sha256 != null && !SHA256.matcher(sha256).matches()
        || xetHash != null && !SHA256.matcher(xetHash).matches()) {
      throw new HubException(
          HubException.Reason.NOT_A_HUB,
          "the listing says of \""
              + path
              + "\" size "
              + size
              + ", blob "
              + Http.clipped(blobId)
              + ", sha256 "
              + (sha256 == null ? "none" : Http.clipped(sha256))
              + "; expected a size and hashes of 40 and 64 hexadecimal digits");
    }
  }

  /** The name of its blob in the cache, which is the hash of its content. */
  String etag() {
    return sha256 == null ? blobId : sha256;
  }

  /**
   * A path must stay inside the folder it is laid in, on every system.
   *
   * @throws HubException when it would not
   */
  static void checkPath(String path) {
    boolean good = !path.isEmpty() && path.length() <= MAX_PATH;
    for (String name : path.split("/", -1)) {
      good &=
          !name.isEmpty() && name.length() <= MAX_NAME && !name.equals(".") && !name.equals("..");
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      good &=
          c >= ' ' && c != 0x7F && c != '\\' && c != ':' && !Character.isSurrogate(c)
              || Character.isHighSurrogate(c)
                  && i + 1 < path.length()
                  && Character.isLowSurrogate(path.charAt(i + 1))
              || Character.isLowSurrogate(c)
                  && i > 0
                  && Character.isHighSurrogate(path.charAt(i - 1));
    }
    if (!good) {
      throw new HubException(
          HubException.Reason.NOT_A_HUB,
          "\""
              + Http.clipped(path)
              + "\" is no name of a file in a repository: expected names"
              + " of at most "
              + MAX_NAME
              + " characters separated by /, without .. \\ : and"
              + " control characters. Nothing was written");
    }
  }

  /** An item of {@code GET /api/models/…/tree}. */
  static RepoFile fromApi(Json item) {
    var lfs = item.find("lfs");
    return new RepoFile(
        item.getString("path"),
        lfs.map(large -> large.get("size").asLong()).orElseGet(() -> item.get("size").asLong()),
        item.getString("oid"),
        lfs.map(large -> large.getString("oid")).orElse(null),
        item.find("xetHash").map(Json::asString).orElse(null));
  }

  /** A member of {@code trees/<commit>.json}. */
  static RepoFile fromCache(String path, Json entry) {
    var sha256 = entry.find("lfs_sha256").map(Json::asString).orElse(null);
    long size = entry.get("size").asLong();
    return new RepoFile(
        path,
        sha256 == null ? size : entry.find("lfs_size").map(Json::asLong).orElse(size),
        entry.getString("blob_id"),
        sha256,
        entry.find("xet_hash").map(Json::asString).orElse(null));
  }

  /** As {@code trees/<commit>.json} has it. */
  Map<String, Object> toCache() {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("size", size);
    entry.put("blob_id", blobId);
    if (sha256 != null) {
      entry.put("lfs_sha256", sha256);
      entry.put("lfs_size", size);
    }
    if (xetHash != null) {
      entry.put("xet_hash", xetHash);
    }
    return entry;
  }
}
