package io.quoth.hub;

import java.util.List;

/**
 * What a {@link Hub#pull} would fetch.
 *
 * @param name the model
 * @param commit the commit that its revision is now
 * @param files all files that a load needs, by their paths
 */
public record Plan(ModelName name, String commit, List<Item> files) {
  /** Copies the list. */
  public Plan {
    files = List.copyOf(files);
  }

  /**
   * One file.
   *
   * @param path in the repository
   * @param size bytes
   * @param isHere whether the cache has it already
   */
  public record Item(String path, long size, boolean isHere) {}

  /** The bytes of all files. */
  public long bytes() {
    return files.stream().mapToLong(Item::size).sum();
  }

  /** The bytes that are not in the cache yet. */
  public long missingBytes() {
    return files.stream().filter(file -> !file.isHere()).mapToLong(Item::size).sum();
  }
}
