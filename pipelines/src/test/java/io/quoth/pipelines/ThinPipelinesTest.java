package io.quoth.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.generation.CausalLM;
import io.quoth.generation.GenerationConfig;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.Gpt2Folder;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines that hand on what their room does. */
class ThinPipelinesTest {
  @TempDir Path folder;

  @Test
  void similarityIsThatOfTheEmbeddings() {
    var files = ModelFolder.of(TestData.own("sentence/pool_mean"));
    var sentences = List.of("the king", "a far away land");
    try (var model = SentenceTransformer.load(files, CpuOps::new, ProgressListener.NONE);
        var pipeline =
            (SentenceSimilarity)
                Pipeline.load("sentence-similarity", files, CpuOps::new, ProgressListener.NONE)) {
      float[][] expected =
          model.similarity(model.encode(List.of("the queen")), model.encode(sentences));
      assertThat(pipeline.compare("the queen", sentences)).isEqualTo(expected[0]);
      assertThat(pipeline.compare("the queen", List.of())).isEmpty();
    }
  }

  @Test
  void generationIsThatOfTheModel() throws IOException {
    Gpt2Folder.write(folder);
    var files = ModelFolder.of(folder);
    var config = GenerationConfig.greedy().maxNewTokens(5);
    try (var model = CausalLM.load(files, new CpuOps(), ProgressListener.NONE);
        var pipeline =
            (TextGeneration)
                Pipeline.load("text-generation", files, CpuOps::new, ProgressListener.NONE)) {
      assertThat(pipeline.generate(List.of("Once upon"), config).getFirst().text())
          .isEqualTo(model.generate("Once upon", config).text());
    }
  }
}
