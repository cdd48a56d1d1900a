package io.quoth.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.ClosedException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.models.Task;
import io.quoth.pipelines.TextClassification.Function;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole texts: classes, classes by entailment, features. */
class ClassificationTest {
  private static final String HEAD = "sequence_classification";
  private static final List<String> LABELS = List.of("contradiction", "entailment", "neutral");
  private static final List<String> TEXTS =
      List.of("The cat sat on a mat.", "who?", "One day the old king said to his son: go out!");

  @TempDir Path folder;

  private static float[] logits(ModelFolder folder, Encoding encoding) {
    return TinyFolder.run(folder, Task.SEQUENCE_CLASSIFICATION, encoding).logits().values();
  }

  @Test
  void scoresAreTheSoftmaxOfTheLogits() throws IOException {
    var files = TinyFolder.write(folder, HEAD);
    var tokenizer = Tokenizer.load(files);
    try (var pipeline = TextClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThat(pipeline.function()).isEqualTo(Function.SOFTMAX);
      var results = pipeline.classify(TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        double[] expected = TinyFolder.softmax(logits(files, tokenizer.encode(TEXTS.get(i))));
        assertThat(results.get(i).labels()).hasSize(3);
        for (var label : results.get(i).labels()) {
          int id = LABELS.indexOf(label.label());
          assertThat((double) label.score()).isCloseTo(expected[id], within(1e-6));
        }
        assertThat(results.get(i).labels())
            .isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
        assertThat(results.get(i).truncated()).isFalse();
      }
    }
  }

  @Test
  void aTextHasTheSameResultAloneInAListAndInAStream() throws IOException {
    var files = TinyFolder.write(folder, HEAD);
    try (var pipeline = TextClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      var together = pipeline.classify(TEXTS);
      assertThat(TEXTS.stream().map(pipeline::classify)).isEqualTo(together);
      assertThat(pipeline.classify(TEXTS.stream())).isEqualTo(together);
    }
  }

  @Test
  void otherFunctionsOfTheLogits() throws IOException {
    var files =
        TinyFolder.write(
            folder, HEAD, "\"id2label\"", "\"problem_type\": \"regression\",\n  \"id2label\"");
    float[] logits = logits(files, Tokenizer.load(files).encode("the dog"));
    try (var pipeline = TextClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThat(pipeline.function()).isEqualTo(Function.NONE);
      assertThat(pipeline.classify("the dog").labels().stream().map(LabelScore::score))
          .contains(logits[0], logits[1], logits[2]);
      var one = pipeline.classify(List.of("the dog"), Function.SIGMOID).getFirst();
      for (var label : one.labels()) {
        int id = LABELS.indexOf(label.label());
        assertThat((double) label.score()).isCloseTo(1 / (1 + Math.exp(-logits[id])), within(1e-6));
      }
    }
  }

  @Test
  void saysThatATextWasCut() throws IOException {
    var files = TinyFolder.write(folder, HEAD);
    try (var pipeline = TextClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThat(pipeline.classify("the cat ".repeat(30)).truncated()).isTrue();
    }
  }

  @Test
  void refusesWhatItCannotDo() throws IOException {
    var files = TinyFolder.write(folder, HEAD);
    var pipeline = TextClassification.load(files, new CpuOps(), ProgressListener.NONE);
    assertThatThrownBy(() -> pipeline.classify(" "))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("empty");
    pipeline.close();
    assertThatThrownBy(() -> pipeline.classify("late")).isInstanceOf(ClosedException.class);
    assertThatThrownBy(() -> Pipeline.load("dance", files, CpuOps::new, ProgressListener.NONE))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("\"dance\"")
        .hasMessageContaining("fill-mask");
  }

  @Test
  void aMapOfLabelsThatDoesNotFitTheWeightsIsRefused() throws IOException {
    var files =
        TinyFolder.write(
            folder, HEAD, "\"id2label\": {", "\"id2label\": {\n    \"3\": \"one more\",");
    assertThatThrownBy(() -> TextClassification.load(files, new CpuOps(), ProgressListener.NONE))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("classifier");
  }

  @Test
  void zeroShotNeedsALabelOfEntailment() throws IOException {
    var files = TinyFolder.write(folder, HEAD, "\"entailment\"", "\"other\"");
    assertThatThrownBy(
            () -> ZeroShotClassification.load(files, new CpuOps(), ProgressListener.NONE))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("entail");
  }

  @Test
  void zeroShotIsEntailmentLabelByLabelOrAmongThem() throws IOException {
    var files = TinyFolder.write(folder, HEAD);
    var tokenizer = Tokenizer.load(files);
    var labels = List.of("king", "cat", "far away land");
    String text = "The old king lived in a far away land.";
    float[] entailments = new float[3];
    double[] alone = new double[3];
    for (int i = 0; i < 3; i++) {
      var pair =
          tokenizer.encode(text, "This example is " + labels.get(i) + ".", EncodeOptions.DEFAULT);
      float[] logits = logits(files, pair);
      entailments[i] = logits[1];
      alone[i] = TinyFolder.softmax(new float[] {logits[0], logits[1]})[1];
    }
    double[] among = TinyFolder.softmax(entailments);
    try (var pipeline =
        (ZeroShotClassification)
            Pipeline.load("zero-shot-classification", files, CpuOps::new, ProgressListener.NONE)) {
      for (var label : pipeline.classify(text, labels).labels()) {
        double expected = among[labels.indexOf(label.label())];
        assertThat((double) label.score()).isCloseTo(expected, within(1e-6));
      }
      String hypothesis = ZeroShotClassification.HYPOTHESIS;
      for (var label : pipeline.classify(text, labels, hypothesis, true).labels()) {
        double expected = alone[labels.indexOf(label.label())];
        assertThat((double) label.score()).isCloseTo(expected, within(1e-6));
      }
      assertThatThrownBy(() -> pipeline.classify(text, labels, "This is it.", false))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("{}");
      assertThatThrownBy(() -> pipeline.classify(text, List.of()))
          .isInstanceOf(BadArgumentException.class);
    }
  }

  @Test
  void featuresAreTheLastHiddenStates() throws IOException {
    var files = TinyFolder.write(folder, "base");
    var encoding = Tokenizer.load(files).encode(TEXTS.get(2));
    float[] expected = TinyFolder.run(files, Task.BASE, encoding).lastHiddenState().values();
    try (var pipeline = FeatureExtraction.load(files, new CpuOps(), ProgressListener.NONE)) {
      var result = pipeline.extract(TEXTS).get(2);
      assertThat(result.tokens()).isEqualTo(encoding.tokens());
      int at = 0;
      for (float[] row : result.features()) {
        for (float value : row) {
          assertThat(value).isEqualTo(expected[at++]);
        }
      }
      assertThat(at).isEqualTo(expected.length);
    }
  }
}
