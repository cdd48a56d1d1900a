package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuothTest {
  @Test
  void helpListsTheCommandsOnStandardOutput() {
    var ran = Ran.quoth("--help");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("Commands:", "doctor", "Examples:").doesNotContain("warm-up");
    assertThat(ran.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"run", "next", "tokenize", "train-tokenizer", "info", "forward", "doctor"})
  void everyCommandHasHelpWithExamples(String command) {
    var ran = Ran.quoth(command, "--help");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Usage: quoth " + command, "Examples:", "  quoth " + command, "130  interrupted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "next",
        "tokenize",
        "info",
        "forward",
        "embed",
        "similar",
        "rank",
        "search",
        "cluster",
        "classify",
        "fill-mask",
        "ner",
        "answer"
      })
  void whereAModelIsAskedForItsNewestCommitCanBe(String command) {
    assertThat(Ran.quoth(command, "--help").out()).contains("--model MODEL", "--refresh ");
  }

  @Test
  void noCommandIsWrongUsage() {
    var ran = Ran.quoth();
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).contains("Usage: quoth COMMAND", "doctor");
  }

  @Test
  void anUnknownCommandIsWrongUsageWithTheNearestNamed() {
    var ran = Ran.quoth("doctr");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("unknown command \"doctr\" (did you mean doctor?)");
  }

  @Test
  void anUnknownOptionIsWrongUsageWithTheNearestNamed() {
    var ran = Ran.quoth("doctor", "--debgu");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--debgu (did you mean --debug?)", "quoth doctor --help");
  }

  @Test
  void coloursAppearOnATerminalOnly() {
    assertThat(Ran.quoth("--help").out()).doesNotContain("\033[");
    assertThat(Ran.with("", Map.of("QUOTH_TERMINAL", "out"), "--help").out()).contains("\033[");
    var refused = Map.of("QUOTH_TERMINAL", "out err", "NO_COLOR", "1");
    assertThat(Ran.with("", refused, "--help").out()).doesNotContain("\033[");
    var forced = Map.of("FORCE_COLOR", "1");
    assertThat(Ran.with("", forced, "--help").out()).contains("\033[");
  }

  @Test
  void doctorTellsJavaAndMemory() {
    var ran = Ran.quoth("doctor", "--quick");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Java", Runtime.version().toString(), "Memory", "Processor", "scalar", "vector");
  }
}
