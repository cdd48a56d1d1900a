package io.quoth.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the cache, and how it goes out and into others. */
class ContentsTest extends ServedTest {
  @TempDir private Path other;

  @Test
  void listsWhatIsThere() {
    server.add(repository.revision("v1"));
    assertThat(hub().list()).isEmpty();
    pull();
    hub().pull(ModelName.parse("org/tiny@v1"), ProgressListener.NONE);
    assertThat(hub().names()).containsExactly("org/tiny");
    assertThat(hub().list())
        .singleElement()
        .satisfies(model -> {
          assertThat(model.id()).isEqualTo("org/tiny");
          assertThat(model.commit()).isEqualTo(repository.commit());
          assertThat(model.revisions()).containsExactly("main", "v1");
          assertThat(model.files()).isEqualTo(4);
          assertThat(model.bytes()).isEqualTo(hub().plan(TINY).bytes());
          assertThat(model.name()).isEqualTo(TINY);
        });
  }

  @Test
  void removesAModelAndNothingElse() throws IOException {
    server.add(repository).add(Repositories.small("other"));
    pull();
    hub().pull(new ModelName("other"), ProgressListener.NONE);
    assertThat(hub().remove(TINY)).isGreaterThan(300_000);
    assertThat(hub().names()).containsExactly("other");
    assertThat(cache.resolve("models--org--tiny")).doesNotExist();
    assertThat(cache.resolve(".locks/models--org--tiny")).doesNotExist();
    assertFails(HubException.Reason.UNKNOWN_REPOSITORY, () -> hub().remove(new ModelName("othr")))
        .hasMessageContaining("there is: other");
  }

  @Test
  void removesARevisionAndKeepsWhatOthersUse() {
    server.add(repository.revision("v1"));
    hub().pull(ModelName.parse("org/tiny@v1"), ProgressListener.NONE);
    String first = repository.commit();
    var second = Repositories.small("org/tiny").add("config.json", "{\"model_type\":\"llama\"}");
    server.add(second);
    pull();
    assertThat(hub().list()).hasSize(2);
    long freed = hub().remove(ModelName.parse("org/tiny@v1"));
    assertThat(freed).isLessThan(10_000);
    assertThat(hub().list())
        .singleElement()
        .satisfies(m -> assertThat(m.commit()).isEqualTo(second.commit()));
    assertThat(cache.resolve("models--org--tiny/snapshots").resolve(first)).doesNotExist();
    assertThat(cache.resolve("models--org--tiny/refs/v1")).doesNotExist();
    server.forget();
    pull();
    assertThat(server.requests()).noneMatch(r -> r.contains("/resolve/"));
  }

  @Test
  void aBundleBringsAModelToAMachineWithoutNetwork() throws IOException {
    server.add(repository);
    Path bundle = other.resolve("tiny.quoth");
    hub().exportTo(TINY, bundle, ProgressListener.NONE);
    for (boolean symlinks : new boolean[] {true, false}) {
      Path cache2 = other.resolve("cache-" + symlinks);
      Hub offline =
          Hubs.of(Hubs.config(server.endpoint(), cache2).withOffline(true).withSymlinks(symlinks));
      CachedModel model = offline.importFrom(bundle, ProgressListener.NONE);
      assertThat(model.name()).isEqualTo(TINY);
      assertWhole(model.folder());
      var folder = offline.folder(TINY, ProgressListener.NONE);
      assertThat(folder.json("1_Pooling/config.json").getInt("pooling")).isEqualTo(1);
      assertThat(offline.importFrom(bundle, ProgressListener.NONE).files()).isEqualTo(4);
    }
  }

  @Test
  void aBundleIsATarArchiveInTheLayoutOfTheCache() throws Exception {
    server.add(repository);
    Path bundle = other.resolve("tiny.tar");
    hub().exportTo(TINY, bundle, ProgressListener.NONE);
    Path root = Files.createDirectories(other.resolve("untarred"));
    int code =
        new ProcessBuilder("tar", "-xf", bundle.toString(), "-C", root.toString())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
    var folder =
        Hubs.of(Hubs.config(server.endpoint(), root).withOffline(true))
            .folder(TINY, ProgressListener.NONE);
    assertThat(folder.bytes("model.safetensors"))
        .isEqualTo(repository.file("model.safetensors").bytes());
    assertThat(root.resolve("models--org--tiny/quoth-bundle.json"))
        .content()
        .contains(repository.commit())
        .contains("sha256");
  }

  @Test
  void damagedBundlesAreRefusedAndNothingWrongIsKept() throws IOException {
    server.add(repository);
    Path bundle = other.resolve("tiny.tar");
    hub().exportTo(TINY, bundle, ProgressListener.NONE);
    byte[] good = Files.readAllBytes(bundle);
    var corrupter = new Corrupter(3);
    Path bad = other.resolve("bad.tar");
    Path cache2 = other.resolve("c");
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      Files.write(bad, corrupter.corrupt(good));
      Hub hub = Hubs.of(Hubs.config(server.endpoint(), cache2).withOffline(true));
      try {
        assertWhole(hub.importFrom(bad, ProgressListener.NONE).folder());
        hub.remove(hub.list().getFirst().name().withRevision("main"));
      } catch (QuothException e) {
        refused++;
        assertThat(e.getMessage()).isNotBlank();
      }
      assertThat(names(other)).isSubsetOf("tiny.tar", "bad.tar", "c");
    }
    assertThat(refused).isGreaterThan(50);
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  @Test
  void aBundleThatLeadsOutIsRefused() throws IOException {
    for (String path :
        List.of("../../../../evil", "/etc/evil", "a/../../b", "C:\\evil", "a\u0000b", "")) {
      String json =
          "{\"format\":\"quoth-bundle\",\"version\":1,\"model\":\"m\",\"revision\":\"main\",\"commit\":\""
              + "a".repeat(40)
              + "\",\"files\":[{\"path\":"
              + io.quoth.base.Json.write(path)
              + ",\"size\":0,\"git_sha1\":\""
              + "b".repeat(40)
              + "\"}]}";
      Path bundle = other.resolve("evil.tar");
      try (var out = Files.newOutputStream(bundle)) {
        byte[] bytes = json.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        Tar.writeHead(out, new Tar.Entry("models--m/quoth-bundle.json", bytes.length, null));
        out.write(bytes);
        Tar.pad(out, bytes.length);
        Tar.writeEnd(out);
      }
      assertThatThrownBy(() -> hub().importFrom(bundle, ProgressListener.NONE))
          .isInstanceOf(HubException.class);
    }
    assertThat(names(other)).containsExactly("evil.tar");
  }

  @Test
  void whatIsNoBundleIsRefused() throws IOException {
    Path text = Files.writeString(other.resolve("text"), "hello".repeat(500));
    assertThatThrownBy(() -> hub().importFrom(text, ProgressListener.NONE))
        .isInstanceOf(BadFileException.class);
    assertThatThrownBy(() -> hub().importFrom(other.resolve("none"), ProgressListener.NONE))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("none");
  }
}
