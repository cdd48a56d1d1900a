package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.base.UnsupportedModelException;
import io.quoth.embeddings.TextTokenizer.Tokens;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderOutput.Rows;
import io.quoth.models.Task;
import io.quoth.tokenizers.TextInput;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Looks at two texts together and gives a score, or one for each label: slower than embeddings and
 * better, so the usual way is to find a hundred texts by embeddings and rank these. Follows {@code
 * sentence_transformers.CrossEncoder}. Safe to share between threads.
 */
public final class CrossEncoder implements AutoCloseable {
  private static final int WINDOW = 1024;
  private static final int BATCH_TOKENS = 1024;

  private final TransformerStage body;
  private final TorchFunction activation;

  private CrossEncoder(TransformerStage body, TorchFunction activation) {
    this.body = body;
    this.activation = activation;
  }

  /** Two texts; where one is a question, it is the first. */
  public record Pair(String first, String second) {}

  /**
   * A document and its score.
   *
   * @param corpusId its place among the documents, from 0
   */
  public record Ranked(int corpusId, float score, String text) {}

  /** What becomes of logits. */
  public enum Scores {
    /** The function of the model: what its scores usually are. */
    MODEL,
    /** None: the logits themselves. */
    LOGITS,
    /** The softmax over labels: probabilities. */
    SOFTMAX,
    /** The sigmoid of each. */
    SIGMOID
  }

  /** The model of a name or folder, on the best kernels of this processor. */
  public static CrossEncoder fromPretrained(String model) {
    var progress = ProgressListener.NONE;
    return load(ModelSource.resolve(model, progress), CpuOps::new, progress);
  }

  /**
   * The model of a folder: a sequence classifier.
   *
   * @param ops makes what computes
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws UnsupportedModelException when the body or a module is not known
   */
  public static CrossEncoder load(
      ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    var layout = new SentenceFolder(folder);
    var modules = layout.modules();
    if (modules.size() > 1
        || !modules.isEmpty() && !modules.getFirst().type().equals("Transformer")) {
      throw new UnsupportedModelException(
          folder.location() + ": a cross encoder of " + modules + " is not supported");
    }
    ModelFolder place = modules.isEmpty() ? folder : folder.in(modules.getFirst().path());
    var body =
        TransformerStage.load("Transformer", place, Task.SEQUENCE_CLASSIFICATION, ops, progress);
    try {
      return new CrossEncoder(
          body, activation(layout, place, body.model().config().labels().size()));
    } catch (RuntimeException | Error e) {
      body.close();
      throw e;
    }
  }

  private static TorchFunction activation(SentenceFolder layout, ModelFolder body, int labels) {
    var otherwise = labels == 1 ? TorchFunction.SIGMOID : TorchFunction.IDENTITY;
    var saved = layout.settings().find("activation_fn");
    if (saved.isEmpty()) {
      Json config = body.json("config.json");
      saved =
          config
              .find("sentence_transformers")
              .flatMap(own -> own.find("activation_fn"))
              .or(() -> config.find("sbert_ce_default_activation_function"));
    }
    return saved.map(path -> TorchFunction.of(path.asString(), otherwise)).orElse(otherwise);
  }

  /** The names of the labels. */
  public List<String> labels() {
    return body.model().config().labels();
  }

  /** Tokens of a pair at most; of the longer text is cut off first. */
  public OptionalInt maxSeqLength() {
    return body.maxLength();
  }

  /** The scores of pairs: [pairs, labels]. */
  public float[][] predict(List<Pair> pairs) {
    return predict(pairs, Scores.MODEL);
  }

  /**
   * The scores of pairs.
   *
   * @return [pairs, labels]
   * @throws io.quoth.base.ClosedException when the model is closed
   */
  public float[][] predict(List<Pair> pairs, Scores scores) {
    float[][] result = new float[pairs.size()][];
    for (int start = 0; start < pairs.size(); start += WINDOW) {
      var window = pairs.subList(start, Math.min(pairs.size(), start + WINDOW));
      var tokens =
          body.tokenize(
              window.stream().map(pair -> TextInput.of(pair.first, pair.second)).toList());
      int from = 0;
      while (from < tokens.size()) {
        int to = Batches.end(tokens, from, BATCH_TOKENS);
        Rows logits = run(tokens.subList(from, to));
        for (int i = 0; i < logits.rows(); i++) {
          result[start + from + i] = scores(logits, i, scores);
        }
        from = to;
      }
    }
    return result;
  }

  private Rows run(List<Tokens> tokens) {
    for (Tokens pair : tokens) {
      if (pair.ids().length == 0) {
        throw new BadArgumentException("a pair of empty texts has no tokens");
      }
    }
    return body.run(tokens).logits();
  }

  private float[] scores(Rows logits, int row, Scores scores) {
    float[] values = new float[logits.columns()];
    for (int i = 0; i < values.length; i++) {
      float logit = logits.get(row, i);
      values[i] =
          switch (scores) {
            case MODEL -> activation.apply(logit);
            case LOGITS -> logit;
            case SIGMOID -> TorchFunction.SIGMOID.apply(logit);
            case SOFTMAX -> activation.apply(logit); // the reference's order: function, softmax
          };
    }
    return scores == Scores.SOFTMAX ? softmax(values) : values;
  }

  private static float[] softmax(float[] values) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      greatest = Math.max(greatest, value);
    }
    double sum = 0;
    for (float value : values) {
      sum += Math.exp(value - greatest);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (Math.exp(values[i] - greatest) / sum);
    }
    return values;
  }

  /** All documents by how well they answer the query, best first. */
  public List<Ranked> rank(String query, List<String> documents) {
    return rank(query, documents, Integer.MAX_VALUE);
  }

  /**
   * The documents that answer the query best.
   *
   * @param topK how many
   * @throws BadArgumentException when the model has several labels, which have no order
   */
  public List<Ranked> rank(String query, List<String> documents, int topK) {
    if (labels().size() != 1) {
      throw new BadArgumentException(
          body.model().location()
              + ": has "
              + labels().size()
              + " labels; only a model with one can rank");
    }
    if (topK < 1) {
      throw new BadArgumentException("topK is " + topK + "; it must be at least 1");
    }
    float[][] scores = predict(documents.stream().map(text -> new Pair(query, text)).toList());
    var ranked = new ArrayList<Ranked>();
    for (int i = 0; i < scores.length; i++) {
      ranked.add(new Ranked(i, scores[i][0], documents.get(i)));
    }
    ranked.sort(Comparator.comparingDouble((Ranked document) -> -document.score));
    return List.copyOf(ranked.subList(0, Math.min(topK, ranked.size())));
  }

  /** What computes and tokenizes; for tests. */
  TransformerStage body() {
    return body;
  }

  /** Waits for the work under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    body.close();
  }
}
