package io.quoth.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.models.Task;
import io.quoth.pipelines.QuestionAnswering.Answer;
import io.quoth.pipelines.QuestionAnswering.Options;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuestionAnsweringTest {
  private static final String QUESTION = "who ran?";
  private static final String CONTEXT = "One day the dog ran out. The cat sat on a mat.";

  @TempDir Path folder;
  private ModelFolder files;

  @BeforeEach
  void write() throws IOException {
    files = TinyFolder.write(folder, "question_answering");
  }

  /** The product of two probabilities, by the book, for one window that holds everything. */
  private static double[] product(
      Encoding encoding, float[] starts, float[] ends, int first, int last) {
    double[] sums = new double[2];
    for (int i = 0; i < starts.length; i++) {
      if (i == 0 || encoding.sequenceIds()[i] == 1) {
        sums[0] += Math.exp(starts[i]);
        sums[1] += Math.exp(ends[i]);
      }
    }
    return new double[] {Math.exp(starts[first]) / sums[0] * (Math.exp(ends[last]) / sums[1])};
  }

  @Test
  void theAnswerIsTheLikeliestStretch() {
    Encoding encoding = Tokenizer.load(files).encode(QUESTION, CONTEXT, EncodeOptions.DEFAULT);
    var output = TinyFolder.run(files, Task.QUESTION_ANSWERING, encoding);
    float[] starts = output.get("start_logits").values();
    float[] ends = output.get("end_logits").values();
    double best = 0;
    int from = 0;
    int to = 0;
    for (int s = 0; s < starts.length; s++) {
      for (int e = s; e < Math.min(starts.length, s + 4); e++) {
        boolean inContext = encoding.sequenceIds()[s] == 1 && encoding.sequenceIds()[e] == 1;
        double score = product(encoding, starts, ends, s, e)[0];
        if (inContext && score > best) {
          best = score;
          from = encoding.charOffset(s).start();
          to = encoding.charOffset(e).end();
        }
      }
    }
    try (var pipeline = QuestionAnswering.load(files, new CpuOps(), ProgressListener.NONE)) {
      var options = Options.DEFAULT.maxAnswerTokens(4);
      Answer answer = pipeline.answer(QUESTION, CONTEXT, options).getFirst();
      assertThat((double) answer.score()).isCloseTo(best, within(1e-6));
      assertThat(answer.start()).isLessThanOrEqualTo(from);
      assertThat(answer.end()).isGreaterThanOrEqualTo(to);
      assertThat(answer.text()).isEqualTo(CONTEXT.substring(answer.start(), answer.end()));
      var withNone = pipeline.answer(QUESTION, CONTEXT, options.top(1000).noAnswer(true));
      assertThat(withNone)
          .filteredOn(a -> a.text().isEmpty())
          .singleElement()
          .satisfies(none ->
              assertThat((double) none.score())
                  .isCloseTo(product(encoding, starts, ends, 0, 0)[0], within(1e-6)));
    }
  }

  @Test
  void answersAreDifferentWholeWordsBestFirst() {
    try (var pipeline = QuestionAnswering.load(files, new CpuOps(), ProgressListener.NONE)) {
      var answers =
          pipeline.answer(QUESTION, "Xaver ran to Zanzibar, far away.", Options.DEFAULT.top(7));
      assertThat(answers).hasSize(7).doesNotHaveDuplicates();
      assertThat(answers).isSortedAccordingTo((a, b) -> Float.compare(b.score(), a.score()));
      for (Answer answer : answers) {
        assertThat(List.of("Xaver", "ran", "to", "Zanzibar", ",", "far", "away", "."))
            .anyMatch(word -> answer.text().startsWith(word))
            .anyMatch(word -> answer.text().endsWith(word));
      }
    }
  }

  /** 40 tokens fit; the text has some 130, so most of it lies in later windows. */
  @Test
  void longTextsAreReadToTheirEnd() {
    String context = "The cat sat on a mat . ".repeat(18) + "One day the dog ran far away .";
    try (var pipeline = QuestionAnswering.load(files, new CpuOps(), ProgressListener.NONE)) {
      var options = Options.DEFAULT.top(5000).maxAnswerTokens(3).windows(24, 6);
      var answers = pipeline.answer(QUESTION, context, options);
      assertThat(answers)
          .allSatisfy(answer ->
              assertThat(answer.text()).isEqualTo(context.substring(answer.start(), answer.end())));
      for (String word : List.of("One", "ran", "away")) {
        int at = context.indexOf(word);
        assertThat(answers).anyMatch(answer -> answer.start() == at);
      }
      assertThat(answers.stream().map(answer -> answer.start() + " " + answer.end()))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void refusesWhatCannotBeAnswered() {
    try (var pipeline = QuestionAnswering.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThatThrownBy(() -> pipeline.answer(" ", CONTEXT))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("empty");
      assertThatThrownBy(() -> pipeline.answer(QUESTION, ""))
          .isInstanceOf(BadArgumentException.class);
      assertThatThrownBy(() -> pipeline.answer("who ran ".repeat(30), CONTEXT))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("room");
    }
  }
}
