package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import io.quoth.kernels.SequenceState;
import io.quoth.testkit.TestData;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the tests of models do with them. */
final class Running {
  private Running() {}

  /** The rungs that may run here. */
  static List<Rung> rungs() {
    return Arrays.stream(Rung.values()).filter(rung -> rung.obstacle().isEmpty()).toList();
  }

  static ModelFolder golden(String name) {
    return ModelFolder.of(TestData.own("causal/" + name));
  }

  static CausalModel load(ModelFolder folder, Rung rung, int threads) {
    return CausalModel.load(folder, new CpuOps(rung, threads), ProgressListener.NONE);
  }

  /** All logits of one sequence run in chunks of these sizes. */
  static float[] logits(CausalModel model, int[] ids, int... chunks) {
    int vocabSize = model.config().vocabSize();
    float[] all = new float[ids.length * vocabSize];
    float[] some = new float[all.length];
    var batch = new Batch();
    try (var state = model.newState()) {
      int at = 0;
      for (int chunk : chunks) {
        batch.clear();
        batch.add(state, ids, at, at + chunk, ids.length, Batch.Want.ALL);
        model.forward(batch, some);
        System.arraycopy(some, 0, all, at * vocabSize, chunk * vocabSize);
        at += chunk;
      }
      assertThat(at).isEqualTo(ids.length);
      assertThat(state.length()).isEqualTo(ids.length);
    }
    return all;
  }

  /** The ids that follow each prompt, always the likeliest, all sequences in one batch. */
  static int[][] greedy(CausalModel model, int[][] prompts, int count) {
    int vocabSize = model.config().vocabSize();
    var states = new SequenceState[prompts.length];
    int[][] found = new int[prompts.length][count];
    float[] logits = new float[prompts.length * vocabSize];
    var batch = new Batch();
    for (int s = 0; s < prompts.length; s++) {
      states[s] = model.newState();
      int length = prompts[s].length;
      batch.add(states[s], prompts[s], 0, length, length, Batch.Want.LAST);
    }
    for (int step = 0; step < count; step++) {
      model.forward(batch, logits);
      batch.clear();
      for (int s = 0; s < prompts.length; s++) {
        found[s][step] = argmax(logits, s * vocabSize, vocabSize);
        batch.add(states[s], found[s], step, step + 1, prompts[s].length, Batch.Want.LAST);
      }
    }
    Arrays.stream(states).forEach(SequenceState::close);
    return found;
  }

  static int argmax(float[] numbers, int from, int count) {
    int best = from;
    for (int i = from; i < from + count; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best - from;
  }

  /** Fails unless all differ by at most {@code tolerance} times the largest expected. */
  static void assertClose(float[] found, float[] expected, double tolerance, String what) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    double largest =
        IntStream.range(0, expected.length).mapToDouble(i -> Math.abs(expected[i])).max().orElse(0);
    double worst =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs((double) found[i] - expected[i]))
            .max()
            .orElse(0);
    assertThat(worst / largest).as(what).isLessThanOrEqualTo(tolerance);
  }
}
