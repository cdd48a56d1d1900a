package io.quoth.models;

import io.quoth.base.ModelFolder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A folder some of whose files are others, held in memory. */
record OtherConfig(ModelFolder folder, Map<String, byte[]> others) implements ModelFolder {

  /** The folder with another of its files as {@code config.json}. */
  static OtherConfig named(ModelFolder folder, String config) {
    return new OtherConfig(folder, Map.of("config.json", folder.bytes(config)));
  }

  /** The folder with its {@code config.json} edited. */
  static OtherConfig edited(ModelFolder folder, UnaryOperator<String> edit) {
    String config = new String(folder.bytes("config.json"), StandardCharsets.UTF_8);
    return new OtherConfig(
        folder, Map.of("config.json", edit.apply(config).getBytes(StandardCharsets.UTF_8)));
  }

  OtherConfig with(String file, byte[] content) {
    var more = new HashMap<>(others);
    more.put(file, content);
    return new OtherConfig(folder, more);
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
