package io.quoth.cli;

import io.quoth.base.BadArgumentException;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.Precision;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * NumPy's file format, version 1.0: {@code \x93NUMPY}, 1, 0, a u16 length and a header in Python's
 * spelling that is padded with blanks and a newline to a multiple of 64, then the numbers
 * (numpy/lib/format.py).
 */
final class Npy {
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /** Writes embeddings as an array [texts, numbers]. */
  static void write(Path file, Embeddings embeddings) {
    boolean floats = embeddings.precision() == Precision.FLOAT32;
    int rows = embeddings.vectors().length;
    int columns =
        rows == 0 ? 0 : floats ? embeddings.vectors()[0].length : embeddings.bytes()[0].length;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(header(type(embeddings.precision()), rows, columns));
      for (int row = 0; row < rows; row++) {
        out.write(floats ? littleEndian(embeddings.vectors()[row]) : embeddings.bytes()[row]);
      }
    } catch (IOException e) {
      throw new BadArgumentException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static String type(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> "<f4";
      case INT8, BINARY -> "|i1";
      case UINT8, UBINARY -> "|u1";
    };
  }

  private static byte[] header(String type, int rows, int columns) {
    var text = new StringBuilder();
    text.append("{'descr': '").append(type).append("', 'fortran_order': False, 'shape': (");
    text.append(rows).append(", ").append(columns).append("), }");
    int before = 10;
    while ((before + text.length() + 1) % ALIGNMENT != 0) {
      text.append(' ');
    }
    text.append('\n');
    return ByteBuffer.allocate(before + text.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0})
        .putShort((short) text.length())
        .put(text.toString().getBytes(StandardCharsets.US_ASCII))
        .array();
  }

  private static byte[] littleEndian(float[] row) {
    var bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    return bytes.array();
  }
}
