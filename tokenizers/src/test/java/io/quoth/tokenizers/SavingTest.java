package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.UnsupportedModelException;
import io.quoth.tensors.Gguf;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every format, written as tokenizer.json and read again, gives what it gave before. */
class SavingTest {
  private static Tokenizer again(Tokenizer tokenizer) {
    return Tokenizer.fromJson(tokenizer.toJson().getBytes(StandardCharsets.UTF_8), "saved");
  }

  private static void same(Tokenizer tokenizer, List<String> texts) {
    Tokenizer read = again(tokenizer);
    for (String text : texts) {
      for (EncodeOptions.SpecialTokens treatment :
          List.of(EncodeOptions.SpecialTokens.ALLOWED, EncodeOptions.SpecialTokens.TEXT)) {
        var options = EncodeOptions.DEFAULT.with(treatment);
        Encoding one = tokenizer.encode(text, options);
        Encoding two = read.encode(text, options);
        assertThat(two.ids()).as(text).isEqualTo(one.ids());
        assertThat(two.offsets()).as(text).isEqualTo(one.offsets());
        assertThat(read.decode(two.ids())).isEqualTo(tokenizer.decode(one.ids()));
      }
    }
  }

  /** The texts of the cases of a published tokenizer. */
  private static List<String> texts(String path) {
    return RealTokenizersTest.lines(path).stream()
        .filter(json -> json.has("text"))
        .map(json -> json.getString("text"))
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-base-cased", "clip-vit-base", "llama-3", "llama-2", "t5-small", "falcon-7b"})
  void tokenizerJson(String name) {
    same(
        RealTokenizersTest.tokenizer(name), texts("golden/tokenizers/" + name + "/cases.jsonl.gz"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TiktokenEncoding.class,
      names = {"R50K_BASE", "CL100K_BASE", "O200K_BASE"})
  void tiktokenRanks(TiktokenEncoding encoding) {
    String path = "golden/tiktoken/" + encoding.name().toLowerCase(java.util.Locale.ROOT);
    byte[] ranks = TestData.bytes(TestData.shared(path + ".tiktoken.gz"));
    same(Tokenizer.fromTiktoken(ranks, encoding), texts(path + ".cases.jsonl.gz"));
  }

  @Test
  void vocabTxt() {
    Tokenizer bert = RealTokenizersTest.tokenizer("bert-base-uncased");
    var lines = new StringBuilder();
    for (int id = 0; id < bert.vocabSize(); id++) {
      lines.append(bert.token(id).orElseThrow()).append('\n');
    }
    same(
        Tokenizer.load(MemoryFolder.of("vocab.txt", lines.toString())),
        texts("golden/tokenizers/bert-base-uncased/cases.jsonl.gz"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bert-bge", "deepseek-coder", "falcon", "gpt-2", "mpt", "refact", "starcoder"})
  void vocabulariesInGguf(String name, @TempDir Path folder) throws IOException {
    same(gguf(name, folder), ggufTexts(name));
  }

  private static Tokenizer gguf(String name, Path folder) throws IOException {
    String path = "golden/gguf-vocab/ggml-vocab-" + name + ".gguf";
    Files.write(folder.resolve("v.gguf"), TestData.bytes(TestData.shared(path + ".gz")));
    try (Arena arena = Arena.ofConfined()) {
      Gguf gguf = Gguf.open(ModelFolder.of(folder), "v.gguf", arena);
      return Tokenizer.fromGguf(gguf.metadata(), name);
    }
  }

  private static List<String> ggufTexts(String name) {
    String path = "golden/gguf-vocab/ggml-vocab-" + name + ".gguf.inp";
    return List.of(TestData.text(TestData.shared(path)).split("\n__ggml_vocab_test__\n", -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-spm", "phi-3"})
  void sentencePieceInGguf(String name, @TempDir Path folder) throws IOException {
    sameIds(gguf(name, folder), ggufTexts(name), 0);
  }

  /** Texts that spell a control piece are left out: they become the special token. */
  private static void sameIds(Tokenizer tokenizer, List<String> texts, int tolerated) {
    Tokenizer read = again(tokenizer);
    int different = 0;
    int compared = 0;
    String first = "";
    for (String text : texts) {
      if (read.addedTokens().stream().anyMatch(token -> text.contains(token.content()))) {
        continue;
      }
      Encoding one = tokenizer.encode(text);
      Encoding two = read.encode(text);
      compared++;
      boolean same =
          java.util.Arrays.equals(one.ids(), two.ids())
              && (one.ids().length == 0 || decodesAlike(tokenizer, read, one.ids()));
      if (!same) {
        different++;
        first = Json.write(text) + one.tokens() + two.tokens();
      }
    }
    assertThat(compared).isGreaterThan(40);
    assertThat(different).as(first).isLessThanOrEqualTo(tolerated);
  }

  private static boolean decodesAlike(Tokenizer tokenizer, Tokenizer read, int[] ids) {
    int unknown = tokenizer.parts().model() instanceof SentencePiece model ? model.unknown() : -1;
    for (int id : ids) {
      if (id == unknown) {
        return true; // decodes to its name
      }
    }
    return read.decode(ids, true).equals(tokenizer.decode(ids, true));
  }

  /**
   * With a character map some texts of stacked combining marks are normalized otherwise, and the
   * unigram component takes the name of a byte piece in a text for the byte.
   */
  @ParameterizedTest
  @CsvSource({
    "bpe-bytes, 0",
    "bpe-default, 0",
    "bpe-gemma-like, 0",
    "bpe-llama-like, 0",
    "bpe-nfkc_cf, 17",
    "bpe-no-split-scripts, 0",
    "bpe-no-whitespace-split, 0",
    "char, 0",
    "llama2, 0",
    "unigram-bytes, 2",
    "unigram-default, 9",
    "unigram-identity, 0",
    "unigram-keep-spaces-no-prefix-identity-bytes, 2",
    "unigram-keep-spaces, 0",
    "unigram-nfkc, 13",
    "unigram-nmt_nfkc_cf, 18",
    "unigram-no-dummy-prefix, 0",
    "unigram-split-digits, 0",
    "unigram-unk-surface, 0",
    "unigram-vocab-2000, 0"
  })
  void sentencePieceModels(String name, int tolerated) {
    byte[] model = TestData.bytes(TestData.shared("golden/sentencepiece/" + name + ".model.gz"));
    Tokenizer tokenizer = Tokenizer.fromSentencePiece(model, false, false, name);
    sameIds(tokenizer, texts("golden/sentencepiece/" + name + ".cases.jsonl.gz"), tolerated);
  }

  @ParameterizedTest
  @CsvSource({
    "bpe-suffix, ends a word",
    "unigram-suffix, ends a word",
    "unigram-symbols, defined by the user",
    "word, whole words"
  })
  void whatTheFormatCannotSayIsRefusedByName(String name, String reason) {
    byte[] model = TestData.bytes(TestData.shared("golden/sentencepiece/" + name + ".model.gz"));
    Tokenizer tokenizer = Tokenizer.fromSentencePiece(model, false, false, name);
    assertThatThrownBy(tokenizer::toJson)
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining(reason);
  }
}
