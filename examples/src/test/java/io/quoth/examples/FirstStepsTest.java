package io.quoth.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.testkit.Gpt2Folder;
import io.quoth.testkit.HubRepository;
import io.quoth.testkit.HubServer;
import io.quoth.testkit.JavaProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first program that people see, against a server that has a repository {@code gpt2}. */
class FirstStepsTest {
  @TempDir private Path dir;

  @Test
  void aModelByItsName() throws IOException, InterruptedException {
    Path folder = Files.createDirectory(dir.resolve("gpt2"));
    Gpt2Folder.write(folder);
    try (var server = HubServer.start().add(new HubRepository("gpt2").addFolder(folder))) {
      String cold = run(server);
      assertThat(cold).startsWith("[15496, 11, 995, 0]\nHello, world!\n");
      assertThat(cold.lines().count()).isGreaterThanOrEqualTo(3);
      assertThat(server.requests())
          .anyMatch(request -> request.contains("vocab.json"))
          .anyMatch(request -> request.contains("model.safetensors"))
          .filteredOn(request -> request.contains("/tree/"))
          .hasSize(1);

      server.forget();
      assertThat(run(server)).startsWith("[15496, 11, 995, 0]\nHello, world!\n");
      assertThat(server.requests()).as("of a second run").isEmpty();
      assertThat(server.leaks()).isEmpty();
    }
  }

  /** Runs the program as a person would, in a process of its own. */
  private String run(HubServer server) throws IOException, InterruptedException {
    var process = JavaProcess.of(List.of(), FirstSteps.class);
    process.environment().put("HF_ENDPOINT", server.endpoint().toString());
    process.environment().put("HF_HOME", dir.resolve("home").toString());
    process.environment().put("HF_HUB_OFFLINE", "0");
    process.environment().put("no_proxy", "*");
    Path errors = dir.resolve("errors");
    Process running = process.redirectError(errors.toFile()).start();
    String out = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(running.waitFor()).as(Files.readString(errors)).isZero();
    return out;
  }
}
