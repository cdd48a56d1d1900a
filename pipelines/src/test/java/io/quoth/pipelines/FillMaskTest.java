package io.quoth.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.models.Task;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FillMaskTest {
  @TempDir Path folder;
  private ModelFolder files;

  @BeforeEach
  void write() throws IOException {
    files = TinyFolder.write(folder, "masked_lm");
  }

  @Test
  void guessesAreTheLikeliestTokensOfEachGap() {
    var tokenizer = Tokenizer.load(files);
    String text = "The [MASK] sat on a [MASK].";
    var encoding = tokenizer.encode(text);
    var logits = TinyFolder.run(files, Task.MASKED_LM, encoding).logits();
    try (var pipeline = FillMask.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThat(pipeline.maskToken()).isEqualTo("[MASK]");
      var gaps = pipeline.fill(text, 96).gaps();
      assertThat(gaps).hasSize(2);
      int[] rows = {2, 6};
      for (int gap = 0; gap < 2; gap++) {
        int from = rows[gap] * 96;
        double[] expected =
            TinyFolder.softmax(Arrays.copyOfRange(logits.values(), from, from + 96));
        assertThat(gaps.get(gap)).hasSize(96);
        double before = 1;
        for (var guess : gaps.get(gap)) {
          assertThat((double) guess.score()).isCloseTo(expected[guess.id()], within(1e-6));
          assertThat((double) guess.score()).isLessThanOrEqualTo(before);
          before = guess.score();
        }
      }
    }
  }

  @Test
  void theSequenceHasTheGuessInItsPlace() {
    try (var pipeline = FillMask.load(files, new CpuOps(), ProgressListener.NONE)) {
      for (var guess : pipeline.fill("the [MASK] ran fast").gaps().getFirst()) {
        assertThat(guess.sequence()).startsWith("the").endsWith("ran fast").doesNotContain("[CLS]");
        if (!guess.token().startsWith("##") && !guess.token().startsWith("[")) {
          assertThat(guess.sequence().replace(" ", "")).contains(guess.token().strip());
        }
      }
    }
  }

  @Test
  void aTextWithoutGapIsRefused() {
    try (var pipeline = FillMask.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThatThrownBy(() -> pipeline.fill("the cat"))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("[MASK]");
      assertThatThrownBy(() -> pipeline.fill("the cat ".repeat(30) + "[MASK]"))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("cut off");
      assertThatThrownBy(() -> pipeline.fill("")).isInstanceOf(BadArgumentException.class);
      assertThatThrownBy(() -> pipeline.fill("[MASK]", 0)).isInstanceOf(BadArgumentException.class);
    }
  }
}
