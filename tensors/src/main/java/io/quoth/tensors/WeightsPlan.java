package io.quoth.tensors;

import io.quoth.base.BadFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a model wants, found by building it once against shapes without numbers. Over a directory it
 * tells everything that does not fit in one error, before any of it is prepared; over none it gives
 * the parameters that a configuration alone implies. Used by one thread.
 */
public final class WeightsPlan {
  private static final int LISTED = 8;

  /**
   * A tensor that was asked for.
   *
   * @param name its full name
   * @param shape sizes, slowest first
   */
  public record Want(String name, List<Long> shape) {
    /** How many numbers it holds. */
    public long count() {
      return shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  private final @Nullable Weights directory;
  private final DType imagined;
  private final Map<String, Want> wanted = new LinkedHashMap<>();

  private WeightsPlan(@Nullable Weights directory, DType imagined) {
    this.directory = directory;
    this.imagined = imagined;
  }

  /** A plan to be compared with what is there. */
  public static WeightsPlan over(Weights directory) {
    return new WeightsPlan(directory, DType.F32);
  }

  /** A plan for weights that are nowhere, all of type {@code dtype}. */
  public static WeightsPlan imagined(DType dtype) {
    return new WeightsPlan(null, dtype);
  }

  /** The directory to build the model against; its tensors are shapes without numbers. */
  public Weights weights() {
    return new Recorder("");
  }

  /** All that was asked for, in order, each once. */
  public List<Want> wanted() {
    return List.copyOf(wanted.values());
  }

  /** How many numbers all that was asked for holds. */
  public long parameters() {
    return wanted.values().stream().mapToLong(Want::count).reduce(0L, Math::addExact);
  }

  /**
   * Compares what was asked for with what is there.
   *
   * @param mayBeLeft names that nobody needs to ask for: buffers, heads of other tasks
   * @throws BadFileException that lists what is missing, of another shape or kind, and left over
   */
  public void check(Predicate<String> mayBeLeft) {
    if (directory == null) {
      throw new IllegalStateException("imagined weights have nothing to compare with");
    }
    var missing = new ArrayList<String>();
    var wrong = new ArrayList<String>();
    for (Want want : wanted.values()) {
      var tensor = directory.find(want.name());
      if (tensor.isEmpty()) {
        missing.add(want.name() + " " + want.shape());
      } else {
        Tensor found = tensor.get();
        if (!Arrays.stream(found.shape()).boxed().toList().equals(want.shape())) {
          String shape = Arrays.toString(found.shape());
          wrong.add(want.name() + " is " + shape + ", expected " + want.shape());
        } else if (!found.dtype().isReal()) {
          wrong.add(want.name() + " is of type " + found.dtype() + ", expected real numbers");
        }
      }
    }
    var left =
        directory.names().stream()
            .filter(name -> !wanted.containsKey(name) && !mayBeLeft.test(name))
            .toList();
    if (!missing.isEmpty() || !wrong.isEmpty() || !left.isEmpty()) {
      throw new BadFileException(
          directory.location()
              + ": does not fit the configuration."
              + list("missing", missing)
              + list("not as configured", wrong)
              + list("not part of the model", left)
              + " Check that config.json belongs to these weights");
    }
  }

  private static String list(String title, List<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    var shown = String.join("; ", names.subList(0, Math.min(LISTED, names.size())));
    int more = names.size() - LISTED;
    return " "
        + names.size()
        + " "
        + title
        + ": "
        + shown
        + (more > 0 ? "; and " + more + " more." : ".");
  }

  /** Hands out shapes and writes down each. */
  private final class Recorder implements Weights {
    private final String prefix;

    Recorder(String prefix) {
      this.prefix = prefix;
    }

    @Override
    public String location() {
      return directory == null ? "imagined weights" : directory.location();
    }

    @Override
    public Set<String> names() {
      if (directory == null) {
        return Set.of();
      }
      return prefix.isEmpty()
          ? directory.names()
          : directory.in(prefix.substring(0, prefix.length() - 1)).names();
    }

    @Override
    public Optional<Tensor> find(String name) {
      return directory == null ? Optional.empty() : directory.find(prefix + name);
    }

    @Override
    public Tensor get(String name, long... shape) {
      String full = prefix + name;
      wanted.putIfAbsent(full, new Want(full, Arrays.stream(shape).boxed().toList()));
      return Tensor.shapeOnly(full, find(name).map(Tensor::dtype).orElse(imagined), shape);
    }

    @Override
    public Weights in(String folder) {
      return new Recorder(prefix + folder + ".");
    }
  }
}
