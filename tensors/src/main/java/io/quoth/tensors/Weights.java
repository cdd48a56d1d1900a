package io.quoth.tensors;

import io.quoth.base.BadFileException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * A directory of named tensors: one file, shards, a stretch of a jar. Nothing is copied as a whole.
 * Names are the ones that the reference library uses, relative to this directory. A directory keeps
 * no account; {@link WeightsPlan} tells what a model wants before anything is taken. Safe to share
 * between threads.
 */
public interface Weights {
  /** Where the tensors lie, for messages: the file and, behind a colon, the folder in it. */
  String location();

  /** All names, sorted. */
  Set<String> names();

  /** The tensor of that name, whatever its shape. */
  Optional<Tensor> find(String name);

  /** Whether there is a tensor of that name. */
  default boolean has(String name) {
    return find(name).isPresent();
  }

  /**
   * A tensor that must be there and have that shape.
   *
   * @param shape sizes, slowest first
   * @throws BadFileException when it is missing or of another shape
   */
  default Tensor get(String name, long... shape) {
    Tensor tensor =
        find(name)
            .orElseThrow(
                () -> new BadFileException(location() + ": has no tensor \"" + name + "\""));
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new BadFileException(
          location()
              + ": tensor \""
              + name
              + "\" is "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + Arrays.toString(shape));
    }
    return tensor;
  }

  /** The directory of all names that begin with {@code folder} and a dot, less these. */
  Weights in(String folder);

  /** {@link #in} where there is such a folder, else this directory: for optional outer prefixes. */
  default Weights inIfPresent(String folder) {
    Weights inner = in(folder);
    return inner.names().isEmpty() ? this : inner;
  }
}
