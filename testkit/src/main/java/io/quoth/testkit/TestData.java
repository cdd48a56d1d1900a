package io.quoth.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Where the data of tests lies. */
public final class TestData {
  private TestData() {}

  /** A file or folder of the project's own test data; always there. */
  public static Path own(String path) {
    Path file = Path.of(property("quoth.testdata")).resolve(path);
    if (!Files.exists(file)) {
      throw new IllegalStateException("missing test data: " + file);
    }
    return file;
  }

  /**
   * A file or folder of other people's data, which is not in the project. Where it is missing the
   * calling test is skipped, and its report says so.
   */
  public static Path shared(String path) {
    Path file = Path.of(property("quoth.shared")).resolve(path).normalize();
    assumeTrue(Files.exists(file), () -> "skipped: other people's data is not here: " + path);
    return file;
  }

  /** The root folder of the project. */
  public static Path root() {
    return Path.of(property("quoth.root"));
  }

  /** The bytes of a file; one that ends in {@code .gz} is unpacked. */
  public static byte[] bytes(Path file) {
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(file));
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A UTF-8 text, unpacked as {@link #bytes} does. */
  public static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  /** The lines of a UTF-8 text; only a line feed ends a line, as JSON lines want it. */
  public static List<String> lines(Path file) {
    return List.of(text(file).split("\n"));
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("system property " + name + " is not set; run with Maven");
    }
    return value;
  }
}
