package io.quoth.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.models.CausalModel;
import io.quoth.testkit.TestData;
import io.quoth.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How well the embedded model predicts text it has not seen, against what the reference finds. */
@Tag("long")
class TalesEvaluationTest {
  private static final String END = "<|endoftext|>";
  private static final int PIECE = 512;

  @Test
  void predictsItsEvaluationTextAsWellAsTheReferenceSays() {
    var path = TestData.shared("models/tales");
    var folder = ModelFolder.of(path);
    var expected = folder.json("expected.json").get("evaluation");
    String text = TestData.text(path.resolve("eval.txt"));
    String[] stories = text.substring(0, text.length() - 1).split(Pattern.quote("\n" + END + "\n"));
    assertThat(stories).hasSize(expected.getInt("stories"));

    var tokenizer = Tokenizer.load(folder);
    double sum = 0;
    int predicted = 0;
    int ids = 0;
    try (var model = CausalModel.load(folder, new CpuOps(), ProgressListener.NONE)) {
      for (String story : stories) {
        int[] all = tokenizer.encode(story).ids();
        ids += all.length - 1; // the end of text stands in front of each
        for (int from = 0; from < all.length; from += PIECE) {
          int[] piece = Arrays.copyOfRange(all, from, Math.min(all.length, from + PIECE));
          sum += negativeLogLikelihood(model, piece);
          predicted += piece.length - 1;
        }
      }
    }
    assertThat(ids).isEqualTo(expected.getInt("ids"));
    assertThat(predicted).isEqualTo(expected.getInt("predicted_ids"));
    double mean = sum / predicted;
    assertThat(mean).isCloseTo(expected.getDouble("mean_nll"), within(1e-4));
    assertThat(Math.exp(mean)).isCloseTo(expected.getDouble("perplexity"), within(2.5e-3));
  }

  /** Of all ids but the first, in nats. */
  private static double negativeLogLikelihood(CausalModel model, int[] ids) {
    int vocabSize = model.config().vocabSize();
    float[] logits = new float[ids.length * vocabSize];
    var batch = new Batch();
    batch.add(null, ids, 0, ids.length, ids.length, Batch.Want.ALL);
    model.forward(batch, logits);
    double sum = 0;
    for (int t = 0; t + 1 < ids.length; t++) {
      double greatest = Double.NEGATIVE_INFINITY;
      for (int id = 0; id < vocabSize; id++) {
        greatest = Math.max(greatest, logits[t * vocabSize + id]);
      }
      double total = 0;
      for (int id = 0; id < vocabSize; id++) {
        total += Math.exp(logits[t * vocabSize + id] - greatest);
      }
      sum += Math.log(total) + greatest - logits[t * vocabSize + ids[t + 1]];
    }
    return sum;
  }
}
