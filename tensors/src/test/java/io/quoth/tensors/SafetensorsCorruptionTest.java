package io.quoth.tensors;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.BadFileException;
import io.quoth.base.ProgressListener;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.TestData;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** Damaged files are refused by name, or read as what they say. */
class SafetensorsCorruptionTest {
  private static final int SEEDS = 5_000;

  @Test
  void damagedFilesAreRefusedOrReadInBounds() {
    byte[] original = TestData.bytes(TestData.own("causal/phi_qknorm/model.safetensors"));
    int refused = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      byte[] damaged = new Corrupter(seed).corrupt(original);
      refused += refuses(MemoryFolder.of("model.safetensors", damaged)) ? 1 : 0;
    }
    assertThat(refused).isBetween(SEEDS / 2, SEEDS - 1);
  }

  @Test
  void damagedIndexesAreRefusedOrReadInBounds() {
    var folder = TestData.own("causal/llama_sharded");
    var files = new HashMap<String, byte[]>();
    for (int shard = 1; shard <= 4; shard++) {
      String name = "model-0000" + shard + "-of-00004.safetensors";
      files.put(name, TestData.bytes(folder.resolve(name)));
    }
    String index = "model.safetensors.index.json";
    byte[] original = TestData.bytes(folder.resolve(index));
    int refused = 0;
    for (int seed = 0; seed < SEEDS / 5; seed++) {
      files.put(index, new Corrupter(seed).corrupt(original));
      refused += refuses(new MemoryFolder(files)) ? 1 : 0;
    }
    assertThat(refused).isBetween(SEEDS / 10, SEEDS / 5 - 1);
  }

  private static boolean refuses(MemoryFolder folder) {
    try (var arena = Arena.ofConfined()) {
      var weights = Safetensors.open(folder, arena, ProgressListener.NONE);
      for (String name : weights.names()) {
        var data = weights.find(name).orElseThrow().data();
        if (data.byteSize() > 0) {
          data.get(ValueLayout.JAVA_BYTE, 0);
          data.get(ValueLayout.JAVA_BYTE, data.byteSize() - 1);
        }
      }
      return false;
    } catch (BadFileException e) {
      assertThat(e).hasMessageContaining("memory/");
      return true;
    }
  }
}
