package io.quoth;

import io.quoth.base.ModelSource;
import io.quoth.pipelines.FeatureExtraction;
import io.quoth.pipelines.FillMask;
import io.quoth.pipelines.Pipeline;
import io.quoth.pipelines.QuestionAnswering;
import io.quoth.pipelines.SentenceSimilarity;
import io.quoth.pipelines.TextClassification;
import io.quoth.pipelines.TextGeneration;
import io.quoth.pipelines.TokenClassification;
import io.quoth.pipelines.ZeroShotClassification;

/**
 * Tasks by the name of a model. The caller closes what it gets.
 *
 * <pre>{@code
 * try (var ner = Pipelines.tokenClassification("dslim/bert-base-NER")) {
 *   ner.classify("Ada lived in London.").entities().forEach(System.out::println);
 * }
 * }</pre>
 *
 * <p>Every method throws {@link io.quoth.base.ModelNotFoundException} when nobody knows the name,
 * {@link io.quoth.base.BadFileException} when files are missing, damaged or without the head for
 * the task, and {@link io.quoth.base.UnsupportedModelException} when no family knows the model.
 */
public final class Pipelines {
  private Pipelines() {}

  /**
   * The pipeline of a task.
   *
   * @param task one of {@link Pipeline#TASKS}
   * @param model a folder, or the name of a model
   */
  public static Pipeline load(String task, String model) {
    return load(task, model, LoadOptions.DEFAULT);
  }

  /** As {@link #load(String, String)}, with options. */
  public static Pipeline load(String task, String model, LoadOptions options) {
    return Pipeline.load(
        task, ModelSource.resolve(model, options.progress()), options::newOps, options.progress());
  }

  /** The last hidden states of every token. */
  public static FeatureExtraction featureExtraction(String model) {
    return (FeatureExtraction) load("feature-extraction", model);
  }

  /** Words for gaps. */
  public static FillMask fillMask(String model) {
    return (FillMask) load("fill-mask", model);
  }

  /** Answers from a text. */
  public static QuestionAnswering questionAnswering(String model) {
    return (QuestionAnswering) load("question-answering", model);
  }

  /** How alike texts are. */
  public static SentenceSimilarity sentenceSimilarity(String model) {
    return (SentenceSimilarity) load("sentence-similarity", model);
  }

  /** A class for each text. */
  public static TextClassification textClassification(String model) {
    return (TextClassification) load("text-classification", model);
  }

  /** Text that goes on from a prompt. */
  public static TextGeneration textGeneration(String model) {
    return (TextGeneration) load("text-generation", model);
  }

  /** Names of people and places, parts of speech. */
  public static TokenClassification tokenClassification(String model) {
    return (TokenClassification) load("token-classification", model);
  }

  /** Classes that the model was never trained on. */
  public static ZeroShotClassification zeroShotClassification(String model) {
    return (ZeroShotClassification) load("zero-shot-classification", model);
  }
}
