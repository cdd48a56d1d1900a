package io.quoth.tensors;

import java.util.Set;

/**
 * A directory of named tensors: one file, shards, a stretch of a jar. Nothing is copied as a whole.
 * Names are the ones that the reference library uses, relative to this directory. A directory keeps
 * no account; {@link WeightsPlan} tells what a model wants before anything is taken. Safe to share
 * between threads.
 */
public interface Weights {
  /** Where the tensors lie, for messages. */
  String location();

  /** All names, sorted. */
  Set<String> names();

  /** Whether there is a tensor of that name. */
  boolean has(String name);

  /**
   * A tensor that must be there and have that shape.
   *
   * @param shape sizes, slowest first
   * @throws io.quoth.base.BadFileException when it is missing or of another shape
   */
  Tensor get(String name, long... shape);

  /** The directory of all names that begin with {@code folder} and a dot, less these. */
  Weights in(String folder);

  /** {@link #in} where there is such a folder, else this directory: for optional outer prefixes. */
  default Weights inIfPresent(String folder) {
    String prefix = folder + ".";
    return names().stream().anyMatch(name -> name.startsWith(prefix)) ? in(folder) : this;
  }
}
