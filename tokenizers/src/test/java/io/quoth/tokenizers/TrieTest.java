package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrieTest {
  @Test
  void findsWhatWasAddedAndNothingElse() {
    var random = new Random(20261126);
    var trie = new Trie();
    var expected = new HashMap<String, Integer>();
    for (int i = 0; i < 20_000; i++) {
      String text = text(random);
      trie.add(text, i);
      expected.put(text, i);
    }
    for (int i = 0; i < 40_000; i++) {
      String text = text(random);
      int node = trie.walk(text);
      int value = node < 0 ? -1 : trie.value(node);
      assertThat(value).as(text).isEqualTo(expected.getOrDefault(text, -1));
    }
    expected.forEach((text, value) -> assertThat(trie.value(trie.walk(text))).isEqualTo(value));
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int n = random.nextInt(6); n >= 0; n--) {
      text.append((char) (random.nextBoolean() ? 'a' + random.nextInt(4) : random.nextInt(65_536)));
    }
    return text.toString();
  }

  /** Nodes are numbered in so many bits; a hostile file may ask for more. */
  @Test
  void refusesMoreNodesThanItCanNumber() {
    var trie = new Trie(100);
    trie.add("a".repeat(99), 0);
    assertThat(trie.value(trie.walk("a".repeat(99)))).isEqualTo(0);
    assertThatThrownBy(() -> trie.add("b", 1))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("100 different beginnings");
  }
}
