package io.quoth.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.models.Task;
import io.quoth.pipelines.TokenClassification.Aggregation;
import io.quoth.pipelines.TokenClassification.Entity;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenClassificationTest {
  private static final List<String> LABELS = List.of("O", "B-PER", "I-PER", "B-LOC", "I-LOC");
  private static final List<String> TEXTS =
      List.of(
          "The old king Brutus lived in Timbuktu, far away.",
          "\uD83D\uDE00 Anna und Xaver ran to Zanzibar!",
          "who?");

  @TempDir Path folder;
  private ModelFolder files;

  @BeforeEach
  void write() throws IOException {
    files = TinyFolder.write(folder, "token_classification");
  }

  private double[][] probabilities(Encoding encoding) {
    var logits = TinyFolder.run(files, Task.TOKEN_CLASSIFICATION, encoding).logits();
    double[][] rows = new double[encoding.length()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = TinyFolder.softmax(Arrays.copyOfRange(logits.values(), i * 5, i * 5 + 5));
    }
    return rows;
  }

  private static int argmax(double[] row) {
    int best = 0;
    for (int i = 0; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  @Test
  void withoutAggregationEachTokenHasItsLikeliestLabel() {
    var tokenizer = Tokenizer.load(files);
    try (var pipeline = TokenClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      var results = pipeline.classify(TEXTS, Aggregation.NONE);
      for (int t = 0; t < TEXTS.size(); t++) {
        Encoding encoding = tokenizer.encode(TEXTS.get(t));
        double[][] rows = probabilities(encoding);
        var found = results.get(t).entities().iterator();
        for (int i = 1; i < rows.length - 1; i++) {
          int label = argmax(rows[i]);
          if (label != 0) {
            Entity entity = found.next();
            assertThat(entity.label()).isEqualTo(LABELS.get(label));
            assertThat((double) entity.score()).isCloseTo(rows[i][label], within(1e-6));
            assertThat(entity.start()).isEqualTo(encoding.charOffset(i).start());
            assertThat(entity.end()).isEqualTo(encoding.charOffset(i).end());
          }
        }
        assertThat(found.hasNext()).isFalse();
      }
    }
  }

  /** Words by plain loops over the words of the encoding, then groups of one class. */
  @ParameterizedTest
  @EnumSource(
      value = Aggregation.class,
      names = {"FIRST", "AVERAGE", "MAX"})
  void wordsAreClassifiedWhole(Aggregation aggregation) {
    var tokenizer = Tokenizer.load(files);
    try (var pipeline = TokenClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      for (String text : TEXTS) {
        Encoding encoding = tokenizer.encode(text);
        double[][] rows = probabilities(encoding);
        var labels = new ArrayList<String>();
        for (int word = 0; encoding.wordToTokens(word, 0).isPresent(); word++) {
          var span = encoding.wordToTokens(word, 0).get();
          double[] scores = rows[span.start()].clone();
          for (int i = span.start() + 1; i < span.end(); i++) {
            for (int l = 0; l < 5; l++) {
              scores[l] += aggregation == Aggregation.AVERAGE ? rows[i][l] : 0;
            }
            boolean surer = rows[i][argmax(rows[i])] > scores[argmax(scores)];
            if (aggregation == Aggregation.MAX && surer) {
              scores = rows[i].clone();
            }
          }
          labels.add(LABELS.get(argmax(scores)));
        }
        for (Entity entity : pipeline.classify(List.of(text), aggregation).getFirst().entities()) {
          for (int at = entity.start(); at < entity.end(); at++) {
            var word = encoding.charToWord(at, 0);
            if (word.isPresent()) {
              assertThat(labels.get(word.getAsInt())).endsWith("-" + entity.label());
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Aggregation.class)
  void entitiesAreStretchesOfTheTextInOrder(Aggregation aggregation) {
    try (var pipeline = TokenClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      var results = pipeline.classify(TEXTS, aggregation);
      assertThat(pipeline.classify(TEXTS.stream(), aggregation)).isEqualTo(results);
      assertThat(results.stream().mapToInt(result -> result.entities().size()).sum()).isPositive();
      for (int t = 0; t < TEXTS.size(); t++) {
        int end = 0;
        for (Entity entity : results.get(t).entities()) {
          assertThat(entity.start()).isGreaterThanOrEqualTo(end);
          assertThat(entity.end()).isGreaterThan(entity.start());
          assertThat(entity.word()).isEqualTo(TEXTS.get(t).substring(entity.start(), entity.end()));
          assertThat(entity.score()).isBetween(0.2f, 1f);
          end = entity.end();
        }
        assertThat(pipeline.classify(List.of(TEXTS.get(t)), aggregation).getFirst())
            .isEqualTo(results.get(t));
      }
    }
  }

  @Test
  void anEmptyTextIsRefused() {
    try (var pipeline = TokenClassification.load(files, new CpuOps(), ProgressListener.NONE)) {
      assertThatThrownBy(() -> pipeline.classify("")).isInstanceOf(BadArgumentException.class);
    }
  }
}
