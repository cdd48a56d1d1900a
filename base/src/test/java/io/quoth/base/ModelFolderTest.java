package io.quoth.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFolderTest {
  @TempDir Path dir;

  @Test
  void aDirectoryShowsItsFiles() throws IOException {
    Files.writeString(dir.resolve("config.json"), "{\"a\":1}");
    Files.createDirectory(dir.resolve("1_Pooling"));
    Files.writeString(dir.resolve("1_Pooling/config.json"), "{}");
    var folder = ModelFolder.of(dir);
    assertThat(folder.files()).containsExactly("1_Pooling/config.json", "config.json");
    assertThat(folder.json("config.json").getInt("a")).isEqualTo(1);
    assertThat(folder.has("weights")).isFalse();
    assertThat(folder.region("config.json"))
        .contains(new ModelFolder.Region(dir.resolve("config.json"), 0, 7));
  }

  @Test
  void namesCannotLeadOut() {
    var folder = ModelFolder.of(dir);
    for (String name : new String[] {"../x", "a/../../x", "/etc/hostname"}) {
      assertThatThrownBy(() -> folder.open(name))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("leads out of the folder");
    }
  }

  @Test
  void missingFilesAndFoldersAreNamed() throws IOException {
    assertThatThrownBy(() -> ModelFolder.of(dir).bytes("config.json"))
        .isInstanceOf(BadFileException.class)
        .hasMessage(dir.resolve("config.json") + ": no such file");
    assertThatThrownBy(() -> ModelFolder.of(dir.resolve("none")))
        .hasMessage(dir.resolve("none") + ": no such folder");
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> ModelFolder.of(file)).hasMessageContaining("is a file");
  }

  @Test
  void aModelWrittenLikeAFolderIsNotLookedUpElsewhere() {
    assertThatThrownBy(() -> ModelSource.resolve("./no/such/model", ProgressListener.NONE))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("no such folder");
  }

  @Test
  void whatIsWrittenLikeAFolderIsOne() {
    for (String model :
        new String[] {"a/b/c", "models/gpt2/", "a\\b", "~/none", "../none-such", "/no/such"}) {
      assertThatThrownBy(() -> ModelSource.resolve(model, ProgressListener.NONE))
          .as(model)
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("no such folder");
    }
    for (String model : new String[] {"gtp2", "models/gtp2", "org/name@refs/pr/3"}) {
      assertThatThrownBy(() -> ModelSource.resolve(model, ProgressListener.NONE))
          .as(model)
          .isInstanceOf(ModelNotFoundException.class);
    }
  }

  @Test
  void whatWasSavedInPlaceOfAFileIsRecognised() throws IOException {
    Files.writeString(
        dir.resolve("model.safetensors"),
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a".repeat(64) + "\nsize 9\n");
    Files.writeString(dir.resolve("config.json"), "\n <!DOCTYPE HTML><html>Sign in</html>");
    assertThatThrownBy(() -> ModelFolder.of(dir).region("model.safetensors"))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("Git LFS pointer")
        .hasMessageContaining("git lfs pull");
    assertThatThrownBy(() -> ModelFolder.of(dir).json("config.json"))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("web page");
  }

  @Test
  void aNameThatCannotBeAPathIsRefused() {
    assertThatThrownBy(() -> ModelSource.resolve("a\0b", ProgressListener.NONE))
        .isInstanceOf(BadArgumentException.class);
    assertThatThrownBy(() -> ModelSource.resolve(" ", ProgressListener.NONE))
        .isInstanceOf(BadArgumentException.class);
  }

  @Test
  void storedEntriesOfAnArchiveHaveARegion() throws IOException {
    Path zip = zip();
    var region = StoredEntry.find(zip, "b/stored.bin").orElseThrow();
    try (var file = new RandomAccessFile(zip.toFile(), "r")) {
      byte[] bytes = new byte[(int) region.length()];
      file.seek(region.offset());
      file.readFully(bytes);
      assertThat(bytes).isEqualTo(CONTENT);
    }
    assertThat(StoredEntry.find(zip, "a/packed.bin")).isEmpty();
    assertThat(StoredEntry.find(zip, "b/stored")).isEmpty();
  }

  @Test
  void damagedArchivesGiveAnErrorOrNothing() throws IOException {
    byte[] sound = Files.readAllBytes(zip());
    var random = new Random(7);
    int unharmed = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = sound.clone();
      for (int wounds = random.nextInt(1, 8); wounds > 0; wounds--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(dir.resolve("damaged.zip"), damaged);
      Optional<ModelFolder.Region> region;
      try {
        region = StoredEntry.find(file, "b/stored.bin");
      } catch (IOException expected) {
        continue;
      }
      if (region.isPresent()) {
        unharmed++;
        long end = region.get().offset() + region.get().length();
        assertThat(end).isLessThanOrEqualTo(damaged.length);
      }
    }
    assertThat(unharmed).isBetween(1, 2_999);
  }

  private static final byte[] CONTENT =
      "stored as it is".repeat(9).getBytes(StandardCharsets.UTF_8);

  private Path zip() throws IOException {
    Path file = dir.resolve("test.zip");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.setComment("a comment behind the end record");
      zip.putNextEntry(new ZipEntry("a/packed.bin"));
      zip.write(CONTENT);
      zip.closeEntry();
      var entry = new ZipEntry("b/stored.bin");
      var crc = new CRC32();
      crc.update(CONTENT);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(CONTENT.length);
      entry.setCrc(crc.getValue());
      entry.setExtra(new byte[] {1, 2, 4, 0, 9, 9, 9, 9});
      zip.putNextEntry(entry);
      zip.write(CONTENT);
      zip.closeEntry();
    }
    return file;
  }
}
