package io.quoth.hub;

import io.quoth.base.Json;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What can be known of a model before anything of it is downloaded: from the server's answers and
 * the headers of its weights.
 *
 * @param plan the files that a load needs
 * @param config {@code config.json}, if there is one
 * @param types how many values of each type the weights hold, by the names of safetensors ({@code
 *     F32}, {@code BF16}, …); empty when they are in a format without a header
 * @param isPrivate whether only some accounts see it
 * @param gated {@code false}, or how its terms are granted: {@code auto}, {@code manual}
 * @param task what the repository says it is for; may be empty
 * @param library what the repository says it was made with; may be empty
 * @param tags what else it says
 */
public record RemoteInfo(
    Plan plan,
    Optional<Json> config,
    SortedMap<String, Amount> types,
    boolean isPrivate,
    String gated,
    String task,
    String library,
    List<String> tags) {
  /** Copies the collections. */
  public RemoteInfo {
    types = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(types));
    tags = List.copyOf(tags);
  }

  /**
   * The tensors of one type.
   *
   * @param tensors how many
   * @param parameters values in them
   * @param bytes they take in the files
   */
  public record Amount(long tensors, long parameters, long bytes) {
    Amount plus(Amount other) {
      return new Amount(
          tensors + other.tensors,
          Math.addExact(parameters, other.parameters),
          Math.addExact(bytes, other.bytes));
    }
  }

  /** The values of all types. */
  public long parameters() {
    return types.values().stream().mapToLong(Amount::parameters).sum();
  }

  /** The bytes of all types. */
  public long weightBytes() {
    return types.values().stream().mapToLong(Amount::bytes).sum();
  }
}
