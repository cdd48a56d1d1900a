package io.quoth.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * google-java-format decides the layout of every source file. To rewrite files that differ:
 *
 * <pre>
 * mvn -q -Dquick -pl house -am test -Dtest=FormatTest -Dsurefire.failIfNoSpecifiedTests=false -Dquoth.format=write
 * </pre>
 */
class FormatTest {
  @Test
  void everySourceFileIsFormatted() throws IOException, FormatterException {
    boolean write = "write".equals(System.getProperty("quoth.format"));
    var formatter = new Formatter();
    List<Path> unformatted = new ArrayList<>();
    for (Path file : sources()) {
      String source = Files.readString(file);
      String formatted =
          RemoveUnusedImports.removeUnusedImports(formatter.formatSourceAndFixImports(source));
      if (!formatted.equals(source)) {
        if (write) {
          Files.writeString(file, formatted);
        } else {
          unformatted.add(TestData.root().relativize(file));
        }
      }
    }
    assertThat(unformatted)
        .as(
            "not formatted; to rewrite them: mvn -q -Dquick -pl house -am test -Dtest=FormatTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dquoth.format=write")
        .isEmpty();
  }

  private static List<Path> sources() throws IOException {
    var sources = new ArrayList<Path>();
    try (Stream<Path> rooms = Files.list(TestData.root())) {
      for (Path src : rooms.map(room -> room.resolve("src")).filter(Files::isDirectory).toList()) {
        try (Stream<Path> tree = Files.walk(src)) {
          tree.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
        }
      }
    }
    assertThat(sources).as("sources found").hasSizeGreaterThan(20);
    return sources;
  }
}
