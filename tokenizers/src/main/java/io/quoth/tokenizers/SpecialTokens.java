package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The special tokens of a tokenizer by what they are for, as its files name them; {@link
 * Tokenizer#id} gives their ids.
 *
 * @param bos begins a text
 * @param eos ends a text
 * @param unk stands for what the vocabulary does not have
 * @param sep stands between two texts
 * @param pad fills up shorter texts of a batch
 * @param cls begins a text that is classified
 * @param mask stands for a gap to be filled
 * @param additional further ones without a purpose that the files name, in their order
 * @param others those that only this model has, by the names that its files give them: {@code
 *     image_token}
 */
public record SpecialTokens(
    Optional<String> bos,
    Optional<String> eos,
    Optional<String> unk,
    Optional<String> sep,
    Optional<String> pad,
    Optional<String> cls,
    Optional<String> mask,
    List<String> additional,
    Map<String, String> others) {
  /** None. */
  public static final SpecialTokens NONE = of(Map.of(), List.of(), Map.of());

  /** Keeps the collections as they are now. */
  public SpecialTokens {
    additional = List.copyOf(additional);
    others = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(others));
  }

  /** The purposes, as the files spell them before {@code _token}, in the order of the fields. */
  static final List<String> PURPOSES = List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  /** Tokens by their purpose. */
  static SpecialTokens of(
      Map<String, String> byPurpose, List<String> additional, Map<String, String> others) {
    return new SpecialTokens(
        Optional.ofNullable(byPurpose.get("bos")),
        Optional.ofNullable(byPurpose.get("eos")),
        Optional.ofNullable(byPurpose.get("unk")),
        Optional.ofNullable(byPurpose.get("sep")),
        Optional.ofNullable(byPurpose.get("pad")),
        Optional.ofNullable(byPurpose.get("cls")),
        Optional.ofNullable(byPurpose.get("mask")),
        additional,
        others);
  }

  /** All of them, each once: those with a purpose, the others, the additional ones. */
  public List<String> all() {
    var all = new LinkedHashSet<String>();
    for (var one : List.of(bos, eos, unk, sep, pad, cls, mask)) {
      one.ifPresent(all::add);
    }
    all.addAll(others.values());
    all.addAll(additional);
    return new ArrayList<>(all);
  }
}
