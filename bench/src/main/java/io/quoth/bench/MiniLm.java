package io.quoth.bench;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.EmbeddingOptions;
import io.quoth.embeddings.Embeddings;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.embeddings.Similarity;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.LimitsProbe;
import io.quoth.kernels.Rung;
import io.quoth.tensors.SafetensorsWriter;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.Folders;
import io.quoth.testkit.MiniLmOnnx;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.TextInput;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * all-MiniLM-L6-v2 in f32, from texts to embeddings of length 1, beside ONNX Runtime with the same
 * weights and as many threads. ONNX Runtime is given the token ids, so tokenising counts for Quoth
 * alone; its batches are padded to their longest text, and its mean over tokens is a loop of Java.
 */
final class MiniLm implements AutoCloseable {
  /** Batches of sentence-transformers, which ONNX Runtime is given. */
  private static final int BATCH = 32;

  private static final int ROUNDS = 7;
  private static final double WARM_SECONDS = 1.0;
  private static final double ROUND_SECONDS = 0.25;
  private static final int LAYERS = 6;
  private static final int HIDDEN = 384;

  private final LimitsProbe probe = new LimitsProbe();
  private final int threads;
  private final Path folder;
  private final Tokenizer tokenizer;
  private final SentenceTransformer model;

  /** The same with a clock at each verb, which costs a few hundredths of a short text's time. */
  private final TimedOps timed;

  private final SentenceTransformer timedModel;
  private final OnnxMiniLm peer;

  MiniLm(int threads) throws IOException {
    this.threads = threads;
    folder = Files.createTempDirectory("minilm");
    write(ModelSource.resolve("all-MiniLM-L6-v2", ProgressListener.NONE), folder);
    var files = ModelFolder.of(folder);
    tokenizer = Tokenizer.load(files);
    timed = new TimedOps(new CpuOps(Rung.best(), threads));
    timedModel = SentenceTransformer.load(files, timed::ops, ProgressListener.NONE);
    model =
        SentenceTransformer.load(
            files, () -> new CpuOps(Rung.best(), threads), ProgressListener.NONE);
    peer = new OnnxMiniLm(MiniLmOnnx.file(), threads);
  }

  /** The embedded model's configuration and tokenizer beside the published weights. */
  private static void write(ModelFolder embedded, Path folder) throws IOException {
    Folders.copy(embedded, file -> file.endsWith(".json"), folder);
    var tensors = new ArrayList<Tensor>();
    MiniLmOnnx.weights()
        .forEach((name, matrix) -> tensors.add(Tensor.of(name, matrix.shape(), matrix.values())));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
  }

  /** All kinds of input, a line each, and where the time of Quoth goes. */
  void run() {
    System.out.println(
        "all-MiniLM-L6-v2, f32; ONNX Runtime "
            + OnnxMiniLm.version()
            + " in batches of "
            + BATCH
            + ", padded to the longest; median of "
            + ROUNDS);
    System.out.printf(
        Locale.ROOT,
        "%-38s %10s %10s %6s %9s %6s%n",
        "texts/s",
        "Quoth",
        "ORT",
        "ratio",
        "of peak",
        "tokens");
    compare("one of 8 tokens", texts(1, 8, 8));
    compare("one of 32 tokens", texts(1, 32, 32));
    compare("32 of 16 tokens", texts(32, 16, 16));
    compare("32 of 64 tokens", texts(32, 64, 64));
    var mixed = texts(64, 5, 200);
    compare("64 of 5 to 200 tokens, as they come", mixed);
    var sorted = new ArrayList<>(mixed);
    sorted.sort(Comparator.comparingInt(String::length));
    compare("the same, sorted by length", sorted);
    compare("8 of 256 tokens", texts(8, 256, 256));
    shares("one of 8 tokens", texts(1, 8, 8));
    shares("one of 32 tokens", texts(1, 32, 32));
    shares("32 of 16 tokens", texts(32, 16, 16));
    shares("64 of 5 to 200 tokens", mixed);
    shares("8 of 256 tokens", texts(8, 256, 256));
  }

