package io.quoth.cli;

import io.quoth.base.BadArgumentException;
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
import java.util.List;
import java.util.function.ObjLongConsumer;

/** Standard input, as commands take it. */
final class Input {
  private Input() {}

  /** A parameter as text: {@code -} stands for all of standard input, less one final newline. */
  static String text(String parameter, Console console) {
    return parameter.equals("-") ? all(console.in()) : parameter;
  }

  /** The lines of a file; {@code -} stands for standard input. */
  static List<String> texts(Console console, String parameter) {
    String text;
    if (parameter.equals("-")) {
      text = all(console.in());
    } else {
      try {
        text = utf8(Files.readAllBytes(Path.of(parameter)), parameter);
      } catch (IOException | InvalidPathException e) {
        throw new BadArgumentException(parameter + ": cannot be read: " + e.getMessage(), e);
      }
    }
    return text.lines().toList();
  }

  private static String all(InputStream in) {
    try {
      String text = utf8(in.readAllBytes(), "standard input");
      if (text.endsWith("\r\n")) {
        return text.substring(0, text.length() - 2);
      }
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
  }

  private static String utf8(byte[] bytes, String source) {
    var buffer = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new BadArgumentException(
          source + " is not UTF-8: byte " + buffer.position() + " begins no character", e);
    }
  }

  /**
   * Hands on the lines of standard input, each as its bytes without the newline and its number from
   * 1, as soon as it is there.
   */
  static void lines(Console console, ObjLongConsumer<byte[]> use) {
    lines(console, use, () -> {});
  }

  /**
   * As {@link #lines(Console, ObjLongConsumer)} for whoever takes several at once: {@code waiting}
   * is called whenever all that is there has been handed on.
   */
  static void lines(Console console, ObjLongConsumer<byte[]> use, Runnable waiting) {
    var line = new ByteArrayOutputStream();
    byte[] block = new byte[1 << 16];
    long number = 0;
    try {
      for (int count = console.in().read(block); count >= 0; count = console.in().read(block)) {
        int from = 0;
        for (int i = 0; i < count; i++) {
          if (block[i] == '\n') {
            line.write(block, from, i - from);
            use.accept(line.toByteArray(), ++number);
            line.reset();
            from = i + 1;
          }
        }
        line.write(block, from, count - from);
        waiting.run();
        console.out().flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("standard input cannot be read", e);
    }
    if (line.size() > 0) {
      use.accept(line.toByteArray(), ++number);
    }
  }
}
