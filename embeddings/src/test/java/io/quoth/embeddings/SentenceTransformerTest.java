package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.ClosedException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceTransformerTest {
  private static final List<String> TEXTS =
      List.of("the old fox", "", "a", "the cat sat on the mat and the dog ran after the moon");

  private static SentenceTransformer load(String golden) {
    return load(ModelFolder.of(TestData.own("sentence/" + golden)));
  }

  private static SentenceTransformer load(ModelFolder folder) {
    return SentenceTransformer.load(folder, CpuOps::new, ProgressListener.NONE);
  }

  private static String golden(String file) {
    return TestData.text(TestData.own("sentence/" + file));
  }

  @Test
  void sixteenThreadsGetTheAnswersOfOne() {
    try (var model = load("chain_dense_two")) {
      float[][] expected = model.encode(TEXTS);
      IntStream.range(0, 16)
          .parallel()
          .forEach(i -> {
            for (int round = 0; round < 5; round++) {
              assertThat(model.encode(TEXTS)).isEqualTo(expected);
            }
          });
    }
  }

  @Test
  void anyCompanyOfTextsGivesTheSameBits() {
    try (var model = load("pool_booleans")) {
      var many = new ArrayList<String>();
      for (int i = 0; i < 3000; i++) {
        many.add(TEXTS.get(i * 7 % TEXTS.size()));
      }
      float[][] alone = new float[TEXTS.size()][];
      for (int i = 0; i < alone.length; i++) {
        alone[i] = model.encode(TEXTS.get(i));
      }
      float[][] found = model.encode(many);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isEqualTo(alone[i * 7 % TEXTS.size()]);
      }
    }
  }

  @Test
  void aStreamGivesWhatAListGives() {
    try (var model = load("legacy")) {
      var found =
          model
              .encode(
                  Stream.generate(() -> TEXTS).limit(700).flatMap(List::stream),
                  EmbeddingOptions.DEFAULT)
              .toList();
      float[][] expected = model.encode(TEXTS);
      assertThat(found).hasSize(2800);
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).text()).isEqualTo(TEXTS.get(i % 4));
        assertThat(found.get(i).vector()).isEqualTo(expected[i % 4]);
      }
    }
  }

  @Test
  void saysWhichTextsWereCutOff() {
    try (var model = load("legacy")) {
      int most = model.maxSeqLength().getAsInt();
      String far = String.join(" ", Collections.nCopies(100, "the fox"));
      var found = model.encode(List.of("the fox", far), EmbeddingOptions.DEFAULT);
      assertThat(found.texts().get(0).truncated()).isFalse();
      assertThat(found.texts().get(1).truncated()).isTrue();
      assertThat(found.texts().get(1).tokens()).isEqualTo(most);
      assertThat(found.anyTruncated()).isTrue();
    }
  }

  @Test
  void tellsItsProgress() {
    try (var model = load("pool_mean")) {
      var last = new AtomicLong();
      model.encode(
          TEXTS,
          EmbeddingOptions.DEFAULT.progress((task, done, total) -> {
            assertThat(total).isEqualTo(4);
            assertThat(done).isGreaterThan(last.get());
            last.set(done);
          }));
      assertThat(last).hasValue(4);
    }
  }

  @Test
  void noTextsGiveNoEmbeddings() {
    try (var model = load("pool_mean")) {
      assertThat(model.encode(List.of())).isEmpty();
    }
  }

  @Test
  void chunksFitTheModelAndCoverTheText() {
    try (var model = load("legacy")) {
      String text = golden("legacy/expected.json").replaceAll("[^a-zA-Z .,]", " ");
      var chunks = model.splitter().split(text, 20, 6);
      assertThat(chunks).hasSizeGreaterThan(10);
      int covered = 0;
      for (var chunk : chunks) {
        assertThat(chunk.text()).isEqualTo(text.substring(chunk.start(), chunk.end()));
        assertThat(text.substring(covered, Math.max(covered, chunk.start()))).isBlank();
        assertThat(chunk.end()).isGreaterThan(covered);
        covered = chunk.end();
      }
      assertThat(text.substring(covered)).isBlank();
      var found =
          model.encode(
              chunks.stream().map(TextSplitter.Chunk::text).toList(), EmbeddingOptions.DEFAULT);
      assertThat(found.anyTruncated()).isFalse();
      assertThatThrownBy(() -> model.splitter().split(text, 10_000, 0))
          .isInstanceOf(BadArgumentException.class);
      assertThatThrownBy(() -> model.splitter().split(text, 5, 5))
          .isInstanceOf(BadArgumentException.class);
    }
  }

  @Test
  void refusesAPromptThatIsNotThere() {
    try (var model = load("config_prompts")) {
      assertThatThrownBy(() -> model.encode(TEXTS, EmbeddingOptions.DEFAULT.promptName("verse")))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("\"verse\"")
          .hasMessageContaining("clustering");
    }
  }

  @Test
  void refusesToWorkWhenClosed() {
    var model = load("chain_layernorm");
    model.close();
    model.close();
    assertThatThrownBy(() -> model.encode("the fox")).isInstanceOf(ClosedException.class);
  }

  @Test
  void namesAModuleThatItDoesNotKnow() {
    String modules =
        golden("pool_mean/modules.json")
            .replace("sentence_transformer.modules.pooling.Pooling", "models.LSTM");
    assertThatThrownBy(() -> load(EditedFolder.of("pool_mean", "modules.json", modules)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("\"LSTM\"")
        .hasMessageContaining("Pooling, Dense");
  }

  @Test
  void refusesAChainWithoutPooling() {
    String modules =
        Json.write(List.of(Json.parse(golden("pool_mean/modules.json"), "modules").item(0)));
    assertThatThrownBy(() -> load(EditedFolder.of("pool_mean", "modules.json", modules)))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("embedding of a text");
  }

  @ParameterizedTest
  @CsvSource({
    "pool_mean, 1_Pooling/config.json, 32, 48",
    "chain_dense_tanh, 2_Dense/config.json, 32, 48",
    "chain_dense_tanh, 2_Dense/config.json, 24, 25",
    "chain_layernorm, 2_LayerNorm/config.json, 32, 31"
  })
  void refusesSizesThatDoNotFit(String folder, String file, String from, String to) {
    String config = golden(folder + "/" + file).replace(from, to);
    assertThatThrownBy(() -> load(EditedFolder.of(folder, file, config)))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining(to);
  }

  @Test
  void refusesAPoolingModeThatItDoesNotKnow() {
    assertThatThrownBy(() ->
            load(
                EditedFolder.of(
                    "pool_mean",
                    "1_Pooling/config.json",
                    "{\"embedding_dimension\": 32, \"pooling_mode\": \"median\"}")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("median");
  }

  @Test
  void refusesAPathOutOfTheFolder() {
    String modules = golden("pool_mean/modules.json").replace("1_Pooling", "../pool_max/1_Pooling");
    assertThatThrownBy(() -> load(EditedFolder.of("pool_mean", "modules.json", modules)))
        .isInstanceOf(BadFileException.class);
  }

  @Test
  void aCrossEncoderOfSeveralLabelsCannotRank() {
    var folder = ModelFolder.of(TestData.own("sentence/cross_three"));
    try (var model = CrossEncoder.load(folder, CpuOps::new, ProgressListener.NONE)) {
      assertThatThrownBy(() -> model.rank("a", List.of("b")))
          .isInstanceOf(BadArgumentException.class)
          .hasMessageContaining("3 labels");
    }
  }

  @Test
  void refusesALabelMapThatDoesNotFit() {
    String config = golden("cross_three/config.json").replace("\"2\":", "\"7\":");
    assertThatThrownBy(() ->
            CrossEncoder.load(
                EditedFolder.of("cross_three", "config.json", config),
                CpuOps::new,
                ProgressListener.NONE))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("none of id 2");
  }
}
