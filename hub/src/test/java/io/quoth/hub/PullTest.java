package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.HubFile;
import io.quoth.testkit.HubRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** What arrives, where it is laid, and how few requests it takes. */
class PullTest extends ServedTest {
  @Test
  void laysFilesOutAsThePythonLibraryDoes() throws IOException {
    server.add(repository);
    Path folder = pull();

    Path repo = cache.resolve("models--org--tiny");
    String commit = repository.commit();
    assertThat(folder).isEqualTo(repo.resolve("snapshots").resolve(commit));
    assertThat(repo.resolve("refs/main")).content().isEqualTo(commit);
    for (String path : List.of("config.json", "model.safetensors", "1_Pooling/config.json")) {
      HubFile file = repository.file(path);
      String etag = file.isLarge() ? file.sha256() : file.sha1();
      assertThat(folder.resolve(path)).isSymbolicLink().hasBinaryContent(file.bytes());
      assertThat(Files.readSymbolicLink(folder.resolve(path)))
          .isEqualTo(Path.of("../".repeat(path.contains("/") ? 3 : 2) + "blobs/" + etag));
      assertThat(repo.resolve("blobs").resolve(etag)).hasBinaryContent(file.bytes());
      assertThat(cache.resolve(".locks/models--org--tiny/" + etag + ".lock")).exists();
    }
    assertThat(cache.resolve("CACHEDIR.TAG")).exists();
    assertThat(folder.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(folder.resolve("README.md")).doesNotExist();
    assertThat(files(repo)).noneMatch(name -> name.contains("incomplete") || name.contains(".new"));
  }

  @Test
  void aShortProgramGetsTheSame() {
    server.add(repository);
    assertWhole(Hubs.of(config().withShortProgram()).pull(TINY, ProgressListener.NONE));
  }

  private static List<String> files(Path folder) throws IOException {
    try (var tree = Files.walk(folder)) {
      return tree.map(String::valueOf).toList();
    }
  }

  @Test
  void aWarmLoadMakesNoRequest() {
    server.add(repository);
    pull();
    server.forget();

    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.has("chat_template.jinja")).isFalse();
    assertThat(folder.json("config.json").getString("model_type")).isEqualTo("gpt2");
    assertThat(folder.region("model.safetensors")).isPresent();
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aLoadFetchesWhatItReadsAndListsOnce() {
    server.add(repository);
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.has("tokenizer.json")).isTrue();
    assertThat(folder.bytes("tokenizer.json")).isEqualTo(repository.file("tokenizer.json").bytes());

    assertThat(server.requests()).filteredOn(r -> r.contains("/tree/")).hasSize(1);
    assertThat(server.requests()).noneMatch(r -> r.contains("model.safetensors"));
  }

  @Test
  void readsListingsPageByPage() {
    server.add(repository).pageSize(2);
    assertWhole(pull());
    assertThat(server.requests())
        .filteredOn(r -> r.contains("/tree/" + repository.commit()))
        .hasSize(4);
  }

