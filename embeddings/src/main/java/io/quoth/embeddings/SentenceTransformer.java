package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.embeddings.TextTokenizer.Tokens;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Ops;
import io.quoth.tokenizers.TextInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Texts to embeddings, as the library sentence-transformers computes them from the same folder:
 * whatever chain of modules, prompts and lengths it names.
 *
 * <p>The embedding of a text has the same bits alone and among any others: nothing is padded. Safe
 * to share between threads. Texts become tokens on all cores; models run one batch at a time.
 */
public final class SentenceTransformer implements AutoCloseable {
  /** Texts that become tokens together: memory stays flat over inputs of any length. */
  private static final int WINDOW = 1024;

  /** Tokens that run together: enough to keep all cores busy, few enough for their caches. */
  private static final int BATCH_TOKENS = 1024;

  private static final String ANY = "";
  private static final String QUERY = "query";
  private static final String DOCUMENT = "document";

  private final Chain chain;
  private final Map<String, String> prompts;
  private final Optional<String> defaultPromptName;
  private final Similarity similarity;
  private final OptionalInt truncateDim;
  private final String location;

  private SentenceTransformer(Chain chain, SentenceFolder folder) {
    this.chain = chain;
    var settings = folder.settings();
    prompts = new LinkedHashMap<>(folder.prompts());
    defaultPromptName = settings.find("default_prompt_name").map(name -> name.asString());
    similarity =
        settings
            .find("similarity_fn_name")
            .map(name -> Similarity.named(name.asString()))
            .orElse(Similarity.COSINE);
    truncateDim =
        settings
            .find("truncate_dim")
            .map(dim -> OptionalInt.of(dim.asInt()))
            .orElse(OptionalInt.empty());
    location = folder.folder().location();
    if (defaultPromptName.isPresent() && !prompts.containsKey(defaultPromptName.get())) {
      throw settings.error(
          "default_prompt_name \"" + defaultPromptName.get() + "\" is none of " + prompts.keySet());
    }
  }

  /**
   * The model of a name or folder, on the best kernels of this processor.
   *
   * @param model {@code all-MiniLM-L6-v2}, a name on the Hub, or a folder
   * @throws io.quoth.base.ModelNotFoundException when nobody knows the name
   */
  public static SentenceTransformer fromPretrained(String model) {
    return fromPretrained(model, ProgressListener.NONE);
  }

  /** As {@link #fromPretrained(String)}, telling how far downloads have come. */
  public static SentenceTransformer fromPretrained(String model, ProgressListener progress) {
    return load(ModelSource.resolve(model, progress), CpuOps::new, progress);
  }

  /**
   * The model of a folder.
   *
   * @param ops makes what computes, one for each module with weights
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws io.quoth.base.UnsupportedModelException when a module or a body is not known
   */
  public static SentenceTransformer load(
      ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    Chain chain = Chain.load(folder, ops, progress);
    try {
      return new SentenceTransformer(chain, new SentenceFolder(folder));
    } catch (RuntimeException | Error e) {
      chain.close();
      throw e;
    }
  }

  /** The embedding of a text: [dimension]. */
  public float[] encode(String text) {
    return encode(List.of(text))[0];
  }

  /** The embeddings of texts: [texts, dimension]. */
  public float[][] encode(List<String> texts) {
    return encode(texts, EmbeddingOptions.DEFAULT).vectors();
  }

  /**
   * The embeddings of texts, with the default prompt of the model where it has one.
   *
   * @throws BadArgumentException when a prompt is not known
   * @throws io.quoth.base.ClosedException when the model is closed
   * @throws QuothException when an embedding is not a number
   */
  public Embeddings encode(List<String> texts, EmbeddingOptions options) {
    return encode(texts, options, ANY, prompt(options, defaultPromptName));
  }

  /** The embeddings of queries: [queries, dimension]. */
  public float[][] encodeQuery(List<String> queries) {
    return encodeQuery(queries, EmbeddingOptions.DEFAULT).vectors();
  }

  /** The embeddings of queries, with the prompt {@code query} and on the route for queries. */
  public Embeddings encodeQuery(List<String> queries, EmbeddingOptions options) {
    return encode(queries, options, QUERY, prompt(options, Optional.of(QUERY)));
  }

  /** The embeddings of documents: [documents, dimension]. */
  public float[][] encodeDocument(List<String> documents) {
    return encodeDocument(documents, EmbeddingOptions.DEFAULT).vectors();
  }

  /** The embeddings of documents, with the prompt {@code document} and on their route. */
  public Embeddings encodeDocument(List<String> documents, EmbeddingOptions options) {
    return encode(documents, options, DOCUMENT, prompt(options, Optional.of(DOCUMENT)));
  }

  /**
   * The embeddings of a stream of texts as they come; memory does not grow with their number.
   *
   * @param options of any precision, which does not matter here: vectors are f32
   */
  public Stream<TextEmbedding> encode(Stream<String> texts, EmbeddingOptions options) {
    return texts
        .gather(Gatherers.windowFixed(WINDOW))
        .flatMap(window -> {
          var some = encode(window, options.precision(Precision.FLOAT32));
          return IntStream.range(0, window.size())
              .mapToObj(i ->
                  new TextEmbedding(
                      window.get(i),
                      some.vectors()[i],
                      some.texts().get(i).tokens(),
                      some.texts().get(i).truncated()));
        });
  }

