package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.CpuOps;
import io.quoth.tensors.GgufWriter;
import io.quoth.tensors.Safetensors;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in a GGUF file beside config.json. */
class GgufFolderTest {
  private static final int[] IDS = {3, 1, 4, 1, 5, 9, 2, 6};

  @TempDir Path folder;

  private void write(Map<String, Object> metadata) throws IOException {
    Path golden = TestData.own("encoder/bert/base");
    Files.copy(golden.resolve("config.json"), folder.resolve("config.json"));
    try (var arena = Arena.ofConfined()) {
      var weights = Safetensors.open(ModelFolder.of(golden), arena, ProgressListener.NONE);
      List<Tensor> tensors =
          weights.names().stream().map(name -> weights.find(name).orElseThrow()).toList();
      GgufWriter.write(folder.resolve("model.gguf"), metadata, tensors);
    }
  }

  private static float[] run(Path folder) {
    try (var model =
        EncoderModel.load(ModelFolder.of(folder), new CpuOps(), ProgressListener.NONE)) {
      return model.record(IDS, new int[IDS.length]).output().lastHiddenState().values();
    }
  }

  @Test
  void givesTheBitsThatSafetensorsGive() throws IOException {
    write(Map.of("quoth.names", "reference"));
    assertThat(run(folder)).isEqualTo(run(TestData.own("encoder/bert/base")));
  }

  @Test
  void otherNamesOfTensorsAreRefused() throws IOException {
    write(Map.of("general.architecture", "bert"));
    assertThatThrownBy(() -> run(folder))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("model.gguf")
        .hasMessageContaining("quoth.names is missing")
        .hasMessageContaining("safetensors");
  }
}
