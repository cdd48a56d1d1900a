package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.HubRepository;
import io.quoth.testkit.HubServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives, where it is laid, and how few requests it takes. */
class PullTest {
  @TempDir private Path cache;
  private final HubServer server = HubServer.start();
  private final HubRepository repository = Repositories.small("org/tiny");

  @AfterEach
  void close() {
    assertThat(server.leaks()).isEmpty();
    server.close();
  }

  private Hub hub() {
    return Hubs.at(server.endpoint(), cache);
  }

  @Test
  void laysFilesOutAsThePythonLibraryDoes() throws IOException {
    server.add(repository);
    Path folder = hub().pull(new ModelName("org/tiny"), ProgressListener.NONE);

    Path repo = cache.resolve("models--org--tiny");
    String commit = repository.commit();
    assertThat(folder).isEqualTo(repo.resolve("snapshots").resolve(commit));
    assertThat(repo.resolve("refs/main")).content().isEqualTo(commit);
    for (String path : new String[] {"config.json", "model.safetensors", "1_Pooling/config.json"}) {
      var file = repository.file(path);
      String etag = file.isLarge() ? file.sha256() : file.sha1();
      assertThat(folder.resolve(path)).isSymbolicLink().hasBinaryContent(file.bytes());
      assertThat(Files.readSymbolicLink(folder.resolve(path)))
          .isEqualTo(Path.of("../".repeat(path.contains("/") ? 3 : 2) + "blobs/" + etag));
      assertThat(repo.resolve("blobs").resolve(etag)).hasBinaryContent(file.bytes());
    }
    assertThat(cache.resolve("CACHEDIR.TAG")).exists();
    assertThat(folder.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(folder.resolve("README.md")).doesNotExist();
  }

  @Test
  void aWarmLoadMakesNoRequest() {
    server.add(repository);
    hub().pull(new ModelName("org/tiny"), ProgressListener.NONE);
    server.forget();

    var folder = hub().folder(new ModelName("org/tiny"), ProgressListener.NONE);
    assertThat(folder.has("chat_template.jinja")).isFalse();
    assertThat(folder.json("config.json").getString("model_type")).isEqualTo("gpt2");
    assertThat(folder.region("model.safetensors")).isPresent();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aLoadFetchesWhatItReadsAndListsOnce() {
    server.add(repository);
    var folder = hub().folder(new ModelName("org/tiny"), ProgressListener.NONE);
    assertThat(folder.has("tokenizer.json")).isTrue();
    assertThat(folder.bytes("tokenizer.json")).isEqualTo(repository.file("tokenizer.json").bytes());

    assertThat(server.requests()).filteredOn(r -> r.contains("/tree/")).hasSize(1);
    assertThat(server.requests()).noneMatch(r -> r.contains("model.safetensors"));
  }
}
