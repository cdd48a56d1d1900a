package io.quoth.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.models.EncoderModel;
import io.quoth.testkit.Folders;
import io.quoth.testkit.MiniLmOnnx;
import io.quoth.testkit.TestData;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.Truncation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MiniLmTest {
  private static final int SIZE = 384;
  private static final int MAX_LENGTH = 256;

  private static final ModelFolder EMBEDDED =
      ModelSource.resolve("all-MiniLM-L6-v2", ProgressListener.NONE);

  @TempDir Path folder;

  @Test
  void isFoundByItsName() {
    assertThat(EMBEDDED.location()).isEqualTo("all-MiniLM-L6-v2 (Q8_0, embedded)");
    for (String file : EMBEDDED.files()) {
      assertThat(EMBEDDED.bytes(file)).as(file).isNotEmpty();
    }
  }

  @Test
  void weightsLieOnDiskAsTheyAre() {
    assertThat(EMBEDDED.region("model.gguf")).isPresent();
  }

  @Test
  void theToolMakesTheSameBytesAgain() throws IOException {
    assumePublishedWeights();
    Path file = folder.resolve("model.gguf");
    MakeModel.writeGguf(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(EMBEDDED.bytes("model.gguf"));
    assertThat(MakeModel.tokenizerJson().getBytes(StandardCharsets.UTF_8))
        .isEqualTo(EMBEDDED.bytes("tokenizer.json"));
  }

  /** sentence_transformers 6.0.1 in f32: ids exactly, each number within 1e-5. */
  @Test
  void thePublishedWeightsGiveTheReferencesEmbeddings() throws IOException {
    assumePublishedWeights();
    var cases = cases();
    Folders.copy(EMBEDDED, file -> file.endsWith(".json") && !file.contains("/"), folder);
    MakeModel.writeSafetensors(folder.resolve("model.safetensors"));
    double worst = 0;
    for (Result result : embed(ModelFolder.of(folder), cases)) {
      for (int i = 0; i < SIZE; i++) {
        worst = Math.max(worst, Math.abs(result.found[i] - result.expected[i]));
      }
    }
    assertThat(worst).isLessThan(1e-5);
  }

  @Test
  void theEmbeddedWeightsComeCloseToThem() {
    for (Result result : embed(EMBEDDED, cases())) {
      assertThat(cosine(result.found, result.expected)).as(result.text).isCloseTo(1, within(5e-4));
    }
  }

  private static void assumePublishedWeights() {
    assumeTrue(
        MiniLmOnnx.isThere(),
        "skipped: the artifact with the f32 weights is not on the class path");
  }

  private static List<Json> cases() {
    return Json.parse(TestData.shared("models/all-MiniLM-L6-v2/expected.json"))
        .get("cases")
        .items();
  }

  /** A text, what the reference makes of it, and what was found. */
  private record Result(String text, double[] expected, double[] found) {}

  /** All in one batch; mean pooling and length 1 by plain loops. */
  private static List<Result> embed(ModelFolder folder, List<Json> cases) {
    var tokenizer = Tokenizer.load(folder).withTruncation(Optional.of(Truncation.to(MAX_LENGTH)));
    var batch = new Batch();
    for (Json example : cases) {
      int[] ids = tokenizer.encode(example.getString("text")).ids();
      assertThat(ids)
          .isEqualTo(example.get("ids").items().stream().mapToInt(Json::asInt).toArray());
      batch.add(ids, new int[ids.length], Batch.Want.ALL);
    }
    var results = new ArrayList<Result>();
    try (var model = EncoderModel.load(folder, new CpuOps(), ProgressListener.NONE)) {
      var states = model.forward(batch).lastHiddenState();
      for (int s = 0; s < cases.size(); s++) {
        double[] mean = new double[SIZE];
        for (int row = batch.start(s); row < batch.end(s); row++) {
          for (int i = 0; i < SIZE; i++) {
            mean[i] += states.get(row, i) / (batch.end(s) - batch.start(s));
          }
        }
        double length = Math.sqrt(dot(mean, mean));
        double[] found = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
          found[i] = mean[i] / length;
        }
        double[] expected =
            cases.get(s).get("embedding").items().stream().mapToDouble(Json::asDouble).toArray();
        results.add(new Result(cases.get(s).getString("text"), expected, found));
      }
    }
    return results;
  }

  private static double cosine(double[] a, double[] b) {
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
