package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** classify, fill-mask, ner, answer and cluster; what they tell is tested where it is computed. */
class TaskCommandsTest {
  @TempDir Path folder;

  @Test
  void clusterPutsTogetherWhatMeansAlike() throws IOException {
    Path file = folder.resolve("lines.txt");
    Files.writeString(
        file, "A cat sat on a mat.\nShares fell today.\nA kitten sat on a rug.\nStocks fell.\n");
    var ran = Ran.quoth("cluster", "--clusters", "2", "--json", file.toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out().lines())
        .containsExactlyInAnyOrder(
            "[\"A cat sat on a mat.\",\"A kitten sat on a rug.\"]",
            "[\"Shares fell today.\",\"Stocks fell.\"]");
    assertThat(Ran.with("one\n\ntwo\n", Map.of(), "cluster", "-").out()).contains("2 texts");
    assertThat(Ran.quoth("cluster", folder.resolve("none").toString()).err())
        .contains("cannot be read");
  }

  @Test
  void aModelMustBeNamedWhereNoneComesWithQuoth() {
    for (String command : new String[] {"classify", "fill-mask", "ner"}) {
      var ran = Ran.quoth(command, "a text");
      assertThat(ran.code()).as(command).isEqualTo(2);
      assertThat(ran.err()).contains("missing --model");
    }
    assertThat(Ran.quoth("answer", "who?", "a text").code()).isEqualTo(2);
    assertThat(Ran.quoth("ner", "--aggregation", "most", "a text").err()).contains("average");
  }

  @Test
  void classifyWritesAllLabels() {
    String model = TestData.own("sentence/cross_three").toString();
    var ran = Ran.quoth("classify", "-m", model, "--json", "the old king");
    assertThat(ran.err()).isEmpty();
    assertThat(Json.parse(ran.out(), "output").get("labels").size()).isEqualTo(3);
    assertThat(Ran.quoth("classify", "-m", model, "the old king").out()).contains("LABEL_0");
    assertThat(Ran.quoth("classify", "-m", model, "--labels", "a,b", "the old king").err())
        .contains("entail");
  }
}
