package io.quoth.house;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.testkit.TestData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents point at is there. */
class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)\\)");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md"})
  void linksLeadSomewhere(String document) {
    Path file = TestData.root().resolve(document);
    List<String> broken = new ArrayList<>();
    var links = LINK.matcher(TestData.text(file));
    while (links.find()) {
      if (!Files.exists(file.resolveSibling(links.group(1)))) {
        broken.add(links.group(1));
      }
    }
    assertThat(broken).isEmpty();
  }
}
