package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.HubRepository;
import io.quoth.testkit.HubServer;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands around the Hub, against a server on this machine. */
class HubCommandsTest {
  @TempDir private Path home;
  private final HubServer server =
      HubServer.start()
          .add(new HubRepository("org/tiny").addFolder(TestData.own("causal/gpt2")))
          .add(new HubRepository("org/gated").add("config.json", "{}").gatedFor("hf_x"));

  @AfterEach
  void close() {
    server.close();
  }

  private Ran quoth(String... args) {
    return Ran.with(
        "",
        Map.of(
            "HF_HOME",
            home.toString(),
            "HF_ENDPOINT",
            server.endpoint().toString(),
            "no_proxy",
            "*"),
        args);
  }

  @Test
  void theHubThatTheLauncherTrainsOnServesItsFile() throws IOException {
    try (var small = new OneFileHub()) {
      var environment =
          Map.of("HF_HOME", home.toString(), "HF_ENDPOINT", small.endpoint(), "no_proxy", "*");
      var pull = Ran.with("", environment, "pull", OneFileHub.MODEL);
      assertThat(pull.code()).as(pull.err()).isZero();
      assertThat(Path.of(pull.out().strip()).resolve("config.json"))
          .content()
          .isEqualTo(OneFileHub.CONTENT);
    }
  }

  @Test
  void aModelIsPlannedPulledListedAndRemoved() {
    var plan = quoth("pull", "--plan", "org/tiny");
    assertThat(plan.out()).contains("model.safetensors", "to fetch");
    var json = Json.parse(quoth("pull", "--plan", "--json", "org/tiny").out(), "plan");
    assertThat(json.get("missing_bytes").asLong()).isEqualTo(json.get("bytes").asLong());
    assertThat(quoth("list").out()).startsWith("No models in ");

    var pull = quoth("pull", "org/tiny");
    assertThat(pull.err())
        .isEqualTo("org/tiny: asking " + server.endpoint() + " for a model of that name\n");
    assertThat(Path.of(pull.out().strip())).isDirectoryContaining("glob:**model.safetensors");

    assertThat(quoth("list").out()).contains("org/tiny", "main", "last used");
    var listed = Json.parse(quoth("list", "--json").out(), "list");
    assertThat(listed.get("bytes").asLong()).isEqualTo(json.get("bytes").asLong());
    assertThat(quoth("remove", "org/tiny").out()).startsWith("Removed org/tiny: ");
    assertThat(quoth("list").out()).startsWith("No models in ");
    assertThat(quoth("remove", "org/tiny").code()).isEqualTo(1);
  }

  @Test
  void infoOfAModelThatIsNotHereDownloadsNothing() {
    var ran = quoth("info", "org/tiny");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out())
        .contains("gpt2: ", "On the Hub", "open to all", "F32", "parameters", "fits here");
    assertThat(home.resolve("hub/models--org--tiny/blobs")).doesNotExist();
    var json = Json.parse(quoth("info", "--json", "org/tiny").out(), "info");
    assertThat(json.get("types").get("F32").get("parameters").asLong())
        .isEqualTo(json.get("parameters").asLong());
  }

  @Test
  void aBundleGoesFromOneCacheToAnother(@TempDir Path other) {
    Path bundle = other.resolve("tiny.tar");
    assertThat(quoth("export", "org/tiny", bundle.toString()).code()).isZero();
    assertThat(quoth("export", "org/tiny", bundle.toString()).code()).isEqualTo(2);
    var ran =
        Ran.with(
            "",
            Map.of("HF_HOME", other.toString(), "HF_HUB_OFFLINE", "1"),
            "import",
            bundle.toString());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).startsWith("Imported org/tiny: ");
  }

  @Test
  void errorsAreOneLineWithAWayOut() {
    assertThat(quoth("pull", "org/none").err())
        .contains("quoth pull: org/none: there is no such folder here", "private");
    assertThat(quoth("pull", "org/gated").err())
        .contains("is gated", server.endpoint() + "/org/gated");
    assertThat(quoth("pull", "a/b/c").code()).isEqualTo(1);
    assertThat(quoth("pull").code()).isEqualTo(2);
    assertThat(quoth("run", "--help").out() + quoth("info", "--help").out())
        .contains("@revision for a branch");
  }
}
