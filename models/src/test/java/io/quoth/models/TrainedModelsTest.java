package io.quoth.models;

import static io.quoth.models.Running.argmax;
import static io.quoth.models.Running.greedy;
import static io.quoth.models.Running.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Rung;
import io.quoth.testkit.TestData;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two models that were trained, with the ids and logits that the reference gives for them. */
class TrainedModelsTest {

  static List<Rung> rungs() {
    return Running.rungs();
  }

  private static Json expected(ModelFolder folder) {
    return folder.json("expected.json");
  }

  private static int[] ints(Json array) {
    return array.items().stream().mapToInt(Json::asInt).toArray();
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void stories260KWritesItsPublishedText(Rung rung) {
    var folder = ModelFolder.of(TestData.shared("models/stories260K"));
    int[] ids = ints(expected(folder).get("ids_from_bos"));
    try (var model = load(folder, rung, 2)) {
      assertThat(greedy(model, new int[][] {{ids[0]}}, ids.length - 1)[0])
          .isEqualTo(Arrays.copyOfRange(ids, 1, ids.length));
      float[] first = model.record(ids[0]).logits();
      var expected = expected(folder).get("logits_after_bos");
      for (int id = 0; id < first.length; id++) {
        assertThat(first[id]).isCloseTo((float) expected.item(id).asDouble(), within(1e-4f));
      }
      checkPrompts(model, expected(folder).get("prompts").items(), "last_logits_top10");
    }
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void talesContinuesItsPrompts(Rung rung) {
    var folder = ModelFolder.of(TestData.shared("models/tales"));
    try (var model = load(folder, rung, 2)) {
      var prompts = expected(folder).get("prompts").items();
      // The scalar rung is slow, and gives the bits of the others.
      prompts = rung == Rung.SCALAR ? prompts.subList(0, 1) : prompts;
      checkPrompts(model, prompts, "logits_after_prompt_top10");
      for (Json prompt : prompts) {
        int[] ids = ints(prompt.get("prompt_ids"));
        int[] more = ints(prompt.get("greedy_ids"));
        int[] all = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, all, ids.length, more.length);
        checkTop(lastLogits(model, all), prompt.get("logits_at_the_end_top10"));
      }
    }
  }

  /** All prompts of a file in one batch. */
  private static void checkPrompts(CausalModel model, List<Json> prompts, String top) {
    int[][] ids = prompts.stream().map(p -> ints(p.get("prompt_ids"))).toArray(int[][]::new);
    int count = prompts.getFirst().get("greedy_ids").size();
    int[][] found = greedy(model, ids, count);
    for (int k = 0; k < ids.length; k++) {
      assertThat(found[k]).isEqualTo(ints(prompts.get(k).get("greedy_ids")));
      checkTop(lastLogits(model, ids[k]), prompts.get(k).get(top));
    }
  }

  private static float[] lastLogits(CausalModel model, int[] ids) {
    float[] logits = new float[model.config().vocabSize()];
    var batch = new Batch();
    batch.add(null, ids, 0, ids.length, ids.length, Batch.Want.LAST);
    model.forward(batch, logits);
    return logits;
  }

  private static void checkTop(float[] logits, Json top) {
    assertThat(argmax(logits, 0, logits.length)).isEqualTo(top.item(0).item(0).asInt());
    for (Json pair : top.items()) {
      assertThat(logits[pair.item(0).asInt()])
          .isCloseTo((float) pair.item(1).asDouble(), within(1e-3f));
    }
  }
}
