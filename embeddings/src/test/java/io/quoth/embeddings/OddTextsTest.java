package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.embeddings.CrossEncoder.Pair;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts that are none: empty, blank, special tokens alone. And that the company of a text changes
 * no bit of its result, whatever the model is made of.
 */
class OddTextsTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "\n\t",
          "[CLS]",
          "[CLS] [SEP]",
          "[PAD][PAD]",
          "<s></s>",
          "<pad>",
          "\0",
          "\u0301",
          "the old fox",
          "the cat sat on the mat and the dog ran after the moon ".repeat(9));

  static Stream<String> sentenceTransformers() {
    return folders("SentenceTransformer");
  }

  static Stream<String> crossEncoders() {
    return folders("CrossEncoder");
  }

  static Stream<String> sparseEncoders() {
    return folders("SparseEncoder");
  }

  private static Stream<String> folders(String type) {
    return GoldenSentenceTest.folders()
        .filter(name ->
            Json.parse(TestData.own("sentence/" + name + "/expected.json"))
                .getString("class")
                .equals(type));
  }

  private static ModelFolder folder(String name) {
    return ModelFolder.of(TestData.own("sentence/" + name));
  }

  /** The texts several times in an order of chance. */
  private static List<String> shuffled() {
    var many = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      many.addAll(TEXTS);
    }
    Collections.shuffle(many, new Random(20261124));
    return many;
  }

  @ParameterizedTest
  @MethodSource("sentenceTransformers")
  void haveEmbeddingsThatNoCompanyChanges(String name) {
    try (var model = SentenceTransformer.load(folder(name), CpuOps::new, ProgressListener.NONE)) {
      var many = shuffled();
      float[][] together = model.encode(many);
      for (String text : TEXTS) {
        float[] alone = model.encode(text);
        assertThat(alone).hasSize(model.dimension());
        for (float number : alone) {
          assertThat(number).isFinite();
        }
        for (int i = 0; i < many.size(); i++) {
          if (many.get(i).equals(text)) {
            assertThat(together[i]).as("\"" + text + "\"").isEqualTo(alone);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("crossEncoders")
  void haveScoresThatNoCompanyChanges(String name) {
    try (var model = CrossEncoder.load(folder(name), CpuOps::new, ProgressListener.NONE)) {
      var pairs = new ArrayList<Pair>();
      for (String first : TEXTS) {
        for (String second : List.of("", "[SEP]", "the moon")) {
          pairs.add(new Pair(first, second));
        }
      }
      float[][] together = model.predict(pairs);
      for (int i = 0; i < pairs.size(); i++) {
        assertThat(model.predict(List.of(pairs.get(i)))[0]).isEqualTo(together[i]);
      }
      IntStream.range(0, 16)
          .parallel()
          .forEach(_ -> assertThat(model.predict(pairs)).isDeepEqualTo(together));
    }
  }

  @ParameterizedTest
  @MethodSource("sparseEncoders")
  void haveSparseVectorsThatNoCompanyChanges(String name) {
    try (var model = SparseEncoder.load(folder(name), CpuOps::new, ProgressListener.NONE)) {
      var together = model.encode(TEXTS);
      for (int i = 0; i < TEXTS.size(); i++) {
        var alone = model.encode(List.of(TEXTS.get(i))).getFirst();
        assertThat(alone.indices()).isEqualTo(together.get(i).indices());
        assertThat(alone.values()).isEqualTo(together.get(i).values());
      }
      IntStream.range(0, 16)
          .parallel()
          .forEach(_ -> {
            var again = model.encode(TEXTS);
            for (int i = 0; i < TEXTS.size(); i++) {
              assertThat(again.get(i).values()).isEqualTo(together.get(i).values());
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool_mean", "chain_dense_tanh", "static"})
  void weightsThatAreNoNumbersAreAnError(String name) {
    var golden = folder(name);
    String file = name.equals("chain_dense_tanh") ? "2_Dense/model.safetensors" : weights(golden);
    byte[] bytes = golden.bytes(file);
    for (int at = bytes.length - 4; at > bytes.length / 2; at -= 4) {
      bytes[at + 3] = 0x7F;
      bytes[at + 2] = (byte) 0xC0;
    }
    var damaged = new EditedFolder(golden, Map.of(file, bytes));
    try (var model = SentenceTransformer.load(damaged, CpuOps::new, ProgressListener.NONE)) {
      assertThatThrownBy(() -> model.encode(TEXTS))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("NaN");
    }
  }

  private static String weights(ModelFolder folder) {
    return folder.files().stream()
        .filter(file -> file.endsWith("model.safetensors"))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void queriesThatAreNoNumbersOrOfAnotherSizeAreRefused(float odd) {
    float[][] corpus = {{1, 2}, {3, 4}};
    float[][] query = {{1, odd}};
    for (var similarity : Similarity.values()) {
      assertThatThrownBy(() -> SemanticSearch.search(query, corpus, 1, similarity))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("row 0, column 1 is " + odd);
      assertThatThrownBy(() -> similarity.between(corpus, new float[2][3]))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("2 dimensions")
          .hasMessageContaining("second have 3");
      try (var index = VectorIndex.of(corpus, similarity)) {
        assertThatThrownBy(() -> index.search(query, 1)).isInstanceOf(BadArgumentException.class);
      }
    }
  }
}
