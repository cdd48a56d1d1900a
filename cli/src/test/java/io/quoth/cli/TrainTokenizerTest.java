package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ModelFolder;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainTokenizerTest {
  private static final String TEXT =
      "the cat sat on the mat\nthe dog sat on the log\r\n".repeat(20);

  @TempDir private Path folder;

  private String corpus() throws IOException {
    return Files.writeString(folder.resolve("corpus.txt"), TEXT).toString();
  }

  @ParameterizedTest
  @CsvSource({"bpe, <|endoftext|>", "wordpiece, [PAD]", "wordlevel, [UNK]", "unigram, <pad>"})
  void whatIsWrittenLoadsAgain(String kind, String first) throws IOException {
    Path out = folder.resolve("new/" + kind);
    var ran =
        Ran.quoth(
            "train-tokenizer",
            corpus(),
            "--model",
            kind,
            "--vocab-size",
            "290",
            "--out",
            out.toString());
    assertThat(ran.err()).doesNotContain("fault", "\033[");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("tokenizer.json: ", " tokens from ", " in 40 lines");
    Tokenizer tokenizer = Tokenizer.load(ModelFolder.of(out));
    assertThat(tokenizer.id(first)).hasValue(0);
    assertThat(tokenizer.isSpecial(0)).isTrue();
    int[] ids = tokenizer.encode("the cat sat on the log").ids();
    assertThat(tokenizer.decode(ids, true)).isEqualTo("the cat sat on the log");
    var shown = Ran.quoth("tokenize", "-m", out.toString(), "the cat");
    assertThat(shown.code()).isZero();
  }

  @Test
  void namesTheSpecialTokensByPurpose() throws IOException {
    Path out = folder.resolve("bert");
    Ran.quoth("train-tokenizer", corpus(), "--model", "wordpiece", "--out", out.toString());
    Tokenizer tokenizer = Tokenizer.load(ModelFolder.of(out));
    assertThat(tokenizer.config().specialTokens().mask()).hasValue("[MASK]");
    assertThat(tokenizer.encode("the").tokens()).startsWith("[CLS]").endsWith("[SEP]");
  }

  @Test
  void readsStandardInputAndSaysWhenTextsHaveNoMore() {
    Path out = folder.resolve("piped");
    var ran =
        Ran.with(
            TEXT,
            Map.of(),
            "train-tokenizer",
            "-",
            "--vocab-size",
            "5000",
            "--special-token",
            "<a>",
            "--special-token",
            "<b>",
            "--out",
            out.toString());
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("5,000 tokens were asked for");
    Tokenizer tokenizer = Tokenizer.load(ModelFolder.of(out));
    assertThat(tokenizer.id("<b>")).hasValue(1);
  }

  @Test
  void writesOverNothingUnlessForced() throws IOException {
    String out = folder.resolve("twice").toString();
    String[] line = {"train-tokenizer", corpus(), "--vocab-size", "280", "--out", out};
    assertThat(Ran.quoth(line).code()).isZero();
    var again = Ran.quoth(line);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("is there already", "--force");
    assertThat(
            Ran.quoth("train-tokenizer", corpus(), "--vocab-size", "280", "--out", out, "--force")
                .code())
        .isZero();
  }

  @Test
  void progressIsDrawnOnATerminalOnly() throws IOException {
    Path out = folder.resolve("shown");
    var ran =
        Ran.with(
            "",
            Map.of("QUOTH_TERMINAL", "err"),
            "train-tokenizer",
            corpus(),
            "--out",
            out.toString());
    assertThat(ran.err()).contains("\r\033[K").contains(": ");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertThat(Ran.quoth("train-tokenizer").err()).contains("missing FILE...");
    assertThat(Ran.quoth("train-tokenizer", corpus()).err()).contains("missing --out DIR");
    String out = folder.resolve("no").toString();
    var kind = Ran.quoth("train-tokenizer", corpus(), "--out", out, "--model", "magic");
    assertThat(kind.code()).isEqualTo(2);
    assertThat(kind.err()).contains("bpe, wordpiece, wordlevel or unigram", "\"magic\"");
    var none = Ran.quoth("train-tokenizer", "none.txt", "--out", out);
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).contains("none.txt: no such file");
    var small =
        Ran.quoth(
            "train-tokenizer", corpus(), "--out", out, "--model", "unigram", "--vocab-size", "3");
    assertThat(small.code()).isEqualTo(1);
    assertThat(small.err()).contains("different characters", "3");
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'a', '\n', (byte) 0xE9});
    var bad = Ran.quoth("train-tokenizer", latin.toString(), "--out", out);
    assertThat(bad.err()).contains("latin.txt, line 2: is not UTF-8");
    var unknown =
        Ran.quoth(
            "train-tokenizer",
            corpus(),
            "--out",
            out,
            "--model",
            "wordlevel",
            "--special-token",
            "<x>");
    assertThat(unknown.err()).contains("needs [UNK] among them");
    assertThat(Files.exists(Path.of(out))).isFalse();
  }
}
