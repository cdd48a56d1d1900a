package io.quoth.hub;

import java.nio.charset.StandardCharsets;
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
