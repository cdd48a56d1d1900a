package io.quoth.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchArchiveTest {
  private static final String FILE = "pytorch_model.bin";
  private static final Path DENSE = TestData.own("sentence/chain_dense_relu/2_Dense");

  @TempDir Path folder;

  private Weights open(Arena arena) {
    return TorchArchive.open(ModelFolder.of(folder), FILE, arena);
  }

  @Test
  void readsTensorsByNameAndShape() {
    try (var arena = Arena.ofConfined()) {
      var weights = TorchArchive.open(ModelFolder.of(DENSE), FILE, arena);
      assertThat(weights.names()).containsExactly("linear.bias", "linear.weight");
      assertThat(weights.get("linear.weight", 40, 32).dtype()).isEqualTo(DType.F32);
      assertThat(weights.get("linear.bias", 40).count()).isEqualTo(40);
    }
  }

  @Test
  void aFileThatIsNoArchiveIsRefused() throws IOException {
    Files.writeString(
        folder.resolve(FILE), "a text of some length that is nothing like an archive");
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> open(arena))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("safetensors");
    }
  }

  @Test
  void runsNothingThatAPickleNames() throws IOException {
    String evil = "cos\nsystem\n(X\u0004\u0000\u0000\u0000truetR.";
    write(evil.getBytes(StandardCharsets.ISO_8859_1));
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> open(arena)).isInstanceOf(BadFileException.class);
    }
  }

  @Test
  void damagedArchivesAndPicklesAreErrors() throws IOException {
    byte[] file = Files.readAllBytes(DENSE.resolve(FILE));
    byte[] pickle;
    try (var zip = new ZipFile(DENSE.resolve(FILE).toFile())) {
      pickle = zip.getInputStream(zip.getEntry("pytorch_model/data.pkl")).readAllBytes();
    }
    for (int seed = 0; seed < 1000; seed++) {
      var corrupter = new Corrupter(seed);
      if (seed % 3 == 0) {
        Files.write(folder.resolve(FILE), corrupter.corrupt(file));
      } else {
        write(corrupter.corrupt(pickle));
      }
      try (var arena = Arena.ofConfined()) {
        open(arena);
      } catch (QuothException e) {
        assertThat(e.getMessage()).as("seed " + seed).isNotBlank();
      }
    }
  }

  /** An archive with that pickle and the storages of the golden one. */
  private void write(byte[] pickle) throws IOException {
    try (var from = new ZipFile(DENSE.resolve(FILE).toFile());
        var to = new ZipOutputStream(Files.newOutputStream(folder.resolve(FILE)))) {
      for (ZipEntry entry : from.stream().toList()) {
        byte[] bytes =
            entry.getName().endsWith("data.pkl")
                ? pickle
                : from.getInputStream(entry).readAllBytes();
        var copy = new ZipEntry(entry.getName());
        var sum = new CRC32();
        sum.update(bytes);
        copy.setMethod(ZipEntry.STORED);
        copy.setSize(bytes.length);
        copy.setCrc(sum.getValue());
        to.putNextEntry(copy);
        to.write(bytes);
        to.closeEntry();
      }
    }
  }
}
