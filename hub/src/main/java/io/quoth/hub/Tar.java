package io.quoth.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * As much of the tar format (POSIX ustar with pax headers) as a bundle needs: files and links in,
 * files and links out. What does not fit the old fields (names over 100 bytes, files of 8 GiB or
 * more) goes into a pax header before the entry.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int MAX_NAME = 100;
  private static final long MAX_OCTAL = (1L << 33) - 1;
  private static final int MAX_PAX = 64 << 10;

  private Tar() {}

  /**
   * An entry.
   *
   * @param name path, with {@code /}
   * @param size bytes that follow
   * @param link where a link leads; null for a file
   */
  record Entry(String name, long size, @Nullable String link) {}

  /** Writes the head of an entry; for a file its bytes and {@link #pad} follow. */
  static void writeHead(OutputStream out, Entry entry) throws IOException {
    var pax = new StringBuilder();
    if (utf8(entry.name).length > MAX_NAME) {
      record(pax, "path", entry.name);
    }
    if (entry.link != null && utf8(entry.link).length > MAX_NAME) {
      record(pax, "linkpath", entry.link);
    }
    if (entry.size > MAX_OCTAL) {
      record(pax, "size", String.valueOf(entry.size));
    }
    if (!pax.isEmpty()) {
      byte[] records = utf8(pax.toString());
      out.write(header("pax/" + entry.name, records.length, 'x', null));
      out.write(records);
      pad(out, records.length);
    }
    out.write(header(entry.name, entry.size, entry.link == null ? '0' : '2', entry.link));
  }

  /** A pax record begins with its own length, which counts its own digits. */
  private static void record(StringBuilder pax, String key, String value) {
    int bare = 3 + utf8(key).length + utf8(value).length;
    int length = bare;
    while (length != bare + String.valueOf(length).length()) {
      length = bare + String.valueOf(length).length();
    }
    pax.append(length).append(' ').append(key).append('=').append(value).append('\n');
  }

  private static byte[] header(String name, long size, char type, @Nullable String link) {
    byte[] head = new byte[BLOCK];
    put(head, 0, MAX_NAME, name);
    put(head, 100, 8, "0000644");
    put(head, 108, 8, "0000000");
    put(head, 116, 8, "0000000");
    put(head, 124, 12, String.format("%011o", Math.min(size, MAX_OCTAL)));
    put(head, 136, 12, "00000000000");
    Arrays.fill(head, 148, 156, (byte) ' ');
    head[156] = (byte) type;
    put(head, 157, MAX_NAME, link == null ? "" : link);
    put(head, 257, 6, "ustar");
    put(head, 263, 2, "00");
    put(head, 148, 8, String.format("%06o\0 ", sum(head)));
    return head;
  }

  private static void put(byte[] head, int at, int length, String text) {
    byte[] bytes = utf8(text);
    System.arraycopy(bytes, 0, head, at, Math.min(length, bytes.length));
  }

  private static int sum(byte[] head) {
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : head[i] & 0xFF;
    }
    return sum;
  }

  /** Fills up the last block of a file's bytes. */
  static void pad(OutputStream out, long size) throws IOException {
    out.write(new byte[padding(size)]);
  }

  private static int padding(long size) {
    return (int) ((BLOCK - size % BLOCK) % BLOCK);
  }

  /** Ends the archive. */
  static void writeEnd(OutputStream out) throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  /**
   * The head of the next entry; null at the end. Its bytes follow; {@link #skip} goes over what is
   * left of them.
   *
   * @throws IOException when this is no tar archive
   */
  static @Nullable Entry readHead(InputStream in) throws IOException {
    String paxName = null;
    String paxLink = null;
    long paxSize = -1;
    while (true) {
      byte[] head = in.readNBytes(BLOCK);
      if (head.length == 0 || isEmpty(head)) {
        return null;
      }
      if (head.length < BLOCK || sum(head) != octal(head, 148, 8)) {
        throw new IOException("damaged tar archive: the checksum of an entry's head is wrong");
      }
      long size = paxSize >= 0 ? paxSize : octal(head, 124, 12);
      char type = (char) head[156];
      if (type == 'x' || type == 'g') {
        if (size > MAX_PAX) {
          throw new IOException("damaged tar archive: a pax header of " + size + " bytes");
        }
        String records = new String(in.readNBytes((int) size), StandardCharsets.UTF_8);
        in.skipNBytes(padding(size));
        if (type == 'x') {
          paxName = value(records, "path");
          paxLink = value(records, "linkpath");
          String text = value(records, "size");
          paxSize = text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        }
        continue;
      }
      String name = paxName != null ? paxName : text(head, 0, MAX_NAME);
      String link = paxLink != null ? paxLink : text(head, 157, MAX_NAME);
      return switch (type) {
        case '0', '\0' -> new Entry(name, size, null);
        case '2' -> new Entry(name, 0, link);
        default -> new Entry(name + "/", 0, null);
      };
    }
  }

  private static @Nullable String value(String records, String key) {
    for (String line : records.split("\n")) {
      int at = line.indexOf(' ');
      if (at > 0 && line.startsWith(key + "=", at + 1)) {
        return line.substring(at + key.length() + 2);
      }
    }
    return null;
  }

  private static boolean isEmpty(byte[] head) {
    for (byte b : head) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static long octal(byte[] head, int at, int length) throws IOException {
    String digits = text(head, at, length).strip();
    if (!digits.matches("[0-7]{1,20}")) {
      throw new IOException(
          "damaged tar archive: expected an octal number, found \"" + Http.clipped(digits) + "\"");
    }
    return Long.parseLong(digits, 8);
  }

  private static String text(byte[] head, int at, int length) {
    int end = at;
    while (end < at + length && head[end] != 0) {
      end++;
    }
    return new String(head, at, end - at, StandardCharsets.UTF_8);
  }

  /** Goes over the bytes of an entry that were not read, and what fills up its last block. */
  static void skip(InputStream in, Entry entry, long read) throws IOException {
    in.skipNBytes(entry.size - read + padding(entry.size));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
