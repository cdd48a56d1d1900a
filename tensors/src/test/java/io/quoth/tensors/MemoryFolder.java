package io.quoth.tensors;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A folder whose files are in memory and cannot be mapped, as in a compressed jar. */
record MemoryFolder(Map<String, byte[]> contents) implements ModelFolder {
  static MemoryFolder of(String file, byte[] content) {
    return new MemoryFolder(Map.of(file, content));
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public List<String> files() {
    return contents.keySet().stream().sorted().toList();
  }

  @Override
  public boolean has(String file) {
    return contents.containsKey(file);
  }

  @Override
  public Optional<Region> region(String file) {
    return Optional.empty();
  }

  @Override
  public InputStream open(String file) {
    byte[] content = contents.get(file);
    if (content == null) {
      throw new BadFileException("memory: has no file \"" + file + "\"");
    }
    return new ByteArrayInputStream(content);
  }
}
