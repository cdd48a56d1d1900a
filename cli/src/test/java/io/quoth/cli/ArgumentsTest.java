package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
  private static final Usage USAGE =
      new Usage(
          "try",
          List.of("Try."),
          List.of(
              ModelOption.OPTION,
              Usage.Opt.of("--top-k", "K", "Few."),
              Usage.Opt.many("--stop", "TEXT", "Ends."),
              Usage.Opt.flag("--greedy", "Best.")),
          new Usage.Parameters("TEXT", "Text.", 1, 1),
          List.of("quoth try x"));

  private static Arguments parse(String... words) {
    return Arguments.parse(USAGE, List.of(words));
  }

  @Test
  void optionsStandAnywhereWithTheirValueBehindOrAfterAnEqualsSign() {
    var arguments = parse("--top-k=3", "text", "-m", "folder", "--greedy");
    assertThat(arguments.integer("--top-k")).hasValue(3);
    assertThat(arguments.text("--model")).hasValue("folder");
    assertThat(arguments.has("--greedy")).isTrue();
    assertThat(arguments.parameters()).containsExactly("text");
  }

  @Test
  void aDashIsAParameterAndTwoDashesEndTheOptions() {
    assertThat(parse("-").parameters()).containsExactly("-");
    assertThat(parse("--", "--greedy").parameters()).containsExactly("--greedy");
    assertThat(parse("--", "--greedy").has("--greedy")).isFalse();
  }

  @Test
  void aValueMayBeginWithADashOrBeEmpty() {
    assertThat(parse("x", "--stop", "--", "--stop", "-1", "--stop=").all("--stop"))
        .containsExactly("--", "-1", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x --topk 3     | unknown option --topk (did you mean --top-k?)",
        "x --top-k      | --top-k needs a value: K",
        "x --top-k 1 --top-k 2 | --top-k is given twice",
        "x --greedy=yes | --greedy takes no value",
        "x -q           | unknown option -q",
        "x y            | unexpected \"y\"",
        "--greedy       | missing TEXT"
      })
  void whatIsWrongIsSaid(String line, String message) {
    assertThatThrownBy(() -> parse(line.strip().split(" +")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"x", "1.5", "99999999999", "''"})
  void aWholeNumberIsOne(String value) {
    var arguments = parse("x", "--top-k", value);
    assertThatThrownBy(() -> arguments.integer("--top-k"))
        .hasMessage("--top-k: expected a whole number, found \"" + value + '"');
  }

  @ParameterizedTest
  @CsvSource({"x", "NaN", "Infinity", "''"})
  void aNumberIsFinite(String value) {
    var arguments = parse("x", "--top-k", value);
    assertThatThrownBy(() -> arguments.number("--top-k"))
        .hasMessage("--top-k: expected a number, found \"" + value + '"');
  }
}
