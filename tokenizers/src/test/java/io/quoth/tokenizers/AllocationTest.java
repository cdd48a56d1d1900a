package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.testkit.Allocations;
import io.quoth.testkit.TestData;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Encoding a text whose words are known allocates its result, a fixed little, and less than half a
 * byte a char.
 */
class AllocationTest {
  private static final int ROUNDS = 300;

  /** Objects that do not grow with the text, in bytes. */
  private static final long FIXED = 2_500;

  private static void allocatesNothingButItsResult(Tokenizer tokenizer, String text) {
    int tokens = tokenizer.ids(text).length;
    long array = 24 + 4L * tokens;
    long little = FIXED + text.length() / 2;
    long ids = Allocations.steady(ROUNDS, () -> tokenizer.ids(text));
    assertThat(ids - array).as("bytes beside %s ids", tokens).isBetween(-16L, little);
    long all = Allocations.steady(ROUNDS, () -> tokenizer.encode(text));
    // Ids, ranges, words, sequences, types and two masks; with special tokens, how these read.
    assertThat(all - 9 * array).as("bytes beside 9 arrays of %s", tokens).isLessThan(little);
  }

  @Test
  void theEmbeddedModelsTokenizer() {
    String json = "tales/src/main/resources/io/quoth/tales/tokenizer.json";
    Tokenizer tokenizer = Tokenizer.fromJson(TestData.root().resolve(json));
    String text = TestData.text(TestData.own("tales/eval.txt"));
    allocatesNothingButItsResult(tokenizer, text.substring(0, 2_000));
    allocatesNothingButItsResult(tokenizer, text.substring(0, 16_000));
  }

  @Test
  void publishedTokenizers() {
    String text = TestData.text(TestData.own("tales/eval.txt")).substring(0, 8_000);
    for (String name : List.of("gpt2", "llama-3", "qwen2.5", "llama-2")) {
      allocatesNothingButItsResult(RealTokenizersTest.tokenizer(name), text);
    }
  }
}
