package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ProgressListener;
import io.quoth.testkit.Folders;
import io.quoth.testkit.HubFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A cache that Python's tools filled, in each of the ways they do. */
class SharedCacheTest extends ServedTest {
  private final String commit = repository.commit();

  private Path repo() {
    return cache.resolve("models--org--tiny");
  }

  /** What hf_hub_download of some files leaves behind. */
  private void fill(String... paths) throws IOException {
    Files.createDirectories(blobs());
    Files.createDirectories(repo().resolve("refs"));
    Files.writeString(repo().resolve("refs/main"), commit);
    for (String path : paths) {
      HubFile file = repository.file(path);
      String etag = file.isLarge() ? file.sha256() : file.sha1();
      Files.write(blobs().resolve(etag), file.bytes());
      Path link = repo().resolve("snapshots").resolve(commit).resolve(path);
      Files.createDirectories(link.resolveSibling("x").getParent());
      Files.createSymbolicLink(
          link, Path.of("../".repeat(path.contains("/") ? 3 : 2) + "blobs/" + etag));
    }
  }

  @Test
  void aLoadFromItMakesNoRequest() throws IOException {
    fill("config.json", "tokenizer.json", "model.safetensors");
    Files.createDirectories(repo().resolve(".no_exist").resolve(commit));
    Files.createFile(repo().resolve(".no_exist").resolve(commit).resolve("adapter_config.json"));
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.files())
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    for (String optional :
        List.of(
            "adapter_config.json",
            "generation_config.json",
            "chat_template.jinja",
            "model.safetensors.index.json")) {
      assertThat(folder.has(optional)).isFalse();
    }
    assertThat(folder.bytes("model.safetensors"))
        .isEqualTo(repository.file("model.safetensors").bytes());
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void itsListingIsUsed() throws IOException {
    fill("config.json");
    Files.createDirectories(repo().resolve("trees"));
    HubFile config = repository.file("config.json");
    HubFile weights = repository.file("model.safetensors");
    Files.writeString(
        repo().resolve("trees").resolve(commit + ".json"),
        """
        {
         "format_version": 1,
         "files": {
          "config.json": {"size": %d, "blob_id": "%s"},
          "model.safetensors": {"size": 134, "blob_id": "%s", "lfs_sha256": "%s", "lfs_size": %d, "xet_hash": "%s"}
         }
        }\
        """
            .formatted(
                config.size(),
                config.sha1(),
                "0".repeat(40),
                weights.sha256(),
                weights.size(),
                "a".repeat(64)));
    server.add(repository);
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.has("tokenizer.json")).isFalse();
    assertThat(folder.region("model.safetensors").orElseThrow().length()).isEqualTo(weights.size());
    assertThat(server.requests())
        .allMatch(r -> r.contains("model.safetensors") || r.contains("/blob/"));
  }

  @Test
  void aModelWithoutItsTokenizerIsCompleted() throws IOException {
    fill("config.json", "model.safetensors");
    server.add(repository);
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.bytes("tokenizer.json")).isEqualTo(repository.file("tokenizer.json").bytes());
    assertThat(server.requests()).noneMatch(r -> r.contains("model.safetensors"));
  }

  @Test
  void aBlobInTheSharedStoreIsReadAndNeverWritten() throws IOException {
    fill("config.json", "tokenizer.json");
    HubFile weights = repository.file("model.safetensors");
    Path store = Files.createDirectories(cache.resolve("blobs/ab")).resolve("a".repeat(64));
    Files.write(store, weights.bytes());
    Files.createSymbolicLink(
        blobs().resolve(weights.sha256()), Path.of("../../blobs/ab/" + "a".repeat(64)));
    Files.createSymbolicLink(
        repo().resolve("snapshots").resolve(commit).resolve("model.safetensors"),
        Path.of("../../blobs/" + weights.sha256()));
    server.add(repository);
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.bytes("model.safetensors")).isEqualTo(weights.bytes());

    // Spoiled there: fetched again beside it, and the store stays as it is.
    Files.write(store, new byte[] {1, 2, 3});
    assertWhole(pull());
    assertThat(store).hasBinaryContent(new byte[] {1, 2, 3});
    assertThat(hub().remove(TINY)).isPositive();
    assertThat(store).exists();
  }

  @Test
  void aReadOnlyCacheIsReadWithoutAWrite() throws IOException {
    fill("config.json", "tokenizer.json", "model.safetensors");
    List<String> before = tree();
    var folder = hub().folder(TINY, ProgressListener.NONE);
    assertThat(folder.has("vocab.json")).isFalse();
    assertThat(folder.region("model.safetensors")).isPresent();
    hub().list();
    assertThat(tree()).isEqualTo(before);
  }

  private List<String> tree() throws IOException {
    try (var tree = Files.walk(cache)) {
      return tree.map(String::valueOf).sorted().toList();
    }
  }

  @Test
  void aLinkThatLeadsOutIsNotWrittenThrough(@org.junit.jupiter.api.io.TempDir Path outside)
      throws IOException {
    Files.createDirectories(repo().resolve("snapshots"));
    Files.createSymbolicLink(repo().resolve("snapshots").resolve(commit), outside);
    server.add(repository);
    assertFails(HubException.Reason.CACHE, this::pull).hasMessageContaining("is a link");
    assertThat(outside).isEmptyDirectory();
    Files.delete(repo().resolve("snapshots").resolve(commit));
    Path target = Files.writeString(outside.resolve("precious"), "keep");
    Folders.delete(blobs());
    Files.createDirectories(blobs());
    Files.createSymbolicLink(
        blobs().resolve(repository.file("model.safetensors").sha256() + ".quoth.incomplete"),
        target);
    Files.createDirectories(repo().resolve("refs"));
    Files.deleteIfExists(repo().resolve("refs/main"));
    Files.createSymbolicLink(repo().resolve("refs/main"), target);
    assertWhole(pull());
    assertThat(target).content().isEqualTo("keep");
  }
}
