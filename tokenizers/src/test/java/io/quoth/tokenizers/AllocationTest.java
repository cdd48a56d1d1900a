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

  /** Objects that do not grow with the text, in bytes: where ids are asked for, and all. */
  private static final long FEW = 500;

  private static final long SOME = 4_000;

  private static void allocatesNothingButItsResult(Tokenizer tokenizer, String text) {
    int tokens = tokenizer.ids(text).length;
    long array = 24 + 4L * tokens;
    long little = text.length() / 2;
    long ids = Allocations.steady(ROUNDS, () -> tokenizer.ids(text));
    assertThat(ids - array).as("bytes beside %s ids", tokens).isBetween(-16L, FEW + little);
    long all = Allocations.steady(ROUNDS, () -> tokenizer.encode(text));
    // Ids, words and ranges; types, sequences and masks are made when they are asked for.
    assertThat(all - 4 * array).as("bytes beside 4 arrays of %s", tokens).isLessThan(SOME + little);
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
