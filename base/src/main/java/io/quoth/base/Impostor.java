package io.quoth.base;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Recognises what was saved in place of a file: the pointer that Git leaves where large files were
 * not fetched, and the web page that a server or a proxy sent instead. Both would otherwise fail
 * later and far away, as damaged weights or a tokenizer that cannot be parsed.
 */
final class Impostor {
  /** The first line of a pointer, by the specification of Git LFS; the whole is about 130 bytes. */
  private static final String POINTER = "version https://git-lfs.github.com/spec/";

  private static final int MAX_POINTER = 1024;

  private Impostor() {}

  /**
   * Looks at the first bytes.
   *
   * @throws BadFileException when they are those of a pointer or of a web page
   */
  static void check(Path file) {
    String start = start(file);
    if (start.startsWith(POINTER) && size(file) <= MAX_POINTER) {
      throw new BadFileException(
          file
              + ": is a Git LFS pointer, not the file itself: the repository was cloned without its"
              + " large files. Run \"git lfs pull\" there, or fetch the model with \"quoth pull"
              + " NAME\"");
    }
    String text = start.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("<!doctype html") || text.startsWith("<html")) {
      throw new BadFileException(
          file
              + ": is a web page, not the file: a login page, an error page or the page about the"
              + " file was saved in its place. Download it again from its /resolve/ address, or"
              + " with \"quoth pull NAME\"");
    }
  }

  private static String start(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(64), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // whoever reads it will say what is wrong
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
