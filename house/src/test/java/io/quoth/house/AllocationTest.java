package io.quoth.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import io.quoth.models.CausalModel;
import io.quoth.testkit.TestData;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No garbage a token: what a step needs is there after the first of its size. */
class AllocationTest {
  /** Well over what the compilers want to see of a method before they compile it. */
  private static final int ROUNDS = 100;

  /**
   * What a token allocates it does in each of these; what the JVM makes once, when it gives up
   * compiled code in the middle of a token, in one.
   */
  private static final int LAST_ROUNDS = 10;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "phi_qknorm", "qwen3"})
  void aStepAllocatesNothing(String name) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    var folder = ModelFolder.of(TestData.own("causal/" + name));
    int[] ids = new int[64];
    var batch = new Batch();
    try (var model = CausalModel.load(folder, new CpuOps(Rung.SCALAR, 1), ProgressListener.NONE)) {
      float[] logits = new float[model.config().vocabSize()];
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        try (var state = model.newState()) {
          for (int at = 0; at < ids.length; at++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            batch.clear();
            batch.add(state, ids, at, at + 1, 8, Batch.Want.LAST);
            model.forward(batch, logits);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            if (at == ids.length - 1 && round >= ROUNDS - LAST_ROUNDS) {
              least = Math.min(least, allocated);
            }
          }
        }
      }
      assertThat(least).as("bytes for the last token").isZero();
    }
  }
}