  /** The embedding of every token of each text: [texts][tokens][hiddenSize]. */
  public List<float[][]> encodeTokens(List<String> texts, EmbeddingOptions options) {
    var tokens = new ArrayList<float[][]>();
    run(
        texts,
        options,
        ANY,
        prompt(options, defaultPromptName),
        (features, _) -> {
          for (int i = 0; i < features.texts.size(); i++) {
            tokens.add(features.tokensOf(i));
          }
        });
    return tokens;
  }

  private Embeddings encode(
      List<String> texts, EmbeddingOptions options, String route, String prompt) {
    float[][] vectors = new float[texts.size()][];
    var infos = new ArrayList<Embeddings.TextInfo>(texts.size());
    run(
        texts,
        options,
        route,
        prompt,
        (features, first) -> {
          for (int i = 0; i < features.sentences.length; i++) {
            vectors[first + i] = finish(features.sentences[i], options);
            Tokens tokens = features.texts.get(i);
            infos.add(new Embeddings.TextInfo(tokens.ids().length, tokens.cut()));
          }
        });
    byte[][] bytes =
        options.precision() == Precision.FLOAT32
            ? new byte[0][]
            : Quantization.quantize(vectors, options.precision());
    return new Embeddings(vectors, bytes, options.precision(), infos, prompt);
  }

  private float[] finish(float[] vector, EmbeddingOptions options) {
    int most = options.truncateDim().orElse(truncateDim.orElse(vector.length));
    float[] cut = most < vector.length ? Arrays.copyOf(vector, most) : vector;
    for (float number : cut) {
      if (Float.isNaN(number)) {
        throw new QuothException(
            location
                + ": the embedding of a text is not a number (NaN): the weights are damaged or hold"
                + " NaN or infinity");
      }
    }
    return options.normalize() ? Rows.normalize(cut) : cut;
  }

  /** Takes the features of a batch; {@code first} is the place of its first text. */
  private interface Consumer {
    void take(Features features, int first);
  }

  private void run(
      List<String> texts,
      EmbeddingOptions options,
      String route,
      String prompt,
      Consumer consumer) {
    InputStage input = chain.input(route);
    int promptLength = prompt.isEmpty() ? 0 : input.promptLength(prompt);
    for (int start = 0; start < texts.size(); start += WINDOW) {
      var window = texts.subList(start, Math.min(texts.size(), start + WINDOW));
      var tokens =
          input.tokenize(window.stream().map(text -> TextInput.of(prompt + text)).toList());
      int from = 0;
      while (from < tokens.size()) {
        int to = Batches.end(tokens, from, BATCH_TOKENS);
        var features = new Features(tokens.subList(from, to), promptLength);
        chain.stages(route).forEach(stage -> stage.forward(features));
        consumer.take(features, start + from);
        from = to;
        options.progress().progress("embedding", (long) start + from, texts.size());
      }
    }
  }

  /** The ids of each text as the model sees them. */
  List<int[]> ids(List<String> texts, String route, String prompt) {
    return chain
        .input(route)
        .tokenize(texts.stream().map(text -> TextInput.of(prompt + text)).toList())
        .stream()
        .map(Tokens::ids)
        .toList();
  }

  private String prompt(EmbeddingOptions options, Optional<String> otherwise) {
    if (options.prompt().isPresent()) {
      return options.prompt().get();
    }
    String name = options.promptName().or(() -> otherwise).orElse(null);
    if (name == null) {
      return "";
    }
    String prompt = prompts.get(name);
    if (prompt == null) {
      throw new BadArgumentException(
          location + ": there is no prompt \"" + name + "\"; there are " + prompts.keySet());
    }
    return prompt;
  }

  /** How alike each of {@code a} is to each of {@code b}, by the model's similarity: [n, m]. */
  public float[][] similarity(float[][] a, float[][] b) {
    return similarity.between(a, b);
  }

  /** How alike row i of {@code a} is to row i of {@code b}, by the model's similarity: [n]. */
  public float[] similarityPairwise(float[][] a, float[][] b) {
    return similarity.pairwise(a, b);
  }

  /** The similarity that the model was made for. */
  public Similarity similarityFunction() {
    return similarity;
  }

  /** Numbers of an embedding, less what the model's own truncation takes away. */
  public int dimension() {
    return Math.min(chain.dimension(), truncateDim.orElse(Integer.MAX_VALUE));
  }

  /**
   * Tokens of a text at most, special ones included; what is longer is cut off, and results say so.
   * Empty for no limit, and where queries and documents go different ways.
   */
  public OptionalInt maxSeqLength() {
    return chain.maxLength();
  }

  /** The model's prompts by their names. */
  public Map<String, String> prompts() {
    return Collections.unmodifiableMap(prompts);
  }

  /** The prompt that {@link #encode} puts in front of texts, if any. */
  public Optional<String> defaultPromptName() {
    return defaultPromptName;
  }

  /** The reference's names of the modules, in order. */
  public List<String> modules() {
    return chain.types();
  }

  /** Where it was loaded from, for messages. */
  public String location() {
    return location;
  }

  /** A splitter into chunks that this model takes whole. */
  public TextSplitter splitter() {
    return new TextSplitter(chain.input(DOCUMENT).tokenizer());
  }

  /** Waits for the work under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    chain.close();
  }
}
