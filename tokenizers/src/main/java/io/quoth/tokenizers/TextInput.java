package io.quoth.tokenizers;

import java.util.List;
import java.util.Optional;

/**
 * What is encoded: a text or two, each whole or already split into words.
 *
 * @param first the first text: its words, or itself alone
 * @param second the second text, if any
 * @param words whether the lists are words
 */
public record TextInput(List<String> first, Optional<List<String>> second, boolean words) {
  /** Copies. */
  public TextInput {
    first = List.copyOf(first);
    second = second.map(List::copyOf);
  }

  /** One text. */
  public static TextInput of(String text) {
    return new TextInput(List.of(text), Optional.empty(), false);
  }

  /** Two texts. */
  public static TextInput of(String first, String second) {
    return new TextInput(List.of(first), Optional.of(List.of(second)), false);
  }

  /** One text in words. */
  public static TextInput ofWords(List<String> words) {
    return new TextInput(words, Optional.empty(), true);
  }

  /** Two texts in words. */
  public static TextInput ofWords(List<String> first, List<String> second) {
    return new TextInput(first, Optional.of(second), true);
  }
}
