package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
