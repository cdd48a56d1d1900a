package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.CrossEncoder.Pair;
import io.quoth.embeddings.CrossEncoder.Scores;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import io.quoth.tokenizers.TextInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model folder and call of the golden data, as sentence-transformers 6.0.1 computes them. */
class GoldenSentenceTest {
  private static final double TOLERANCE = 1e-5;

  static Stream<String> folders() {
    try (var entries = Files.list(TestData.own("sentence"))) {
      return entries
          .filter(folder -> Json.parse(folder.resolve("expected.json")).has("class"))
          .map(Path::getFileName)
          .map(Path::toString)
          .sorted()
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void computesWhatTheReferenceComputes(String name) {
    Json expected = Json.parse(TestData.own("sentence/" + name + "/expected.json"));
    var golden = GoldenTensors.read(TestData.own("sentence/" + name + "/expected.safetensors"));
    var folder = ModelFolder.of(TestData.own("sentence/" + name));
    switch (expected.getString("class")) {
      case "SentenceTransformer" -> {
        try (var model = SentenceTransformer.load(folder, CpuOps::new, ProgressListener.NONE)) {
          checkSelf(model, expected);
          for (Json call : expected.get("calls").items()) {
            check(model, expected, call, golden);
          }
        }
      }
      case "CrossEncoder" -> {
        try (var model = CrossEncoder.load(folder, CpuOps::new, ProgressListener.NONE)) {
          assertThat(model.labels()).hasSize(expected.getInt("num_labels"));
          assertThat(model.maxSeqLength()).hasValue(expected.getInt("max_seq_length"));
          for (Json call : expected.get("calls").items()) {
            check(model, expected, call, golden);
          }
        }
      }
      case "SparseEncoder" -> {
        try (var model = SparseEncoder.load(folder, CpuOps::new, ProgressListener.NONE)) {
          for (Json call : expected.get("calls").items()) {
            check(model, expected, call, golden);
          }
        }
      }
      default -> throw new AssertionError(expected);
    }
  }

  private static void checkSelf(SentenceTransformer model, Json expected) {
    assertThat(model.dimension()).isEqualTo(expected.getInt("dimension"));
    var maxLength = expected.find("max_seq_length");
    assertThat(model.maxSeqLength())
        .isEqualTo(
            maxLength.map(length -> OptionalInt.of(length.asInt())).orElse(OptionalInt.empty()));
    assertThat(model.modules()).isEqualTo(texts(expected.get("modules")));
    assertThat(model.similarityFunction().toString())
        .isEqualTo(expected.getString("similarity_fn_name"));
    assertThat(model.prompts()).isEqualTo(expected.get("prompts").toJava());
    assertThat(model.defaultPromptName())
        .isEqualTo(expected.find("default_prompt_name").map(Json::asString));
  }

  private static void check(
      SentenceTransformer model, Json expected, Json call, GoldenTensors golden) {
    var texts = texts(expected.get("texts").get(call.getString("texts")));
    String key = call.getString("key");
    Json args = call.find("args").orElse(Json.parse("{}", "args"));
    EmbeddingOptions options = options(args);
    String method = call.getString("method");
    String route = method.startsWith("encode_") ? method.substring("encode_".length()) : "";
    assertThat(model.ids(texts, route, call.getString("prompt_text", "")))
        .as(key + " ids")
        .containsExactlyElementsOf(ids(call));
    if (args.getString("output_value", "").equals("token_embeddings")) {
      var tokens = model.encodeTokens(texts, options);
      for (int i = 0; i < texts.size(); i++) {
        assertClose(tokens.get(i), golden, key + "." + i);
      }
      return;
    }
    if (method.equals("paraphrase_mining")) {
      var pairs = new ParaphraseMining().topK(args.getInt("top_k")).mine(model.encode(texts));
      assertThat(pairs.stream().map(pair -> List.of(pair.first(), pair.second())).toList())
          .isEqualTo(
              call.get("pairs").items().stream()
                  .map(Json::items)
                  .map(pair -> pair.stream().map(Json::asInt).toList())
                  .toList());
      return;
    }
    Embeddings found =
        switch (method) {
          case "encode" -> model.encode(texts, options);
          case "encode_query" -> model.encodeQuery(texts, options);
          case "encode_document" -> model.encodeDocument(texts, options);
          default -> throw new AssertionError(method);
        };
    if (options.precision() == Precision.FLOAT32) {
      assertClose(found.vectors(), golden, golden.has(key + ".alone") ? key + ".alone" : key);
      checkSimilarity(model, found.vectors(), golden, key);
    } else {
      assertQuantized(found, golden, key, call);
    }
    checkAloneAndTruncated(model, texts, options, found, method);
  }

  /** Alone a text has the same bits; texts that fill the model's length may have been cut. */
  private static void checkAloneAndTruncated(
      SentenceTransformer model,
      List<String> texts,
      EmbeddingOptions options,
      Embeddings found,
      String method) {
    for (int i = 0; i < texts.size() && method.equals("encode"); i++) {
      float[] alone =
          model.encode(List.of(texts.get(i)), options.precision(Precision.FLOAT32)).vectors()[0];
      assertThat(alone).as("alone " + i).isEqualTo(found.vectors()[i]);
    }
    for (var info : found.texts()) {
      if (info.truncated() && model.maxSeqLength().isPresent()) {
        assertThat(info.tokens()).isEqualTo(model.maxSeqLength().getAsInt());
      }
    }
  }

  private static void checkSimilarity(
      SentenceTransformer model, float[][] vectors, GoldenTensors golden, String key) {
    if (golden.has(key + ".similarity")) {
      assertClose(model.similarity(vectors, vectors), golden, key + ".similarity");
      float[][] from = Arrays.copyOf(vectors, vectors.length - 1);
      float[][] to = Arrays.copyOfRange(vectors, 1, vectors.length);
      assertThat(model.similarityPairwise(from, to))
          .containsExactly(
              golden.floats(key + ".similarity_pairwise"),
              within((float) (TOLERANCE * largest(golden.floats(key + ".similarity_pairwise")))));
    }
  }

  private static EmbeddingOptions options(Json args) {
    var options = EmbeddingOptions.DEFAULT;
    if (args.has("prompt")) {
      options = options.prompt(args.getString("prompt"));
    }
    if (args.has("prompt_name")) {
      options = options.promptName(args.getString("prompt_name"));
    }
    if (args.has("truncate_dim")) {
      options = options.truncateDim(args.getInt("truncate_dim"));
    }
    return options
        .normalize(args.getBoolean("normalize_embeddings", false))
        .precision(Precision.named(args.getString("precision", "float32")));
  }

  private static void assertQuantized(
      Embeddings found, GoldenTensors golden, String key, Json call) {
    int[] expected = golden.ints(key);
    Set<List<Integer>> unstable = new HashSet<>();
    call.find("unstable")
        .ifPresent(list ->
            list.items()
                .forEach(at -> unstable.add(List.of(at.item(0).asInt(), at.item(1).asInt()))));
    boolean signed = found.precision() == Precision.INT8 || found.precision() == Precision.BINARY;
    int at = 0;
    for (int r = 0; r < found.bytes().length; r++) {
      for (int c = 0; c < found.bytes()[r].length; c++) {
        int value = signed ? found.bytes()[r][c] : found.bytes()[r][c] & 0xFF;
        int off = unstable.contains(List.of(r, c)) ? 1 : 0;
        assertThat(value)
            .as(key + " " + r + ", " + c)
            .isBetween(expected[at] - off, expected[at] + off);
        at++;
      }
    }
    assertThat(at).isEqualTo(expected.length);
  }

  private static void check(CrossEncoder model, Json expected, Json call, GoldenTensors golden) {
    Json args = call.find("args").orElse(Json.parse("{}", "args"));
    Json texts = expected.get("texts").get(call.getString("texts"));
    String key = call.getString("key");
    if (call.getString("method").equals("rank")) {
      var all = texts(texts);
      var documents = all.subList(1, all.size());
      var ranked = model.rank(all.getFirst(), documents, args.getInt("top_k", documents.size()));
      assertThat(ranked.stream().map(CrossEncoder.Ranked::corpusId).toList())
          .isEqualTo(call.get("rank").items().stream().map(Json::asInt).toList());
      float[] scores = golden.floats(key);
      for (int i = 0; i < scores.length; i++) {
        assertThat(ranked.get(i).score()).isCloseTo(scores[i], within(1e-5f));
      }
      call.find("text")
          .ifPresent(text ->
              assertThat(ranked.stream().map(CrossEncoder.Ranked::text).toList())
                  .isEqualTo(texts(text)));
      return;
    }
    var pairs = new ArrayList<Pair>();
    texts.items().forEach(p -> pairs.add(new Pair(p.item(0).asString(), p.item(1).asString())));
    var tokens =
        model
            .body()
            .tokenize(pairs.stream().map(p -> TextInput.of(p.first(), p.second())).toList());
    assertThat(tokens.stream().map(TextTokenizer.Tokens::ids).toList())
        .as(key + " ids")
        .containsExactlyElementsOf(ids(call));
    float[][] scores = model.predict(pairs, scores(args));
    float[] flat = new float[scores.length * scores[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = scores[i / scores[0].length][i % scores[0].length];
    }
    float[] wanted = golden.floats(key);
    assertThat(flat).as(key).containsExactly(wanted, within((float) (TOLERANCE * largest(wanted))));
  }

  private static Scores scores(Json args) {
    if (args.getBoolean("apply_softmax", false)) {
      return Scores.SOFTMAX;
    }
    return switch (args.getString("activation_fn", "")) {
      case "" -> Scores.MODEL;
      case "torch.nn.Identity" -> Scores.LOGITS;
      case "torch.nn.Sigmoid" -> Scores.SIGMOID;
      default -> throw new AssertionError(args);
    };
  }

  private static void check(SparseEncoder model, Json expected, Json call, GoldenTensors golden) {
    var texts = texts(expected.get("texts").get(call.getString("texts")));
    String key = call.getString("key");
    Json args = call.find("args").orElse(Json.parse("{}", "args"));
    List<SparseVector> found =
        call.getString("method").equals("encode_query")
            ? model.encodeQuery(texts)
            : args.has("max_active_dims")
                ? model.encode(texts, args.getInt("max_active_dims"))
                : model.encode(texts);
    assertClose(found.stream().map(SparseVector::dense).toArray(float[][]::new), golden, key);
    if (golden.has(key + ".similarity")) {
      assertClose(model.similarity(found, found), golden, key + ".similarity");
    }
    if (call.has("decode")) {
      for (int i = 0; i < found.size(); i++) {
        var words = model.decode(found.get(i), call.getInt("decode_top_k"));
        assertThat(words.stream().map(SparseEncoder.Weighted::token).toList())
            .isEqualTo(texts(call.get("decode").item(i)));
      }
    }
  }

  private static List<String> texts(Json list) {
    return list.items().stream().map(Json::asString).toList();
  }

  private static List<int[]> ids(Json call) {
    return call.get("input_ids").items().stream()
        .map(ids -> ids.items().stream().mapToInt(Json::asInt).toArray())
        .toList();
  }

  private static void assertClose(float[][] found, GoldenTensors golden, String name) {
    float tolerance = (float) (TOLERANCE * largest(golden.floats(name)));
    Golden.assertClose(found, golden, name, tolerance);
  }

  /** At least 1, as the reference measures. */
  private static double largest(float[] values) {
    double largest = 1;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
