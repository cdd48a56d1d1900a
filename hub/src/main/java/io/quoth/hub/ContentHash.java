package io.quoth.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The hash that names a blob: SHA-256 of the content where the name has 64 digits (Git LFS), else
 * SHA-1 of {@code "blob "}, the length in decimal, NUL, and the content (Git).
 */
final class ContentHash {
  private final MessageDigest digest;

  ContentHash(RepoFile file) {
    this(file.etag(), file.size());
  }

  ContentHash(String etag, long size) {
    digest = digest(etag.length() == 64 ? "SHA-256" : "SHA-1");
    if (etag.length() != 64) {
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** The SHA-256 of a file's content, as the name of a blob has it. */
  static String sha256(Path file) throws IOException {
    var hash = new ContentHash("0".repeat(64), 0);
    byte[] block = new byte[256 << 10];
    try (InputStream in = Files.newInputStream(file)) {
      int count;
      while ((count = in.read(block)) > 0) {
        hash.update(block, 0, count);
      }
    }
    return hash.hex();
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** The hash as the name of a blob has it. Ends this instance. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
