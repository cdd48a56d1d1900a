package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.testkit.TestData;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Published tokenizers give what the reference (tokenizers 0.23.2, tiktoken 0.14.0) gives. */
class RealTokenizersTest {
  static Tokenizer tokenizer(String name) {
    Path file = TestData.shared("golden/tokenizers/" + name + "/tokenizer.json.gz");
    return Tokenizer.fromJson(TestData.bytes(file), name);
  }

  static List<Json> lines(String path) {
    return TestData.lines(TestData.shared(path)).stream()
        .map(line -> Json.parse(line, path))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("io.quoth.tokenizers.MemoryFolder#goldenNames")
  void givesTheReferencesAnswers(String name) {
    List<Json> cases = lines("golden/tokenizers/" + name + "/cases.jsonl.gz");
    assertThat(cases.size()).isGreaterThan(500);
    assertThat(GoldenCase.report(name, tokenizer(name), cases)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = TiktokenEncoding.class,
      names = {"R50K_BASE", "CL100K_BASE", "O200K_BASE"})
  void givesTiktokensAnswers(TiktokenEncoding encoding) {
    String path = "golden/tiktoken/" + encoding.name().toLowerCase(java.util.Locale.ROOT);
    Tokenizer tokenizer =
        Tokenizer.fromTiktoken(TestData.bytes(TestData.shared(path + ".tiktoken.gz")), encoding);
    var plain = EncodeOptions.PLAIN.with(EncodeOptions.SpecialTokens.TEXT);
    int compared = 0;
    for (Json json : lines(path + ".cases.jsonl.gz")) {
      if (json.has("in_ids")) {
        int[] ids = GoldenCase.ints(json.get("in_ids"));
        assertThat(tokenizer.decode(ids)).isEqualTo(json.getString("decoded"));
        var bytes = new StringBuilder();
        for (int id : ids) {
          bytes.append(java.util.HexFormat.of().formatHex(tokenizer.bytes(id)));
        }
        assertThat(bytes.toString()).isEqualTo(json.getString("bytes_hex"));
      } else {
        String text = json.getString("text");
        int[] ordinary = GoldenCase.ints(json.get("ordinary"));
        assertThat(tokenizer.encode(text, plain).ids()).as(json.toString()).isEqualTo(ordinary);
        int[] all = json.find("all_special").map(GoldenCase::ints).orElse(ordinary);
        assertThat(tokenizer.encode(text).ids()).as(json.toString()).isEqualTo(all);
        specialTokens(tokenizer, json, text, !java.util.Arrays.equals(all, ordinary));
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(700);
  }

  /** Some allowed, the others text; all forbidden. */
  private static void specialTokens(
      Tokenizer tokenizer, Json json, String text, boolean hasSpecial) {
    if (json.has("allowed")) {
      var allowed = new java.util.HashSet<>(GoldenCase.strings(json.get("allowed")));
      assertThat(tokenizer.withSpecialTokensInTexts(allowed).encode(text).ids())
          .as(json.toString())
          .isEqualTo(GoldenCase.ints(json.get("allowed_ids")));
    }
    var forbidden = EncodeOptions.PLAIN.with(EncodeOptions.SpecialTokens.FORBIDDEN);
    if (hasSpecial) {
      assertThatThrownBy(() -> tokenizer.encode(text, forbidden))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("forbidden here");
    } else {
      assertThat(tokenizer.encode(text, forbidden).ids())
          .isEqualTo(GoldenCase.ints(json.get("ordinary")));
    }
  }

  @Test
  void onlySpecialTokensCanBeAllowed() {
    Tokenizer gpt2 = tokenizer("gpt2");
    assertThatThrownBy(() -> gpt2.withSpecialTokensInTexts(java.util.Set.of("hello")))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("hello");
    Tokenizer none = gpt2.withSpecialTokensInTexts(java.util.Set.of());
    assertThat(none.encode("a<|endoftext|>").ids()).doesNotContain(50256);
    assertThat(none.decode(new int[] {50256}, true)).isEmpty();
  }

  @Test
  void readsWhatTheSmallModelsNeed() {
    for (String name : List.of("stories260K", "tales")) {
      Tokenizer tokenizer = Tokenizer.load(ModelFolder.of(TestData.shared("models/" + name)));
      String text = "Once upon a time, there was a 🦀 named Zoë. \n\nThe end";
      Encoding encoding = tokenizer.encode(text);
      assertThat(tokenizer.decode(encoding.ids(), true)).isEqualTo(text);
      TextStream stream = tokenizer.stream(true);
      var out = new StringBuilder();
      for (int id : encoding.ids()) {
        out.append(stream.push(id));
      }
      assertThat(out.append(stream.end()).toString()).isEqualTo(text);
    }
  }

  @Test
  void encodesThePagesExample() {
    Tokenizer gpt2 = tokenizer("gpt2");
    assertThat(gpt2.encode("Hello, world!").ids()).containsExactly(15496, 11, 995, 0);
    assertThat(gpt2.vocabSize()).isEqualTo(50257);
    assertThat(gpt2.id("Ġworld")).hasValue(995);
    assertThat(gpt2.bytes(995)).isEqualTo(" world".getBytes(StandardCharsets.UTF_8));
  }
}
