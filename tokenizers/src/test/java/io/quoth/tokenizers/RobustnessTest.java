package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.QuothException;
import io.quoth.base.UnsupportedModelException;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile files, awkward texts, long texts, many threads. */
class RobustnessTest {
  /** Small tokenizers of every model, out of the components. */
  private static List<Json> small(String file) {
    return Json.parse(TestData.bytes(TestData.own("components/" + file + ".json.gz")), file)
        .items();
  }

  @Test
  void damagedFilesAreRefusedOrLoadButNeverCrash() {
    var corrupter = new Corrupter(20261124);
    int refused = 0;
    int loaded = 0;
    for (Json entry : small("tok-models")) {
      byte[] file = entry.get("tokenizer").toString().getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 40; i++) {
        try {
          Tokenizer tokenizer = Tokenizer.fromJson(corrupter.corrupt(file), "damaged");
          tokenizer.decode(tokenizer.encode("Hello wörld 🦀 <s> 你好").ids());
          loaded++;
        } catch (QuothException e) {
          assertThat(e.getMessage()).isNotEmpty();
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
    assertThat(loaded).isGreaterThan(50);
  }

  @Test
  void damagedSentencePieceModelsAreRefusedOrLoadButNeverCrash() {
    byte[] file = TestData.bytes(TestData.shared("golden/sentencepiece/unigram-symbols.model.gz"));
    var corrupter = new Corrupter(7);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      try {
        Tokenizer tokenizer =
            Tokenizer.fromSentencePiece(corrupter.corrupt(file), true, true, "damaged");
        tokenizer.decode(tokenizer.encode("Hello wörld 🦀 <s> 你好").ids());
      } catch (QuothException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(200);
  }

  @Test
  void unknownComponentsAreNamedWithTheKnownOnes() {
    String json =
        """
        {"pre_tokenizer": {"type": "Magic"}, "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
        """;
    assertThatThrownBy(() -> Tokenizer.fromJson(json.getBytes(StandardCharsets.UTF_8), "t.json"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("t.json: pre_tokenizer")
        .hasMessageContaining("\"Magic\"")
        .hasMessageContaining("BertPreTokenizer");
    assertThatThrownBy(() -> Tokenizer.fromGguf(Map.of("tokenizer.ggml.model", "none"), "x.gguf"))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("x.gguf");
  }

  @Test
  void aFolderWithoutTokenizerSaysWhatIsMissing(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThatThrownBy(() -> Tokenizer.load(ModelFolder.of(folder)))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("config.json");
  }

  @Test
  void specialTokensInTextAreAllowedForbiddenOrText() {
    Tokenizer gpt2 = RealTokenizersTest.tokenizer("gpt2");
    String text = "a<|endoftext|>b";
    assertThat(gpt2.encode(text).ids()).contains(50256);
    var plain = EncodeOptions.DEFAULT.with(EncodeOptions.SpecialTokens.TEXT);
    assertThat(gpt2.encode(text, plain).ids()).doesNotContain(50256);
    assertThat(gpt2.decode(gpt2.encode(text, plain).ids())).isEqualTo(text);
    assertThatThrownBy(() ->
            gpt2.encode(text, EncodeOptions.DEFAULT.with(EncodeOptions.SpecialTokens.FORBIDDEN)))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("<|endoftext|>");
  }

  @Test
  void halvesOfPairsCountAsReplacementCharacters() {
    Tokenizer gpt2 = RealTokenizersTest.tokenizer("gpt2");
    String text = "a\uD83Eb\uDD80\u0000";
    assertThat(gpt2.decode(gpt2.encode(text).ids())).isEqualTo("a\uFFFDb\uFFFD\u0000");
    Encoding encoding = gpt2.encode("x🦀y");
    assertThat(encoding.charOffset(encoding.length() - 1)).isEqualTo(new Span(3, 4));
    assertThat(encoding.offset(encoding.length() - 1)).isEqualTo(new Span(2, 3));
  }

  @Test
  void aResultSaysWhetherAndWhereItWasCut() {
    Tokenizer gpt2 = RealTokenizersTest.tokenizer("gpt2");
    Tokenizer short3 = gpt2.withTruncation(Optional.of(Truncation.to(3)));
    Encoding encoding = short3.encode("one two three four five");
    assertThat(encoding.isCut()).isTrue();
    assertThat(encoding.endOf(0)).isEqualTo("one two three".length());
    assertThat(short3.encode("one two").isCut()).isFalse();
  }

  @Test
  void longTextsOfOneKindAreEncodedInLinearTime() {
    var random = new Random(1);
    var latin = new StringBuilder();
    var han = new StringBuilder();
    for (int i = 0; i < 300_000; i++) {
      latin.append((char) random.nextInt(256));
      han.append((char) (0x4E00 + random.nextInt(0x5000)));
    }
    var texts =
        List.of(
            "a".repeat(300_000),
            " ".repeat(300_000),
            "0123456789".repeat(30_000),
            "\n".repeat(300_000),
            "🦀".repeat(100_000),
            han.toString(),
            latin.toString());
    for (String name : List.of("gpt2", "llama-3", "bert-base-uncased", "t5-small", "llama-2")) {
      Tokenizer tokenizer = RealTokenizersTest.tokenizer(name);
      for (String text : texts) {
        boolean blank =
            text.isBlank() && !tokenizer.decode(tokenizer.encode(" ").ids()).equals(" ");
        assertThat(blank || tokenizer.encode(text).endOf(0) > text.length() / 2).isTrue();
      }
    }
  }

  @Test
  void longPiecesGiveTheSameInPartsAndInOne() {
    Tokenizer inParts = RealTokenizersTest.tokenizer("llama-2");
    Tokenizer.Parts parts = inParts.parts();
    Tokenizer whole =
        new Tokenizer(
            new Tokenizer.Parts(
                parts.normalizer(),
                parts.preTokenizer(),
                ((Bpe) parts.model()).inOnePiece(),
                parts.added(),
                parts.postProcessor(),
                parts.decoder(),
                null,
                null));
    String corpus = TestData.text(TestData.shared("golden/corpus/mixed.txt.gz"));
    for (int i = 0; i < 600_000; i += 3_000) {
      String text = corpus.substring(i, i + 3_000);
      Encoding a = inParts.encode(text);
      Encoding b = whole.encode(text);
      assertThat(a.ids()).isEqualTo(b.ids());
      assertThat(a.offsets()).isEqualTo(b.offsets());
    }
  }

  @Test
  void sixteenThreadsGetTheAnswersOfOne() throws Exception {
    Tokenizer tokenizer = RealTokenizersTest.tokenizer("llama-3");
    String corpus = TestData.text(TestData.shared("golden/corpus/mixed.txt.gz"));
    var texts = new ArrayList<String>();
    for (int i = 0; i < 400_000; i += 2_000) {
      texts.add(corpus.substring(i, i + 2_000));
    }
    var expected = texts.stream().map(text -> tokenizer.encode(text).ids()).toList();
    Tokenizer shared = RealTokenizersTest.tokenizer("llama-3");
    try (var pool = Executors.newFixedThreadPool(16)) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int thread = 0; thread < 16; thread++) {
        int shift = thread * 13;
        tasks.add(() -> {
          for (int i = 0; i < texts.size(); i++) {
            int k = (i + shift) % texts.size();
            assertThat(shared.encode(texts.get(k)).ids()).isEqualTo(expected.get(k));
          }
          return true;
        });
      }
      for (var result : pool.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  @Test
  void explainsAWordMergeByMerge() {
    Tokenizer gpt2 = RealTokenizersTest.tokenizer("gpt2");
    List<Explanation> words = gpt2.explain("hello world");
    assertThat(words).hasSize(2);
    assertThat(words.get(0).start()).containsExactly("h", "e", "l", "l", "o");
    assertThat(words.get(1).piece()).isEqualTo("Ġworld");
    assertThat(words.get(1).tokens()).containsExactly("Ġworld");
    assertThat(words.get(1).merges().getLast().symbols()).containsExactly("Ġworld");
    assertThat(words.get(1).chars()).isEqualTo(new Span(5, 11));
  }
}
