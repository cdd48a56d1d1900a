package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.Precision;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * NumPy's file format, version 1.0: {@code \x93NUMPY}, 1, 0, a u16 length and a header in Python's
 * spelling that is padded with blanks and a newline to a multiple of 64, then the numbers
 * (numpy/lib/format.py).
 */
final class Npy implements AutoCloseable {
  /** Of the header: room for any number of rows, which is known only at the end. */
  private static final int HEADER = 128;

  private final Path file;
  private final Path unfinished;
  private final Precision precision;
  private final OutputStream out;
  private long rows;
  private int columns;

  /** An array of embeddings, [texts, numbers]; the file is there when it is finished. */
  Npy(Path file, Precision precision) {
    this.file = file;
    this.precision = precision;
    unfinished = file.toAbsolutePath().resolveSibling(file.getFileName() + ".unfinished");
    try {
      out = new BufferedOutputStream(Files.newOutputStream(unfinished));
      out.write(new byte[HEADER]);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Appends rows. */
  void add(Embeddings embeddings) {
    boolean floats = precision == Precision.FLOAT32;
    int count = embeddings.vectors().length;
    try {
      for (int row = 0; row < count; row++) {
        out.write(floats ? littleEndian(embeddings.vectors()[row]) : embeddings.bytes()[row]);
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
    if (count > 0) {
      columns = floats ? embeddings.vectors()[0].length : embeddings.bytes()[0].length;
    }
    rows += count;
  }

  /** Writes how many rows there are, and puts the file in its place. */
  void finish() {
    try {
      out.close();
      try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(header(type(precision), rows, columns)), 0);
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Leaves nothing behind that is not finished. */
  @Override
  public void close() {
    try {
      out.close();
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static BadArgumentException failure(Path file, IOException e) {
    return new BadArgumentException(file + ": cannot be written: " + e.getMessage(), e);
  }

  private static String type(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> "<f4";
      case INT8, BINARY -> "|i1";
      case UINT8, UBINARY -> "|u1";
    };
  }

  private static byte[] header(String type, long rows, int columns) {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(type, rows, columns);
    int before = 10;
    String padded = text + " ".repeat(HEADER - before - text.length() - 1) + '\n';
    return ByteBuffer.allocate(HEADER)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private static byte[] littleEndian(float[] row) {
    var bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    return bytes.array();
  }
}