  @Test
  void asksForFilesOneByOneWhereTheServerHasNoListings() {
    server.add(repository).listings(false);
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.has("chat_template.jinja")).isFalse();
    assertThat(folder.bytes("config.json")).isEqualTo(repository.file("config.json").bytes());
    assertThat(folder.region("model.safetensors").orElseThrow().length()).isEqualTo(300_000);
    assertThat(
            cache.resolve(
                "models--org--tiny/.no_exist/" + repository.commit() + "/chat_template.jinja"))
        .isEmptyFile();
  }

  @Test
  void aRenamedRepositoryKeepsTheNameThatWasAsked() {
    server.add(repository).rename("old", "org/tiny");
    Path folder = hub().pull(new ModelName("old"), ProgressListener.NONE);
    assertWhole(folder);
    assertThat(folder).startsWith(cache.resolve("models--old"));
  }

  @Test
  void revisionsNestInRefs() {
    server.add(repository.revision("refs/pr/3"));
    hub().pull(ModelName.parse("org/tiny@refs/pr/3"), ProgressListener.NONE);
    assertThat(cache.resolve("models--org--tiny/refs/refs/pr/3"))
        .content()
        .isEqualTo(repository.commit());
    assertThat(server.requests()).anyMatch(r -> r.contains("/revision/refs%2Fpr%2F3"));
  }

  @Test
  void aPinnedCommitNeedsNoRef() {
    server.add(repository);
    var pinned = new ModelName("org/tiny", repository.commit());
    assertWhole(hub().pull(pinned, ProgressListener.NONE));
    server.forget();
    assertThat(hub().folder(pinned, ProgressListener.NONE).has("config.json")).isTrue();
    assertThat(server.requests()).isEmpty();
    assertThat(cache.resolve("models--org--tiny/refs")).doesNotExist();
  }

  @Test
  void withoutLinksTheFilesLieInTheSnapshot() {
    server.add(repository);
    Hub hub = Hubs.of(config().withSymlinks(false));
    Path folder = hub.pull(TINY, ProgressListener.NONE);
    assertWhole(folder);
    assertThat(Files.isRegularFile(folder.resolve("config.json"), LinkOption.NOFOLLOW_LINKS))
        .isTrue();
    assertThat(blobs()).isEmptyDirectory();
    server.forget();
    hub.pull(TINY, ProgressListener.NONE);
    assertThat(server.requests()).hasSize(1).allMatch(r -> r.contains("/api/"));
  }

  @Test
  void aFileIsFetchedByItsName() {
    server.add(repository);
    Path readme = hub().file(TINY, "README.md", ProgressListener.NONE);
    assertThat(readme).content().isEqualTo("# Tiny");
    assertThat(server.requests()).filteredOn(r -> r.contains("/resolve/")).hasSize(1);
  }

  @Test
  void thePlanFetchesNothing() {
    server.add(repository);
    Plan plan = hub().plan(TINY);
    assertThat(plan.files())
        .extracting(Plan.Item::path)
        .containsExactly(
            "1_Pooling/config.json", "config.json", "model.safetensors", "tokenizer.json");
    assertThat(plan.missingBytes()).isEqualTo(plan.bytes()).isGreaterThan(300_000);
    assertThat(server.requests()).allMatch(r -> r.contains("/api/"));
    pull();
    assertThat(hub().plan(TINY).missingBytes()).isZero();
  }

  @Test
  void listenersHearOfEveryFileAndOfAll() {
    server.add(repository);
    var last = new ConcurrentHashMap<String, String>();
    hub().pull(TINY, (task, done, total) -> last.put(task, done + "/" + total));
    long all = hub().plan(TINY).bytes();
    assertThat(last)
        .containsEntry("model.safetensors", "300000/300000")
        .containsEntry("org/tiny", all + "/" + all)
        .containsKey("org/tiny: asking " + server.endpoint() + " for a model of that name");
  }

  @Test
  void aRefreshGoesOnWithTheCacheWhenNobodyAnswers() {
    server.add(repository);
    pull();
    server.disturb(99, "/api/", exchange -> exchange.cut());
    var folder = hub().refreshed(TINY, ProgressListener.NONE);
    assertThat(folder.has("config.json")).isTrue();
    assertFails(HubException.Reason.UNREACHABLE, this::pull);
  }

  @Test
  void aMovedBranchIsSeenByPullAlone() {
    server.add(repository);
    pull();
    var moved = Repositories.small("org/tiny").add("config.json", "{\"model_type\":\"llama\"}");
    server.add(moved);
    assertThat(
            hub().folder(TINY, ProgressListener.NONE).json("config.json").getString("model_type"))
        .isEqualTo("gpt2");
    server.forget();
    Path folder = pull();
    assertThat(folder.resolve("config.json")).content().contains("llama");
    assertThat(server.requests()).filteredOn(r -> r.contains("/resolve/")).hasSize(1);
  }

  @Test
  void aRepositoryInAnotherFormatSaysWhatItHas() {
    server.add(new HubRepository("org/tiny").add("tiny-q4.gguf", "GGUF"));
    assertFails(HubException.Reason.UNKNOWN_FILE, this::pull)
        .hasMessageContaining("tiny-q4.gguf")
        .hasMessageContaining("quoth pull org/tiny FILE");
    Path folder = hub().pull(TINY, List.of("tiny-q4.gguf"), ProgressListener.NONE);
    assertThat(folder.resolve("tiny-q4.gguf")).content().isEqualTo("GGUF");
  }
}
