package io.quoth.embeddings;

import io.quoth.base.ModelFolder;
import io.quoth.testkit.TestData;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** A golden folder some of whose files are others, held in memory. */
record EditedFolder(ModelFolder folder, Map<String, byte[]> others) implements ModelFolder {

  /** A golden folder with one file replaced. */
  static EditedFolder of(String golden, String file, String content) {
    return new EditedFolder(
        ModelFolder.of(TestData.own("sentence/" + golden)),
        Map.of(file, content.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public String location() {
    return folder.location();
  }

  @Override
  public List<String> files() {
    var files = new TreeSet<>(folder.files());
    files.addAll(others.keySet());
    return List.copyOf(files);
  }

  @Override
  public boolean has(String file) {
    return others.containsKey(file) || folder.has(file);
  }

  @Override
  public Optional<Region> region(String file) {
    return others.containsKey(file) ? Optional.empty() : folder.region(file);
  }

  @Override
  public InputStream open(String file) {
    byte[] other = others.get(file);
    return other == null ? folder.open(file) : new ByteArrayInputStream(other);
  }
}
