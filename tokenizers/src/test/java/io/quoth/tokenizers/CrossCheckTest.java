package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random texts give the ids and ranges that the Rust library gives, asked through its Java binding.
 * That carries tokenizers 0.21.4; the native library is part of the artifact and nothing is
 * downloaded.
 */
class CrossCheckTest {
  @BeforeAll
  static void noNetwork() throws IOException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    Path cache = Files.createDirectories(TestData.root().resolve("tokenizers/target/djl"));
    System.setProperty("DJL_CACHE_DIR", cache.toString());
  }

  /** The Rust library; the test is skipped where its native part does not exist. */
  private static HuggingFaceTokenizer rust(byte[] json) {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!List.of("Linux amd64", "Linux aarch64", "Mac OS X aarch64").contains(system)) {
      abort("skipped: the Rust library's Java binding has no native library for " + system);
    }
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Texts of words of the corpus, of awkward characters, of tokens, and mixtures. */
  private static final class Texts {
    private static final String[] SPECIAL = {
      "<s>", "</s>", "<unk>", "<|endoftext|>", "[MASK]", "[CLS]", "<mask>", "<|begin_of_text|>", "▁"
    };

    private final Random random;
    private final String corpus;
    private final Tokenizer tokenizer;

    Texts(long seed, String corpus, Tokenizer tokenizer) {
      random = new Random(seed);
      this.corpus = corpus;
      this.tokenizer = tokenizer;
    }

    String next() {
      var text = new StringBuilder();
      for (int parts = 1 + random.nextInt(4); parts > 0; parts--) {
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> text.append(slice(80));
          case 3, 4 -> text.append(ScannerTest.text(random));
          case 5 -> {
            for (int n = random.nextInt(6); n > 0; n--) {
              text.append(tokenizer.decode(new int[] {random.nextInt(tokenizer.vocabSize())}));
            }
          }
          case 6 -> text.append(SPECIAL[random.nextInt(SPECIAL.length)]);
          default -> {
            String word = slice(4);
            text.repeat(word, random.nextInt(12));
          }
        }
        if (random.nextInt(3) == 0) {
          text.append(' ');
        }
      }
      return whole(text.toString());
    }

    private String slice(int most) {
      int from = random.nextInt(corpus.length() - most);
      return corpus.substring(from, from + 1 + random.nextInt(most));
    }

    /**
     * Without halves of pairs, which the other library's language has no words for, and without the
     * capitals and marks of Unicode 17, which tokenizers 0.21.4 does not know; 0.23.2 does, and
     * agrees.
     */
    private static String whole(String text) {
      return text.codePoints()
          .filter(c -> c < 0xD800 || c > 0xDFFF)
          .filter(c -> (c < 0x16EA0 || c > 0x16EB8) && !Clusters.isNewMark(c))
          .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
          .toString();
    }
  }

  /** What differs first, or null. */
  private static @Nullable String difference(
      Tokenizer tokenizer, HuggingFaceTokenizer rust, String text) {
    ai.djl.huggingface.tokenizers.Encoding expected = rust.encode(text, true, false);
    Encoding found = tokenizer.encode(text);
    int[] ids = Arrays.stream(expected.getIds()).mapToInt(Math::toIntExact).toArray();
    if (!Arrays.equals(ids, found.ids())) {
      return Json.write(text)
          + ": ids "
          + Arrays.toString(found.ids())
          + ", expected "
          + Arrays.toString(ids);
    }
    if (!Arrays.equals(ids, tokenizer.ids(text))) {
      return Json.write(text) + ": ids alone " + Arrays.toString(tokenizer.ids(text));
    }
    CharSpan[] spans = expected.getCharTokenSpans();
    for (int i = 0; i < ids.length; i++) {
      Span span = found.offset(i);
      if (spans[i] != null
          && (spans[i].getStart() != span.start() || spans[i].getEnd() != span.end())) {
        return Json.write(text)
            + ": range "
            + i
            + " is "
            + span
            + ", expected "
            + spans[i].getStart()
            + " to "
            + spans[i].getEnd();
      }
    }
    return null;
  }

  private static void compare(String name, byte[] json, int texts) {
    Tokenizer tokenizer = Tokenizer.fromJson(json, name);
    String corpus = TestData.text(corpus());
    var random = new Texts(20261124, corpus, tokenizer);
    int different = 0;
    var first = new StringBuilder();
    try (var rust = rust(json)) {
      for (int i = 0; i < texts; i++) {
        String difference = difference(tokenizer, rust, random.next());
        if (difference != null && ++different <= 10) {
          first.append("\n  ").append(difference);
        }
      }
    }
    assertThat(different).as("%s: texts of %s that differ:%s", name, texts, first).isZero();
  }

  private static Path corpus() {
    Path shared = TestData.root().resolve("../shared/golden/corpus/mixed.txt.gz");
    return Files.exists(shared) ? shared : TestData.own("tales/eval.txt");
  }

  private static byte[] real(String name) {
    return TestData.bytes(TestData.shared("golden/tokenizers/" + name + "/tokenizer.json.gz"));
  }

  @ParameterizedTest
  @MethodSource("io.quoth.tokenizers.MemoryFolder#goldenNames")
  void randomTextsGiveTheOtherLibrarysAnswers(String name) {
    compare(name, real(name), 300);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("io.quoth.tokenizers.MemoryFolder#goldenNames")
  void aHundredThousandTextsGiveTheOtherLibrarysAnswers(String name) {
    compare(name, real(name), Integer.getInteger("quoth.texts", 100_000));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tales", "minilm"})
  void theEmbeddedModelsGiveTheOtherLibrarysAnswers(String name) {
    String json = name + "/src/main/resources/io/quoth/" + name + "/tokenizer.json";
    compare(name, TestData.bytes(TestData.root().resolve(json)), 300);
  }

  /** What this test found: a cluster goes on behind a code point that has no character. */
  @Test
  void clustersGoOnBehindUnassignedCodePoints() {
    Tokenizer t5 = RealTokenizersTest.tokenizer("t5-small");
    assertThat(t5.encode("\u0378\u200D\u0301x").ids()).containsExactly(3, 2, 3, 2, 226, 1);
    assertThat(t5.encode("\uFDD0\u200D\u0301x").ids()).containsExactly(3, 2, 3, 2, 226, 1);
    assertThat(t5.encode("\uFFF5\u200D\u0301x").ids()).containsExactly(3, 2, 3, 226, 1);
    String supplementary = Character.toString(0xD75A2) + "\u200D\u0301x";
    assertThat(t5.encode(supplementary).ids()).containsExactly(3, 2, 3, 2, 226, 1);
  }

  /** What the wheel of 0.23.2 says of marks that came with Unicode 17. */
  @Test
  void marksNewerThanThisJavasTablesAreMarks() {
    Tokenizer t5 = RealTokenizersTest.tokenizer("t5-small");
    for (int mark : new int[] {0x1ACF, 0x1AD1, 0x1AEB}) {
      Encoding encoding = t5.encode("\u01C5" + Character.toString(mark) + "v");
      assertThat(encoding.ids()).containsExactly(309, 2, 208, 1);
      assertThat(encoding.offset(1)).as("U+%X", mark).isEqualTo(new Span(1, 2));
    }
    for (int mark : new int[] {0x10EFA, 0x11B60, 0x11B67, 0x1E6E3, 0x1E6EF}) {
      Encoding encoding = t5.encode("\u01C5\u0301" + Character.toString(mark) + "v");
      assertThat(encoding.ids()).containsExactly(309, 2, 208, 1);
      assertThat(encoding.offset(1)).as("U+%X", mark).isEqualTo(new Span(0, 3));
    }
    assertThat(t5.encode("\u01C5\u1ADEv").offset(1)).isEqualTo(new Span(0, 2));
  }

  /** Found by it too: what the reference's Unicode does not decompose does not grow. */
  @Test
  void charactersNewerThanTheReferencesTablesKeepTheirPlace() {
    Encoding encoding = RealTokenizersTest.tokenizer("bert-base-uncased").encode("a\uD806\uDD38 b");
    assertThat(encoding.offset(1)).isEqualTo(new Span(0, 2));
    assertThat(encoding.offset(2)).isEqualTo(new Span(3, 4));
  }

  /** And this: U+1DF9 came with Unicode 10, so the reference does not sort it. */
  @Test
  void marksNewerThanTheReferencesTablesAreNotSorted() {
    String text = "q\u0301\u1DF9";
    assertThat(UnicodeForm.NFC.apply(Text.of(text)).toString()).isEqualTo(text);
    assertThat(UnicodeForm.NFD.apply(Text.of("q\u0301\u0316")).toString())
        .isEqualTo("q\u0316\u0301");
  }
}
