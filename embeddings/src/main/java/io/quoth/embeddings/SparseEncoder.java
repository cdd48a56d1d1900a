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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * SPLADE (Formal et al. 2021): a text becomes weights of words of the vocabulary, its own and those
 * that belong with them, for search by inverted index. Follows {@code
 * sentence_transformers.SparseEncoder}. Safe to share between threads.
 */
public final class SparseEncoder implements AutoCloseable {
  private static final int WINDOW = 256;

  /** Fewer than elsewhere, since every token has as many logits as the vocabulary has words. */
  private static final int BATCH_TOKENS = 512;

  private final TransformerStage body;
  private final boolean sums;
  private final boolean twice;
  private final Map<String, String> prompts;
  private final OptionalInt maxActiveDims;

  private SparseEncoder(
      TransformerStage body, Json pooling, Map<String, String> prompts, OptionalInt maxActive) {
    this.body = body;
    this.prompts = prompts;
    maxActiveDims = maxActive;
    sums = oneOf(pooling, "pooling_strategy", "max", "sum").equals("sum");
    twice = oneOf(pooling, "activation_function", "relu", "log1p_relu").equals("log1p_relu");
  }

  private static String oneOf(Json config, String key, String usual, String other) {
    String value = config.getString(key, usual);
    if (!value.equals(usual) && !value.equals(other)) {
      throw config.get(key).error("expected " + usual + " or " + other + ", found " + value);
    }
    return value;
  }

  /** A word of the vocabulary and its weight. */
  public record Weighted(String token, float weight) {}

  /** The model of a name or folder, on the best kernels of this processor. */
  public static SparseEncoder fromPretrained(String model) {
    var progress = ProgressListener.NONE;
    return load(ModelSource.resolve(model, progress), CpuOps::new, progress);
  }

  /**
   * The model of a folder: a masked language model and a SpladePooling.
   *
   * @param ops makes what computes
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws UnsupportedModelException when the body or a module is not known
   */
  public static SparseEncoder load(
      ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    var layout = new SentenceFolder(folder);
    var modules = layout.modules();
    var types = modules.stream().map(SentenceFolder.Entry::type).toList();
    if (!types.equals(List.of("Transformer", "SpladePooling"))
        && !types.equals(List.of("MLMTransformer", "SpladePooling"))) {
      throw new UnsupportedModelException(
          folder.location()
              + ": a sparse encoder of the modules "
              + types
              + " is not supported; supported are Transformer or MLMTransformer, then"
              + " SpladePooling");
    }
    Json pooling = folder.in(modules.get(1).path()).json("config.json");
    var active =
        layout
            .settings()
            .find("max_active_dims")
            .map(most -> OptionalInt.of(most.asInt()))
            .orElse(OptionalInt.empty());
    var place = folder.in(modules.getFirst().path());
    var body = TransformerStage.load(types.getFirst(), place, Task.MASKED_LM, ops, progress);
    try {
      return new SparseEncoder(body, pooling, layout.prompts(), active);
    } catch (RuntimeException | Error e) {
      body.close();
      throw e;
    }
  }

  /** The embeddings of texts. */
  public List<SparseVector> encode(List<String> texts) {
    return encode(texts, "", maxActiveDims);
  }

  /** The embeddings of texts of which only the {@code maxActiveDims} greatest numbers stay. */
  public List<SparseVector> encode(List<String> texts, int maxActiveDims) {
    if (maxActiveDims < 1) {
      throw new BadArgumentException(
          "maxActiveDims is " + maxActiveDims + "; it must be at least 1");
    }
    return encode(texts, "", OptionalInt.of(maxActiveDims));
  }

  /** The embeddings of queries, with the model's prompt for them. */
  public List<SparseVector> encodeQuery(List<String> queries) {
    return encode(queries, prompts.getOrDefault("query", ""), maxActiveDims);
  }

  /** The embeddings of documents, with the model's prompt for them. */
  public List<SparseVector> encodeDocument(List<String> documents) {
    return encode(documents, prompts.getOrDefault("document", ""), maxActiveDims);
  }

  private List<SparseVector> encode(List<String> texts, String prompt, OptionalInt most) {
    var vectors = new ArrayList<SparseVector>(texts.size());
    for (int start = 0; start < texts.size(); start += WINDOW) {
      var window = texts.subList(start, Math.min(texts.size(), start + WINDOW));
      var tokens = body.tokenize(window.stream().map(text -> TextInput.of(prompt + text)).toList());
      int from = 0;
      while (from < tokens.size()) {
        int to = Batches.end(tokens, from, BATCH_TOKENS);
        add(tokens.subList(from, to), most, vectors);
        from = to;
      }
    }
    return List.copyOf(vectors);
  }

  private void add(List<Tokens> tokens, OptionalInt most, List<SparseVector> vectors) {
    int dimension = body.model().config().vocabSize();
    boolean empty = tokens.stream().allMatch(text -> text.ids().length == 0);
    Rows logits = empty ? new Rows(new float[0], 0, dimension) : body.run(tokens).logits();
    int row = 0;
    for (Tokens text : tokens) {
      float[] weights = new float[dimension];
      for (int end = row + text.ids().length; row < end; row++) {
        for (int i = 0; i < dimension; i++) {
          float weight = activate(logits.get(row, i));
          weights[i] = sums ? weights[i] + weight : Math.max(weights[i], weight);
        }
      }
      vectors.add(sparse(weights, most));
    }
  }

  private float activate(float logit) {
    if (!(logit > 0)) {
      return 0;
    }
    double once = Math.log1p(logit);
    return (float) (twice ? Math.log1p(once) : once);
  }

  private static SparseVector sparse(float[] weights, OptionalInt most) {
    int[] indices = IntStream.range(0, weights.length).filter(i -> weights[i] != 0).toArray();
    if (most.isPresent() && indices.length > most.getAsInt()) {
      indices =
          Arrays.stream(indices)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
              .limit(most.getAsInt())
              .mapToInt(Integer::intValue)
              .sorted()
              .toArray();
    }
    float[] values = new float[indices.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = weights[indices[i]];
    }
    return new SparseVector(weights.length, indices, values);
  }

  /** How alike each of {@code a} is to each of {@code b}: sums of products, [n, m]. */
  public float[][] similarity(List<SparseVector> a, List<SparseVector> b) {
    float[][] scores = new float[a.size()][b.size()];
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores[i].length; j++) {
        scores[i][j] = a.get(i).dot(b.get(j));
      }
    }
    return scores;
  }

  /** The words of an embedding with the greatest weights, greatest first. */
  public List<Weighted> decode(SparseVector vector, int topK) {
    return IntStream.range(0, vector.indices().length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -vector.values()[i]))
        .limit(topK)
        .map(i ->
            new Weighted(
                body.tokenizer().tokenizer().token(vector.indices()[i]).orElse(""),
                vector.values()[i]))
        .toList();
  }

  /** Tokens of a text at most. */
  public OptionalInt maxSeqLength() {
    return body.maxLength();
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
