package io.quoth.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Finds where the bytes of an uncompressed zip entry lie in the archive: what java.util.zip does
 * not tell. Reads the end record, the central directory and the entry's local header (APPNOTE.TXT
 * 4.3). Archives of 4 GiB or more (zip64) are passed over.
 */
final class StoredEntry {
  private static final int END = 0x06054b50;
  private static final int END_SIZE = 22;
  private static final int CENTRAL = 0x02014b50;
  private static final int CENTRAL_SIZE = 46;
  private static final int LOCAL = 0x04034b50;
  private static final int LOCAL_SIZE = 30;
  private static final long ZIP64 = 0xFFFFFFFFL;

  private StoredEntry() {}

  /** The stretch of {@code archive} that is the entry, or empty when it is not stored plainly. */
  static Optional<ModelFolder.Region> find(Path archive, String entry) throws IOException {
    byte[] wanted = entry.getBytes(StandardCharsets.UTF_8);
    try (var channel = FileChannel.open(archive, StandardOpenOption.READ)) {
      ByteBuffer end = endRecord(channel);
      long count = end.getShort(10) & 0xFFFF;
      long start = end.getInt(16) & ZIP64;
      ByteBuffer directory = read(channel, start, end.getInt(12) & ZIP64);
      for (int at = 0; count > 0 && at + CENTRAL_SIZE <= directory.limit(); count--) {
        if (directory.getInt(at) != CENTRAL) {
          return Optional.empty();
        }
        int nameLength = directory.getShort(at + 28) & 0xFFFF;
        if (nameLength == wanted.length && equalAt(directory, at + CENTRAL_SIZE, wanted)) {
          boolean stored = directory.getShort(at + 10) == 0;
          long size = directory.getInt(at + 24) & ZIP64;
          long header = directory.getInt(at + 42) & ZIP64;
          return stored && size != ZIP64 && header != ZIP64
              ? region(channel, archive, header, size)
              : Optional.empty();
        }
        at +=
            CENTRAL_SIZE
                + nameLength
                + (directory.getShort(at + 30) & 0xFFFF)
                + (directory.getShort(at + 32) & 0xFFFF);
      }
      return Optional.empty();
    }
  }

  private static Optional<ModelFolder.Region> region(
      FileChannel channel, Path archive, long header, long size) throws IOException {
    ByteBuffer local = read(channel, header, LOCAL_SIZE);
    if (local.getInt(0) != LOCAL) {
      return Optional.empty();
    }
    long data = header + LOCAL_SIZE + (local.getShort(26) & 0xFFFF) + (local.getShort(28) & 0xFFFF);
    return data + size <= channel.size()
        ? Optional.of(new ModelFolder.Region(archive, data, size))
        : Optional.empty();
  }

  /** The end record is the last thing in the file but for a comment of at most 65,535 bytes. */
  private static ByteBuffer endRecord(FileChannel channel) throws IOException {
    long size = channel.size();
    long from = Math.max(0, size - END_SIZE - 0xFFFF);
    ByteBuffer tail = read(channel, from, size - from);
    for (int at = tail.limit() - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END) {
        return tail.slice(at, END_SIZE).order(ByteOrder.LITTLE_ENDIAN);
      }
    }
    throw new IOException("not a zip archive: no end record");
  }

  private static ByteBuffer read(FileChannel channel, long from, long length) throws IOException {
    if (from < 0 || length < 0 || length > Integer.MAX_VALUE || from + length > channel.size()) {
      throw new IOException("damaged zip archive: a record lies outside the file");
    }
    var bytes = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the archive ended early");
      }
    }
    return bytes.flip();
  }

  private static boolean equalAt(ByteBuffer directory, int at, byte[] wanted) {
    if (at + wanted.length > directory.limit()) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (directory.get(at + i) != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
