package io.quoth.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.tensors.DType;
import io.quoth.tensors.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatrixTest {
  @TempDir Path folder;

  /** Two classes of segments in one process would make all kernels slower. */
  @Test
  void mappedWeightsHaveTheClassOfOtherMemory() throws IOException {
    byte[] bytes = new byte[3 + 4 * 6];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("weights"), bytes);
    Matrix matrix;
    try (var arena = Arena.ofShared();
        var channel = FileChannel.open(file)) {
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length, arena);
      var tensor = new Tensor("w", DType.F32, new long[] {2, 3}, mapped.asSlice(3, 4 * 6));
      matrix = Matrix.of(tensor, arena);
      assertThat(matrix.data()).hasSameClassAs(arena.allocate(1));
      assertThat(matrix.data().isReadOnly()).isTrue();
      assertThat(matrix.data().mismatch(MemorySegment.ofArray(bytes).asSlice(3))).isEqualTo(-1);
    }
    float[] row = new float[3];
    assertThatThrownBy(() -> matrix.decode(0, 0, 3, row, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
