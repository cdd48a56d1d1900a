package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of files, one after the other, read as they are asked for: files may be larger than the
 * memory. Only a line feed ends a line; a carriage return before it goes too.
 */
final class TextLines implements Iterable<String>, AutoCloseable {
  /** A line is a text, and a text must fit into memory; in bytes. */
  private static final int LONGEST_LINE = 1 << 26;

  private final Console console;
  private final List<String> files;
  private @Nullable InputStream open;
  private boolean isStandardInput;
  private long bytes;
  private long lines;

  /**
   * Lines.
   *
   * @param files paths; {@code -} is standard input
   * @throws BadArgumentException when one of them is no file
   */
  TextLines(Console console, List<String> files) {
    this.console = console;
    this.files = List.copyOf(files);
    for (String file : files) {
      if (!file.equals("-") && !Files.isRegularFile(path(file))) {
        throw new BadArgumentException(file + ": no such file");
      }
    }
  }

  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException e) {
      throw new BadArgumentException(file + ": is no path: " + e.getMessage(), e);
    }
  }

  /** Bytes read so far. */
  long bytes() {
    return bytes;
  }

  /** Lines handed out so far. */
  long lines() {
    return lines;
  }

  /** Bytes of all files; -1 where standard input is among them. */
  long size() {
    long size = 0;
    for (String file : files) {
      if (file.equals("-")) {
        return -1;
      }
      try {
        size += Files.size(path(file));
      } catch (IOException e) {
        throw new BadArgumentException(file + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return size;
  }

  @Override
  public Iterator<String> iterator() {
    return new Lines();
  }

  private final class Lines implements Iterator<String> {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int file = -1;
    private long number;
    private @Nullable String next;

    @Override
    public boolean hasNext() {
      if (next == null) {
        next = read();
      }
      return next != null;
    }

    @Override
    public String next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      String text = next;
      next = null;
      lines++;
      return text;
    }

    private @Nullable String read() {
      try {
        while (open != null || file + 1 < files.size()) {
          if (open == null) {
            String name = files.get(++file);
            number = 0;
            isStandardInput = name.equals("-");
            open =
                isStandardInput
                    ? console.in()
                    : new BufferedInputStream(Files.newInputStream(path(name)), 1 << 16);
          }
          String text = line(open);
          if (text != null) {
            return text;
          }
          TextLines.this.close();
        }
        return null;
      } catch (IOException e) {
        throw new BadArgumentException(files.get(file) + ": cannot be read: " + e.getMessage(), e);
      }
    }

    private @Nullable String line(InputStream in) throws IOException {
      line.reset();
      int b = in.read();
      if (b < 0) {
        return null;
      }
      number++;
      for (; b >= 0; b = in.read()) {
        bytes++;
        if (b == '\n') {
          break;
        }
        if (line.size() == LONGEST_LINE) {
          throw new BadArgumentException(
              where() + "is longer than " + Units.bytes(LONGEST_LINE) + "; break it into lines");
        }
        line.write(b);
      }
      return text();
    }

    private String where() {
      String name = files.get(file).equals("-") ? "standard input" : files.get(file);
      return name + ", line " + number + ": ";
    }

    private String text() {
      byte[] utf8 = line.toByteArray();
      int length = utf8.length;
      if (length > 0 && utf8[length - 1] == '\r') {
        length--;
      }
      var buffer = ByteBuffer.wrap(utf8, 0, length);
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
      } catch (CharacterCodingException e) {
        throw new BadArgumentException(where() + "is not UTF-8", e);
      }
    }
  }

  @Override
  public void close() {
    try {
      if (open != null && !isStandardInput) {
        open.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      open = null;
    }
  }
}
