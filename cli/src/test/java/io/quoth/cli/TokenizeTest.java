package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeTest {
  @Test
  void jsonReadsOneStringALineAndWritesOneObjectALine() {
    var ran = Ran.with("\"one\"\n\"a\\ud83e\\udd80b\"\n\"\"", Map.of(), "tokenize", "--json");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out().lines())
        .containsExactly(
            "{\"ids\":[0,443],\"tokens\":[\"<|endoftext|>\",\"one\"],\"offsets\":[[0,0],[0,3]]}",
            "{\"ids\":[0,65,173,254,100,223,66],\"tokens\":[\"<|endoftext|>\",\"a\",\"ð\",\"Ł\","
                + "\"¦\",\"Ģ\",\"b\"],\"offsets\":[[0,0],[0,1],[1,2],[1,2],[1,2],[1,2],[2,3]]}",
            "{\"ids\":[0],\"tokens\":[\"<|endoftext|>\"],\"offsets\":[[0,0]]}");
    assertThat(Ran.with("\"one\"\n", Map.of(), "tokenize", "--json", "-").out())
        .isEqualTo(Ran.quoth("tokenize", "--json", "one").out());
  }

  @Test
  void jsonSaysWhichLineIsNone() {
    var ran = Ran.with("\"one\"\n{}\n", Map.of(), "tokenize", "--json");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines()).hasSize(1);
    assertThat(ran.err()).contains("standard input, line 2", "expected a string");
  }

  @Test
  void standardInputIsTakenWholeLessOneFinalNewline() {
    String fromInput = Ran.with("one\n\n", Map.of(), "tokenize", "-").out();
    assertThat(fromInput).isEqualTo(Ran.quoth("tokenize", "one\n").out());
    assertThat(Ran.with("one\r\n", Map.of(), "tokenize", "-").out())
        .isEqualTo(Ran.quoth("tokenize", "one").out());
  }

  @Test
  void specialTokensCanBeLeftOutBothWays() {
    String plain = Ran.quoth("tokenize", "--json", "--no-special-tokens", "one").out();
    assertThat(Json.parse(plain, "output").get("ids").toString()).isEqualTo("[443]");
    assertThat(Ran.quoth("tokenize", "--decode", "0,443").out())
        .isEqualTo("<|endoftext|>one" + System.lineSeparator());
    assertThat(Ran.quoth("tokenize", "--decode", "0,443", "--skip-special-tokens").out())
        .isEqualTo("one" + System.lineSeparator());
  }

  @Test
  void peopleSeePiecesWithIdsAndRanges() {
    var ran = Ran.quoth("tokenize", "I'm 🦀");
    assertThat(ran.out())
        .startsWith("<|endoftext|>|I|'m| |🦀")
        .containsPattern("1119 +1\\.\\.3 +'m")
        .containsPattern("173 +4\\.\\.5 +🦀 \\(f0\\)")
        .contains("8 tokens, 5 characters");
    var coloured = Ran.with("", Map.of("FORCE_COLOR", "1"), "tokenize", "I'm");
    assertThat(coloured.out()).contains("\033[38;5;16;48;5;222mI\033[0m");
  }

  @Test
  void contradictionsAreWrongUsage() {
    assertThat(Ran.quoth("tokenize").err()).contains("missing TEXT");
    assertThat(Ran.quoth("tokenize", "--decode", "1", "text").code()).isEqualTo(2);
    assertThat(Ran.quoth("tokenize", "text", "--skip-special-tokens").code()).isEqualTo(2);
    assertThat(Ran.quoth("tokenize", "two", "words").err()).contains("goes in quotes");
  }

  @Test
  void anIdOutsideTheVocabularyFails() {
    var ran = Ran.quoth("tokenize", "--decode", "4096");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("4096");
  }

  @Test
  void asTransformersIsTheSameWhereTheFilesNameNoClassOfItsOwn() {
    String plain = Ran.quoth("tokenize", "--json", "I'm 🦀").out();
    assertThat(Ran.quoth("tokenize", "--json", "--as-transformers", "I'm 🦀").out())
        .isEqualTo(plain);
  }

  @Test
  void comparesTokenizersSideBySide(@TempDir Path folder) throws IOException {
    Path other = Files.createDirectory(folder.resolve("words"));
    Files.writeString(
        other.resolve("tokenizer.json"),
        """
        {"pre_tokenizer": {"type": "Whitespace"},
         "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "one": 1, "two": 2}, "unk_token": "[UNK]"}}
        """);
    String models = "tales," + other;
    var ran = Ran.quoth("tokenize", "--compare", models, "--price", "2.5", "one two");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out().lines().toList())
        .containsExactly(
            "model"
                + " ".repeat(other.toString().length() - 5)
                + "  kind       vocabulary  tokens  characters a token        cost",
            "tales"
                + " ".repeat(other.toString().length() - 5)
                + "  BPE             4,096       3                2.33  0.00000750",
            other + "  WordLevel           3       2                3.50  0.00000500",
            "",
            "tales",
            "<|endoftext|>|one| two",
            "",
            other.toString(),
            "one |two");
    var json = Ran.quoth("tokenize", "--compare", models, "--json", "--price", "1,2", "one two");
    assertThat(json.out().lines().toList().get(1))
        .isEqualTo(
            "{\"model\":\""
                + other
                + "\",\"vocabulary\":3,\"count\":2,\"characters\":7,"
                + "\"cost\":4.0E-6,\"ids\":[1,2],\"tokens\":[\"one\",\"two\"]}");
  }

  @Test
  void showsHowAWordIsBuiltAndHowItsOtherSpellingsAreCut() {
    var ran = Ran.quoth("tokenize", "--merges", "unhappy");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .startsWith("unhappy  ")
        .contains("u n h a p p y", "merge ", " + ")
        .contains("the same word", "\" unhappy\"", "\"Unhappy\"", "\"UNHAPPY\"")
        .contains("are different strings");
    assertThat(Ran.quoth("tokenize", "--merges", "two words").out())
        .contains("Ġwords")
        .doesNotContain("the same word");
    assertThat(Ran.with("", Map.of("FORCE_COLOR", "1"), "tokenize", "--merges", "cat").out())
        .contains("\033[");
  }

  @Test
  void countsAFileByScript(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("text.txt");
    Files.writeString(file, "The cat sat on the mat.\nКот 42 猫\n".repeat(10));
    var ran = Ran.quoth("tokenize", "--stats", file.toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .containsPattern("characters +330, [0-9.]+ a token")
        .containsPattern("words +90, fertility [0-9.]+ tokens a word")
        .containsPattern("Latin +60 +60 +1\\.00")
        .containsPattern("Cyrillic +10 +[0-9]+")
        .containsPattern("Han +10 +[0-9]+")
        .containsPattern("Numbers +10 +[0-9]+")
        .contains("longest", "rarest", "commonest", " of 4,096 tokens are used");
    var piped = Ran.with(Files.readString(file), Map.of(), "tokenize", "--stats", "-");
    assertThat(piped.out()).isEqualTo(ran.out());
    assertThat(Ran.quoth("tokenize", "--stats", "none").err()).contains("none: no such file");
  }

  @Test
  void kindsOfAnswersExcludeEachOther() {
    assertThat(Ran.quoth("tokenize", "--merges", "--stats", "x").err())
        .contains("--merges and --stats exclude each other");
    assertThat(Ran.quoth("tokenize", "--price", "1", "x").err()).contains("belongs to --compare");
    assertThat(Ran.quoth("tokenize", "--compare", "tales").err()).contains("missing TEXT");
    assertThat(Ran.quoth("tokenize", "--compare", "tales,,", "x").err()).contains("is empty");
    assertThat(Ran.quoth("tokenize", "--compare", "tales", "--price", "-1", "x").err())
        .contains("a price >= 0");
    assertThat(Ran.quoth("tokenize", "--compare", "tales", "--price", "1,2", "x").err())
        .contains("one for each of the 1 models");
    assertThat(Ran.quoth("tokenize", "--merges", "--json", "x").code()).isEqualTo(2);
  }
}
