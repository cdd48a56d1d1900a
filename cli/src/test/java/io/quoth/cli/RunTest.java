package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {
  private static final Path LLAMA = TestData.own("causal/llama");

  private static Ran run(String... words) {
    var line = new ArrayList<>(List.of("run"));
    line.addAll(Arrays.asList(words));
    return Ran.quoth(line.toArray(String[]::new));
  }

  @Test
  void idsInGiveTheReferencesIdsOutAndNothingElse() {
    var golden = GoldenTensors.read(LLAMA.resolve("expected.safetensors"));
    var ran =
        run(
            "-m",
            LLAMA.toString(),
            "--ids",
            "--greedy",
            "--ignore-eos",
            "--max-new-tokens",
            "24",
            Ids.text(golden.ints("input_ids")));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).isEqualTo(Ids.text(golden.ints("greedy_ids")) + System.lineSeparator());
    assertThat(ran.code()).isZero();
  }

  @Test
  void aDamagedTokenizerMattersToTextOnly(@TempDir Path folder) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(LLAMA.resolve(file), folder.resolve(file));
    }
    Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 7");
    String[] ids = {"--ids", "--greedy", "--ignore-eos", "--max-new-tokens", "4", "1,2,3"};
    var line = new ArrayList<>(List.of("-m", folder.toString()));
    line.addAll(List.of(ids));
    var ran = run(line.toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isZero();
    line.set(1, LLAMA.toString());
    assertThat(ran).isEqualTo(run(line.toArray(String[]::new)));
    Path out = folder.resolve("out.safetensors");
    var forward =
        Ran.quoth(
            "forward", "-m", folder.toString(), "--input-ids", "1,2", "--out", out.toString());
    assertThat(forward.code()).as(forward.err()).isZero();
    var text = run("-m", folder.toString(), "a prompt");
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.err()).contains("tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"The end \uFFFD", "The end \uD83E", "\uDD80 begins", "\uFFFD"})
  void halfACharacterInThePromptDoesNotReachTheText(String prompt) {
    var ran = run("--greedy", "--max-new-tokens", "6", prompt);
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out().strip()).isNotEmpty().doesNotContain("\uFFFD");
  }

  @Test
  void theEmbeddedModelWritesTheSameTextForTheSameSeed() {
    String[] line = {"--seed", "7", "--max-new-tokens", "12", "Once upon a time"};
    var ran = run(line);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out().strip()).matches("[\\x20-\\x7E\\n]+");
    assertThat(run(line)).isEqualTo(ran);
    line[1] = "8";
    assertThat(run(line).out()).isNotEqualTo(ran.out());
  }

  @Test
  void aTerminalShowsThePromptFirst() {
    var terminal = Map.of("QUOTH_TERMINAL", "out", "NO_COLOR", "1");
    var ran = Ran.with("", terminal, "run", "--greedy", "--max-new-tokens", "3", "Once upon");
    assertThat(ran.out()).startsWith("Once upon a time");
    assertThat(run("--greedy", "--max-new-tokens", "3", "Once upon").out()).startsWith(" a time");
  }

  @Test
  void thePromptMayComeFromStandardInput() {
    String[] line = {"run", "--greedy", "--max-new-tokens", "4", "-"};
    var ran = Ran.with("Once upon a time\n", Map.of(), line);
    assertThat(ran.out())
        .isEqualTo(run("--greedy", "--max-new-tokens", "4", "Once upon a time").out());
  }

  @Test
  void aStopStringEndsTheTextBeforeIt() {
    var ran = run("--greedy", "--stop", "time", "--stats", "Once upon");
    assertThat(ran.out()).isEqualTo(" a " + System.lineSeparator());
    assertThat(ran.err()).contains("stop string");
  }

  @Test
  void statsGoToStandardError() {
    var ran = run("--seed", "5", "--max-new-tokens", "3", "--stats", "Once upon a time");
    assertThat(ran.err())
        .contains("prompt", "5 tokens", "tokens/s", "first token", "ms", "memory", "kernels")
        .containsPattern("weights +bf16 27")
        .containsPattern("seed +5");
    assertThat(ran.out()).doesNotContain("tokens/s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--temperature=0", "--temperature=1", "--top-k=5", "--top-p=.5", "--min-p=.1"})
  void greedyRefusesWhatOnlySamplingKnows(String option) {
    var ran = run("--greedy", option, "x");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(option.substring(0, option.indexOf('=')), "--greedy");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--max-new-tokens=0",
        "--max-new-tokens=-3",
        "--temperature=-1",
        "--top-p=0",
        "--top-p=1.5",
        "--top-k=-1",
        "--min-p=2",
        "--repetition-penalty=0",
        "--seed=x",
        "--ids=1"
      })
  void valuesOutOfRangeAreWrongUsage(String option) {
    var ran = run(option, "x");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).startsWith("quoth run: ").contains("quoth run --help");
  }

  @Test
  void whatTheModelCannotTakeFails() {
    assertThat(run("--ids", "4096").code()).isEqualTo(1);
    assertThat(run("--ids", "4096").err()).contains("4096");
    String ids = "1,".repeat(512) + "1";
    var tooLong = run("--ids", ids);
    assertThat(tooLong.code()).isEqualTo(1);
    assertThat(tooLong.err()).contains("513", "512");
    assertThat(run("-m", LLAMA.toString(), "text").err()).contains("tokenizer.json");
  }

  @Test
  void theFullContextEndsTheRun() {
    String ids = "1,".repeat(509) + "1";
    var ran = run("--ids", "--greedy", "--ignore-eos", "--stats", ids);
    assertThat(ran.code()).isZero();
    assertThat(ran.err()).contains("ended: length");
  }

  @Test
  void anInterruptedRunKeepsItsTextAndSaysSo() {
    Thread.currentThread().interrupt();
    var ran = run("--greedy", "Once upon a time");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(ran.code()).isEqualTo(130);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void nextShowsTheDistributionBeforeAndBehindTheSettings() {
    var ran = Ran.quoth("next", "Once upon a");
    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .contains("Once upon a…", "·time", "the model says", "drawn from", "100.0 %", "never")
        .containsPattern("temperature +0.8")
        .containsPattern("top_p +0.9");
    var greedy = Ran.quoth("next", "--greedy", "--top", "3", "Once upon a");
    assertThat(greedy.out()).doesNotContain("temperature");
  }

  @Test
  void nextAsJsonHoldsProbabilitiesThatFallAndAddUp() {
    var ran = Ran.quoth("next", "--json", "--top", "300", "--top-k", "5", "--top-p", "1", "The");
    var stages = Json.parse(ran.out(), "output").get("stages").items();
    assertThat(stages.getFirst().getString("name")).isEqualTo("logits");
    assertThat(stages.getFirst().getInt("candidates")).isEqualTo(4096);
    var last = stages.getLast();
    assertThat(last.getInt("candidates")).isEqualTo(5);
    var probabilities =
        last.get("top").items().stream().map(choice -> choice.getDouble("probability")).toList();
    assertThat(probabilities).hasSize(5).isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(probabilities.stream().mapToDouble(p -> p).sum())
        .isCloseTo(1, org.assertj.core.data.Offset.offset(1e-9));
  }
}
