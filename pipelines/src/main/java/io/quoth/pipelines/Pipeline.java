package io.quoth.pipelines;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import java.util.List;
import java.util.function.Supplier;

/**
 * A model with its tokenizer, doing one task. Safe to share between threads; a call runs its texts
 * in ragged batches, and the result of a text has the same bits whatever stands beside it. {@link
 * #close} waits for the work under way, later calls get a {@link io.quoth.base.ClosedException}.
 */
public sealed interface Pipeline extends AutoCloseable
    permits FeatureExtraction,
        FillMask,
        QuestionAnswering,
        SentenceSimilarity,
        TextClassification,
        TextGeneration,
        TokenClassification,
        ZeroShotClassification {

  /** The names of the tasks, as people know them. */
  List<String> TASKS =
      List.of(
          "feature-extraction",
          "fill-mask",
          "question-answering",
          "sentence-similarity",
          "text-classification",
          "text-generation",
          "token-classification",
          "zero-shot-classification");

  /** The name of its task, one of {@link #TASKS}. */
  String task();

  /** Waits for the work under way and gives all memory back. May be called again. */
  @Override
  void close();

  /**
   * The pipeline of a task.
   *
   * @param task one of {@link #TASKS}, or {@code ner} or {@code sentiment-analysis}
   * @param folder a model with the head for it
   * @param ops makes what computes; the pipeline closes it
   * @throws BadArgumentException when there is no task of that name
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  static Pipeline load(
      String task, ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    return switch (task) {
      case "feature-extraction" -> FeatureExtraction.load(folder, ops.get(), progress);
      case "fill-mask" -> FillMask.load(folder, ops.get(), progress);
      case "question-answering" -> QuestionAnswering.load(folder, ops.get(), progress);
      case "sentence-similarity" -> SentenceSimilarity.load(folder, ops, progress);
      case "text-classification", "sentiment-analysis" ->
          TextClassification.load(folder, ops.get(), progress);
      case "text-generation" -> TextGeneration.load(folder, ops.get(), progress);
      case "token-classification", "ner" -> TokenClassification.load(folder, ops.get(), progress);
      case "zero-shot-classification" -> ZeroShotClassification.load(folder, ops.get(), progress);
      default ->
          throw new BadArgumentException(
              "there is no task \"" + task + "\"; there are " + String.join(", ", TASKS));
    };
  }
}