  private void compare(String name, List<String> texts) {
    var ids = ids(texts);
    requireSame(model.encode(texts), peer.encode(ids, BATCH));
    Runnable ours = () -> model.encode(texts);
    Runnable theirs = () -> peer.encode(ids, BATCH);
    Rounds.warm(ours, WARM_SECONDS);
    Rounds.warm(theirs, WARM_SECONDS);
    double[] rates = new double[ROUNDS];
    double[] peers = new double[ROUNDS];
    double[] ratios = new double[ROUNDS];
    double operations = ids.stream().mapToDouble(text -> operations(text.length)).sum();
    double[] median =
        Rounds.besideLimit(
            ROUNDS,
            () -> probe.arithmetic(threads, Bench.PROBE),
            () -> operations / 1e9 / Rounds.seconds(ours, ROUND_SECONDS));
    for (int i = 0; i < ROUNDS; i++) {
      double before = Rounds.seconds(theirs, ROUND_SECONDS / 2);
      double quoth = Rounds.seconds(ours, ROUND_SECONDS);
      double onnx = (before + Rounds.seconds(theirs, ROUND_SECONDS / 2)) / 2;
      rates[i] = texts.size() / quoth;
      peers[i] = texts.size() / onnx;
      ratios[i] = onnx / quoth;
    }
    System.out.printf(
        Locale.ROOT,
        "%-38s %10.1f %10.1f %6.2f %7.1f %% %6d%n",
        name,
        Rounds.median(rates),
        Rounds.median(peers),
        Rounds.median(ratios),
        100 * median[1],
        ids.stream().mapToInt(text -> text.length).sum());
  }

  /** Where the time goes, verb by verb; what is left over is outside of the model's verbs. */
  private void shares(String name, List<String> texts) {
    Rounds.warm(() -> timedModel.encode(texts), WARM_SECONDS / 3);
    timed.start();
    long start = System.nanoTime();
    long until = start + 1_000_000_000;
    while (System.nanoTime() < until) {
      timedModel.encode(texts);
    }
    double all = System.nanoTime() - start;
    var shares = timed.stop();
    double tokenizing = tokenizing(texts);
    double onePass = Rounds.seconds(() -> timedModel.encode(texts), ROUND_SECONDS);
    var line = new StringBuilder(name).append(": ");
    double rest = 1;
    for (var share : shares.entrySet()) {
      rest -= share.getValue() / all;
      if (share.getValue() / all >= 0.005) {
        line.append(
            String.format(
                Locale.ROOT, "%s %.1f %%, ", share.getKey(), 100 * share.getValue() / all));
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%soutside %.1f %%, of which tokenising %.1f %%%n",
        line,
        100 * rest,
        100 * tokenizing / onePass);
  }

  private double tokenizing(List<String> texts) {
    var inputs = texts.stream().map(TextInput::of).toList();
    Runnable work = () -> tokenizer.encodeBatch(inputs, EncodeOptions.DEFAULT);
    Rounds.warm(work, WARM_SECONDS / 3);
    return Rounds.seconds(work, ROUND_SECONDS);
  }

  private static void requireSame(float[][] a, float[][] b) {
    for (int i = 0; i < a.length; i++) {
      double cosine = Similarity.COSINE.of(a[i], b[i]);
      if (!(cosine > 0.9999)) {
        throw new AssertionError("text " + i + ": the two differ, cosine " + cosine);
      }
    }
  }

  private List<int[]> ids(List<String> texts) {
    var infos = model.encode(texts, EmbeddingOptions.DEFAULT).texts();
    return IntStream.range(0, texts.size()).mapToObj(i -> ids(texts.get(i), infos.get(i))).toList();
  }

  private int[] ids(String text, Embeddings.TextInfo info) {
    int[] ids = tokenizer.encode(text).ids();
    if (ids.length != info.tokens()) {
      throw new AssertionError(ids.length + " tokens, the model saw " + info.tokens());
    }
    return ids;
  }

  /** A multiply-add as two. */
  private static double operations(int tokens) {
    double weights = 4.0 * HIDDEN * HIDDEN + 2.0 * HIDDEN * 4 * HIDDEN;
    return LAYERS * (2 * weights * tokens + 4.0 * HIDDEN * tokens * tokens);
  }

  /** Texts of so many tokens, the two special ones included. */
  private static List<String> texts(int count, int least, int most) {
    String[] words = {"fox", "moon", "old", "house", "river", "song", "the", "and", "ran", "over"};
    var random = new Random(1);
    var texts = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      var text = new StringBuilder();
      for (int w = least + random.nextInt(most - least + 1) - 2; w > 0; w--) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Override
  public void close() throws IOException {
    model.close();
    timedModel.close();
    peer.close();
    probe.close();
    Folders.delete(folder);
  }
}
