package io.quoth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.embeddings.SentenceTransformer;
import io.quoth.kernels.Batch;
import io.quoth.models.EncoderModel;
import io.quoth.models.Task;
import io.quoth.testkit.TestData;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class EncodersTest {

  @Test
  void eachNameLoadsItsHead() {
    Map<String, Function<String, EncoderModel>> doors =
        Map.of(
            "base", AutoModel::fromPretrained,
            "masked_lm", AutoModelForMaskedLM::fromPretrained,
            "sequence_classification", AutoModelForSequenceClassification::fromPretrained,
            "token_classification", AutoModelForTokenClassification::fromPretrained,
            "question_answering", AutoModelForQuestionAnswering::fromPretrained);
    doors.forEach((head, door) -> {
      try (var model = door.apply(TestData.own("encoder/bert/" + head).toString())) {
        assertThat(model.task().name().toLowerCase(Locale.ROOT)).isEqualTo(head);
        var batch = new Batch();
        batch.add(new int[] {2, 9, 3}, new int[3], Batch.Want.ALL);
        assertThat(model.forward(batch).outputs()).isNotEmpty();
      }
    });
    assertThat(doors).hasSize(Task.values().length);
  }

  @Test
  void aSentenceTransformerIsLoadedByItsFolder() {
    var folder = TestData.own("sentence/legacy").toString();
    try (var model = SentenceTransformer.fromPretrained(folder)) {
      assertThat(model.encode("the fox")).hasSize(model.dimension());
    }
  }
}
