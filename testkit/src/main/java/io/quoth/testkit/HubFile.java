package io.quoth.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that a {@link HubServer} serves, from memory or from disk.
 *
 * @param bytes the content when {@code path} is null
 * @param path where the content lies on disk, or null
 * @param size bytes
 * @param sha1 what git calls the blob
 * @param sha256 of the content
 */
public record HubFile(byte[] bytes, @Nullable Path path, long size, String sha1, String sha256) {
  /** A file in memory. */
  public static HubFile of(byte[] bytes) {
    var sha1 = git(bytes.length);
    var sha256 = digest("SHA-256");
    return new HubFile(
        bytes, null, bytes.length, hex(sha1.digest(bytes)), hex(sha256.digest(bytes)));
  }

  /** A file on disk, of any size. */
  public static HubFile of(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      long size = Files.size(path);
      var sha1 = git(size);
      var sha256 = digest("SHA-256");
      byte[] block = new byte[1 << 20];
      int count;
      while ((count = in.read(block)) > 0) {
        sha1.update(block, 0, count);
        sha256.update(block, 0, count);
      }
      return new HubFile(new byte[0], path, size, hex(sha1.digest()), hex(sha256.digest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it lies in the storage. */
  public boolean isLarge() {
    return size >= HubServer.LARGE;
  }

  private static MessageDigest git(long size) {
    var sha1 = digest("SHA-1");
    sha1.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    return sha1;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
