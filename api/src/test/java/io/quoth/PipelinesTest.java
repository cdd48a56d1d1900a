package io.quoth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.generation.GenerationConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks by the names of the embedded models. */
class PipelinesTest {
  /** sentence-transformers says 0.1993 in f32. */
  @Test
  void sentencesAreComparedByTheEmbeddedModel() {
    try (var pipeline = Pipelines.sentenceSimilarity("all-MiniLM-L6-v2")) {
      assertThat(pipeline.task()).isEqualTo("sentence-similarity");
      float[] scores = pipeline.compare("a cat sat on a mat", List.of("the dog ran"));
      assertThat((double) scores[0]).isCloseTo(0.1993, within(5e-3));
    }
  }

  @Test
  void textIsWrittenByTheEmbeddedModel() {
    try (var pipeline = Pipelines.textGeneration("tales")) {
      var config = GenerationConfig.greedy().maxNewTokens(4);
      assertThat(pipeline.generate(List.of("Once upon a"), config).getFirst().text())
          .startsWith(" time");
    }
  }

  @Test
  void anUnknownTaskIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Pipelines.load("translation", "tales"))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("text-generation");
  }
}
