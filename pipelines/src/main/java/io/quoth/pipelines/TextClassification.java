package io.quoth.pipelines;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import io.quoth.models.Task;
import io.quoth.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/** A class for each text: sentiment, topic, language. */
public final class TextClassification implements Pipeline {
  private static final int WINDOW = 256;

  private final TextModel text;

  private TextClassification(TextModel text) {
    this.text = text;
  }

  /**
   * The classes of a text.
   *
   * @param labels all classes, best first
   * @param truncated whether the text was longer than the model takes, and its end not looked at
   */
  public record Result(List<LabelScore> labels, boolean truncated) {
    /** Keeps the list as it is now. */
    public Result {
      labels = List.copyOf(labels);
    }

    /** The best class. */
    public LabelScore best() {
      return labels.getFirst();
    }
  }

  /** What becomes of logits. */
  public enum Function {
    /** Nothing: the logits themselves. */
    NONE,
    /** Each for itself: several classes may fit. */
    SIGMOID,
    /** Probabilities that add up to 1. */
    SOFTMAX
  }

  /** Loads a model with a head for sequence classification. */
  public static TextClassification load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return new TextClassification(
        TextModel.load(folder, Task.SEQUENCE_CLASSIFICATION, ops, progress));
  }

  @Override
  public String task() {
    return "text-classification";
  }

  /** The function that goes with the model: by {@code problem_type}, else by how many classes. */
  public Function function() {
    return switch (text.model().config().problemType()) {
      case "regression" -> Function.NONE;
      case "multi_label_classification" -> Function.SIGMOID;
      default -> text.labels().size() == 1 ? Function.SIGMOID : Function.SOFTMAX;
    };
  }

  /**
   * The classes of a text.
   *
   * @throws io.quoth.base.BadArgumentException when it is empty
   */
  public Result classify(String input) {
    return classify(List.of(input)).getFirst();
  }

  /** The classes of texts, in their order. */
  public List<Result> classify(List<String> inputs) {
    return classify(inputs, function());
  }

  /** The classes of texts, with another function of the logits. */
  public List<Result> classify(List<String> inputs, Function function) {
    List<Encoding> encodings = text.encode(inputs);
    List<float[]> logits = text.sequenceLogits(encodings);
    var results = new ArrayList<Result>();
    for (int i = 0; i < encodings.size(); i++) {
      results.add(new Result(labels(logits.get(i), function), encodings.get(i).isCut()));
    }
    return results;
  }

  /** The classes of a stream of texts as they come; memory does not grow with their number. */
  public Stream<Result> classify(Stream<String> inputs) {
    return inputs.gather(Gatherers.windowFixed(WINDOW)).flatMap(some -> classify(some).stream());
  }

  private List<LabelScore> labels(float[] logits, Function function) {
    float[] scores =
        switch (function) {
          case NONE -> logits;
          case SIGMOID -> Scores.sigmoid(logits);
          case SOFTMAX -> Scores.softmax(logits);
        };
    var labels = new ArrayList<LabelScore>();
    for (int i : Scores.top(scores, scores.length)) {
      labels.add(new LabelScore(text.labels().get(i), scores[i]));
    }
    return labels;
  }

  @Override
  public void close() {
    text.close();
  }
}
