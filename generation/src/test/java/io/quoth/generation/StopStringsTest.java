package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import io.quoth.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopStringsTest {
  private static final Tokenizer TOKENIZER =
      Tokenizer.fromJson(TestData.own("sampling/stop_tokenizer/tokenizer.json"));

  /** The reference's criterion looks at the text up to each token; so does each prefix here. */
  @Test
  void firesWhereTheReferenceDoes() {
    var cases = Json.parse(TestData.own("sampling/stop_strings.json")).get("cases").items();
    assertThat(cases).hasSize(52);
    for (Json golden : cases) {
      int[] ids = golden.get("ids").items().stream().mapToInt(Json::asInt).toArray();
      var stops = golden.get("stop_strings").items().stream().map(Json::asString).toList();
      String expected = golden.getString("stop");
      for (int k = 0; k < ids.length; k++) {
        var output = new TextOutput(TOKENIZER, Arrays.copyOf(ids, k), stops);
        output.push(ids[k]);
        assertThat(output.stopped()).as("%s at %d", golden, k).isEqualTo(expected.charAt(k) == '1');
      }
    }
  }

  @Test
  void textEndsBeforeTheStopString() {
    assertThat(text("Alice was beginning to get very tired", "get ve"))
        .isEqualTo("Alice was beginning to ");
    assertThat(text("one two three", "two", "one two")).isEqualTo("");
    assertThat(text("x🙂y", "🙂")).isEqualTo("x");
    assertThat(text("aaab aaaab aab", "aab")).isEqualTo("a");
  }

  @Test
  void whatCouldBecomeAStopStringIsHeldBackAndNothingElse() {
    var output = new TextOutput(TOKENIZER, new int[0], List.of("tired!"));
    var shown = new StringBuilder();
    var all = new StringBuilder();
    for (int id : TOKENIZER.encode("very tired, very tire").ids()) {
      shown.append(output.push(id));
      all.append(TOKENIZER.decode(new int[] {id}));
      String text = all.toString();
      String held = text.substring(shown.length());
      assertThat(text).startsWith(shown.toString());
      assertThat("tired!").startsWith(held);
      for (int longer = held.length() + 1; longer <= Math.min(5, text.length()); longer++) {
        assertThat("tired!".startsWith(text.substring(text.length() - longer))).isFalse();
      }
    }
    assertThat(shown + output.end()).isEqualTo("very tired, very tire");
    assertThat(output.stopped()).isFalse();
  }

  @Test
  void thePromptMayHoldTheBeginningOfAStopString() {
    var output = new TextOutput(TOKENIZER, TOKENIZER.encode("one tw").ids(), List.of("two"));
    assertThat(output.push(TOKENIZER.encode("o").ids()[0])).isEmpty();
    assertThat(output.stopped()).isTrue();
    assertThat(output.end()).isEmpty();
  }

  @Test
  void charactersAreNeverSplit() {
    String text = "naïve 🙂🙃 日本語 x\uD83D\uDE42";
    var output = new TextOutput(TOKENIZER, new int[0], List.of("🙃🙃"));
    var shown = new StringBuilder();
    for (int id : TOKENIZER.encode(text).ids()) {
      String piece = output.push(id);
      assertThat(piece).doesNotContain("\uFFFD");
      assertThat(piece.codePoints().filter(c -> c >= 0xD800 && c < 0xE000).count()).isZero();
      shown.append(piece);
    }
    assertThat(shown + output.end()).isEqualTo(text);
  }

  /** Against the plainest way to find the first end of any pattern. */
  @Test
  void findsWhatASearchOfTheWholeFinds() {
    var random = new Random(5);
    for (int round = 0; round < 5_000; round++) {
      var patterns =
          List.of(word(random, 1 + random.nextInt(4)), word(random, 1 + random.nextInt(4)));
      String text = word(random, 12);
      var matcher = new StopMatcher(patterns.stream().map(p -> p.chars().toArray()).toList());
      for (int end = 1; end <= text.length(); end++) {
        String so = text.substring(0, end);
        int longest =
            patterns.stream().filter(so::endsWith).mapToInt(String::length).max().orElse(0);
        assertThat(matcher.push(text.charAt(end - 1)))
            .as("%s in %s at %d", patterns, text, end)
            .isEqualTo(longest);
      }
    }
  }

  private static String word(Random random, int length) {
    return random
        .ints(length, 'a', 'c')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String text(String whole, String... stops) {
    var output = new TextOutput(TOKENIZER, new int[0], List.of(stops));
    var text = new StringBuilder();
    for (int id : TOKENIZER.encode(whole).ids()) {
      text.append(output.push(id));
      if (output.stopped()) {
        return text.append(output.end()).toString();
      }
    }
    throw new AssertionError("no stop in " + whole);
  }
}
