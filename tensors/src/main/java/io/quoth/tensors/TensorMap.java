package io.quoth.tensors;

import java.util.LinkedHashSet;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Weights whose tensors are all known; a folder is a stretch of the sorted names. */
final class TensorMap implements Weights {
  private final String location;
  private final String prefix;
  private final NavigableMap<String, Tensor> tensors;

  TensorMap(String location, NavigableMap<String, Tensor> tensors) {
    this(location, "", new TreeMap<>(tensors));
  }

  private TensorMap(String location, String prefix, NavigableMap<String, Tensor> tensors) {
    this.location = location;
    this.prefix = prefix;
    this.tensors = tensors;
  }

  @Override
  public String location() {
    return prefix.isEmpty() ? location : location + ": " + prefix;
  }

  @Override
  public Set<String> names() {
    if (prefix.isEmpty()) {
      return java.util.Collections.unmodifiableSet(tensors.keySet());
    }
    var names = new LinkedHashSet<String>();
    tensors.keySet().forEach(name -> names.add(name.substring(prefix.length())));
    return names;
  }

  @Override
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(prefix + name));
  }

  @Override
  public Weights in(String folder) {
    String from = prefix + folder + ".";
    // '/' follows '.' in the order of characters: the first name behind the folder.
    String to = prefix + folder + "/";
    return new TensorMap(location, from, tensors.subMap(from, true, to, false));
  }
}
