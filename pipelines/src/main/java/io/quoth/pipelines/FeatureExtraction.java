package io.quoth.pipelines;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import io.quoth.models.Task;
import io.quoth.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.List;

/** The last hidden states of every token. */
public final class FeatureExtraction implements Pipeline {
  private final TextModel text;

  private FeatureExtraction(TextModel text) {
    this.text = text;
  }

  /**
   * What a model makes of a text.
   *
   * @param tokens as they stand in the vocabulary, special ones included
   * @param features [tokens, hiddenSize]
   * @param truncated whether the text was longer than the model takes
   */
  public record Result(List<String> tokens, float[][] features, boolean truncated) {}

  /** Loads the body of a model. */
  public static FeatureExtraction load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return new FeatureExtraction(TextModel.load(folder, Task.BASE, ops, progress));
  }

  @Override
  public String task() {
    return "feature-extraction";
  }

  /** The features of a text. */
  public Result extract(String input) {
    return extract(List.of(input)).getFirst();
  }

  /**
   * The features of texts, in their order.
   *
   * @throws io.quoth.base.BadArgumentException when one is empty
   */
  public List<Result> extract(List<String> inputs) {
    List<Encoding> encodings = text.encode(inputs);
    var results = new ArrayList<Result>();
    text.run(
        encodings,
        (input, output, batch, sequence) -> {
          Encoding encoding = encodings.get(input);
          float[][] features = new float[encoding.length()][];
          for (int i = 0; i < features.length; i++) {
            features[i] = TextModel.row(output.lastHiddenState(), batch.start(sequence) + i);
          }
          results.add(new Result(encoding.tokens(), features, encoding.isCut()));
        });
    return results;
  }

  @Override
  public void close() {
    text.close();
  }
}
