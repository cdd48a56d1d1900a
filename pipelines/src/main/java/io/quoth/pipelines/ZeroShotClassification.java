package io.quoth.pipelines;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import io.quoth.models.Task;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.Truncation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Classes that the model was never trained on: a model of entailment is asked whether "This example
 * is LABEL." follows from the text.
 */
public final class ZeroShotClassification implements Pipeline {
  /** What the reference asks. */
  public static final String HYPOTHESIS = "This example is {}.";

  private final TextModel text;

  /** Cuts the text, never the hypothesis. */
  private final Tokenizer tokenizer;

  private final int entailment;

  private ZeroShotClassification(TextModel text, int entailment) {
    this.text = text;
    this.entailment = entailment;
    var truncation = Truncation.to(text.maxLength());
    tokenizer =
        text.tokenizer()
            .withTruncation(
                Optional.of(
                    new Truncation(
                        truncation.maxLength(),
                        0,
                        Truncation.Strategy.ONLY_FIRST,
                        truncation.direction())));
  }

  /**
   * The labels of a text.
   *
   * @param labels all, best first
   * @param truncated whether the text was longer than the model takes, and its end not looked at
   */
  public record Result(List<LabelScore> labels, boolean truncated) {
    /** Keeps the list as it is now. */
    public Result {
      labels = List.copyOf(labels);
    }

    /** The best label. */
    public LabelScore best() {
      return labels.getFirst();
    }
  }

  /**
   * Loads a model of entailment: a sequence classifier of which one label begins with "entail".
   *
   * @throws BadArgumentException when no label does
   */
  public static ZeroShotClassification load(
      ModelFolder folder, Ops ops, ProgressListener progress) {
    var text = TextModel.load(folder, Task.SEQUENCE_CLASSIFICATION, ops, progress);
    for (int i = 0; i < text.labels().size(); i++) {
      if (text.labels().get(i).toLowerCase(Locale.ROOT).startsWith("entail")) {
        return new ZeroShotClassification(text, i);
      }
    }
    String message =
        folder.location()
            + ": the labels are "
            + text.labels()
            + ", of which one must begin with \"entail\"; take a model of natural language"
            + " inference";
    text.close();
    throw new BadArgumentException(message);
  }

  @Override
  public String task() {
    return "zero-shot-classification";
  }

  /** The labels of a text, their scores adding up to 1. */
  public Result classify(String input, List<String> labels) {
    return classify(input, labels, HYPOTHESIS, false);
  }

  /**
   * The labels of a text.
   *
   * @param hypothesis what is asked of each label, which goes where {@code {}} stands
   * @param multiLabel whether each label is judged for itself, so that several may fit
   * @throws BadArgumentException when text or labels are empty, or the hypothesis has no place
   */
  public Result classify(String input, List<String> labels, String hypothesis, boolean multiLabel) {
    if (input.isBlank() || labels.isEmpty()) {
      throw new BadArgumentException("a text and one label at least are needed");
    }
    if (!hypothesis.contains("{}")) {
      throw new BadArgumentException(
          "the hypothesis \"" + hypothesis + "\" has no {} where the label goes");
    }
    var pairs = new ArrayList<Encoding>();
    for (String label : labels) {
      pairs.add(tokenizer.encode(input, hypothesis.replace("{}", label), EncodeOptions.DEFAULT));
    }
    List<float[]> logits = text.sequenceLogits(pairs);
    float[] scores = multiLabel || labels.size() == 1 ? alone(logits) : amongThemselves(logits);
    var result = new ArrayList<LabelScore>();
    for (int i : Scores.top(scores, scores.length)) {
      result.add(new LabelScore(labels.get(i), scores[i]));
    }
    return new Result(result, pairs.stream().anyMatch(Encoding::isCut));
  }

  /** Entailment against contradiction, label by label. */
  private float[] alone(List<float[]> logits) {
    float[] scores = new float[logits.size()];
    for (int i = 0; i < scores.length; i++) {
      float[] of = logits.get(i);
      // The reference's rule: the other end of the list of labels.
      float contradiction = of[entailment == 0 ? of.length - 1 : 0];
      scores[i] = Scores.softmax(new float[] {contradiction, of[entailment]})[1];
    }
    return scores;
  }

  private float[] amongThemselves(List<float[]> logits) {
    float[] entailments = new float[logits.size()];
    for (int i = 0; i < entailments.length; i++) {
      entailments[i] = logits.get(i)[entailment];
    }
    return Scores.softmax(entailments);
  }

  @Override
  public void close() {
    text.close();
  }
}
