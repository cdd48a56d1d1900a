package io.quoth.bench;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import io.quoth.base.Json;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.TextInput;
import io.quoth.tokenizers.TiktokenEncoding;
import io.quoth.tokenizers.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Tokenizers over a corpus in pieces of 4,000 characters, in one run with their peers: Hugging
 * Face's Rust library through its Java binding and, where a Python has the wheels, by itself;
 * tiktoken; jtokkit. Millions of UTF-8 bytes a second, the median of seven runs of a warm process;
 * the slower peers read every fourth piece.
 *
 * <p>The Python is {@code python3}, or what the environment variable QUOTH_PYTHON names.
 */
final class TokenizerBench {
  private static final int WARM_ROUNDS = 4;
  private static final int ROUNDS = 7;
  private static final List<String> NAMES =
      List.of(
          "gpt2",
          "llama-3",
          "qwen2.5",
          "llama-2",
          "t5-small",
          "bert-base-uncased",
          "r50k_base",
          "cl100k_base",
          "o200k_base");

  private final Path golden;
  private final Path work;
  private final List<String> texts = new ArrayList<>();
  private final List<String> quarter = new ArrayList<>();
  private volatile @Nullable Object kept;

  private TokenizerBench(Path golden, Path work) throws IOException {
    this.golden = golden;
    this.work = work;
    String corpus =
        new String(gunzip(golden.resolve("corpus/mixed.txt.gz")), StandardCharsets.UTF_8);
    for (int from = 0; from < corpus.length(); from += 4000) {
      texts.add(corpus.substring(from, Math.min(corpus.length(), from + 4000)));
      if (from % 16000 == 0) {
        quarter.add(texts.getLast());
      }
    }
    Files.writeString(work.resolve("texts.json"), Json.write(quarter));
  }

  /** Measures the tokenizers named, all when none is; {@code golden} is the folder of the data. */
  static void run(Path golden, List<String> names) throws IOException, InterruptedException {
    if (!Files.isDirectory(golden.resolve("tokenizers"))) {
      System.out.println("tokenizers: the data of other people are not here: " + golden);
      return;
    }
    Path work = Files.createTempDirectory("quoth-bench");
    var bench = new TokenizerBench(golden, work);
    System.out.println(
        "tokenizer, load ms (Rust), heap MB (Rust, resident), then MB/s and times the peer's:");
    for (String name : names.isEmpty() ? NAMES : names) {
      bench.measure(name);
    }
  }

  private void measure(String name) throws IOException, InterruptedException {
    boolean ranks = name.endsWith("_base");
    Path file = work.resolve(name + (ranks ? ".tiktoken" : ".json"));
    Files.write(
        file,
        gunzip(
            golden.resolve(
                ranks
                    ? "tiktoken/" + name + ".tiktoken.gz"
                    : "tokenizers/" + name + "/tokenizer.json.gz")));
    if (ranks) {
      Files.writeString(work.resolve(name + ".pattern"), pattern(name));
    }
    Map<String, Double> wheel = wheel(name);
    long before = heap();
    Tokenizer tokenizer = load(file, name, ranks);
    double heap = (heap() - before) / 1e6;
    Rounds.warm(() -> kept = load(file, name, ranks), 2);
    double loading = median(() -> kept = load(file, name, ranks)) * 1e3;
    Tokenizer[] own = {load(file, name, ranks), load(file, name, ranks)};
    var inputs = texts.stream().map(TextInput::of).toList();
    var rates =
        rates(
            List.of(
                () -> keep(texts, tokenizer::encode),
                () -> keep(texts, tokenizer::ids),
                () -> kept = tokenizer.encodeBatch(inputs, EncodeOptions.DEFAULT),
                () -> kept = tokenizer.idsBatch(texts, EncodeOptions.DEFAULT),
                () -> twice(thread -> keep(texts, own[thread]::encode)),
                () -> twice(thread -> keep(texts, own[thread]::ids))));
    double all = rates.rate(0);
    double ids = rates.rate(1);
    double all2 = rates.rate(2);
    double ids2 = rates.rate(3);
    System.out.printf(
        Locale.ROOT,
        "%s: %.0f ms (%.0f), %.1f MB (%.1f); with ranges %.1f, ids alone %.1f; a batch on two"
            + " threads %.1f (%.2f x) and %.1f (%.2f x), two programs that share nothing %.2f x and"
            + " %.2f x%n",
        name,
        loading,
        wheel.getOrDefault("load", Double.NaN),
        heap,
        wheel.getOrDefault("loaded", Double.NaN),
        all,
        ids,
        all2,
        rates.ratio(0, 2),
        ids2,
        rates.ratio(1, 3),
        2 * rates.ratio(0, 4),
        2 * rates.ratio(1, 5));
    if (ranks) {
      compare("tiktoken", ids, wheel.get("ids1"));
      compare("tiktoken, two threads", ids2, wheel.get("ids2"));
      compare("jtokkit", ids, jtokkit(name));
    } else {
      compare("Rust with ranges", all, wheel.get("offsets1"));
      compare("Rust, ids alone", ids, wheel.get("ids1"));
      compare("Rust with ranges, two threads", all2, wheel.get("offsets2"));
      compare("Rust through its Java binding", all, binding(file));
    }
  }

  private static void compare(String peer, double ours, @Nullable Double theirs) {
    if (theirs == null) {
      System.out.println("    " + peer + ": not on this machine");
    } else {
      System.out.printf(
          Locale.ROOT, "    %s: %.1f MB/s, Quoth %.1f x%n", peer, theirs, ours / theirs);
    }
  }

  private static Tokenizer load(Path file, String name, boolean ranks) {
    try {
      return ranks
          ? Tokenizer.fromTiktoken(
              Files.readAllBytes(file), TiktokenEncoding.valueOf(name.toUpperCase(Locale.ROOT)))
          : Tokenizer.fromJson(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private double binding(Path file) throws IOException {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("RUST_FLAVOR", "cpu");
    try (InputStream json = Files.newInputStream(file);
        var rust =
            HuggingFaceTokenizer.newInstance(
                json, Map.of("truncation", "false", "padding", "false"))) {
      return rate(quarter, () -> quarter.forEach(text -> rust.encode(text, true, false)));
    }
  }

  private double jtokkit(String name) {
    var encoding =
        Encodings.newLazyEncodingRegistry()
            .getEncoding(EncodingType.valueOf(name.toUpperCase(Locale.ROOT)));
    return rate(quarter, () -> quarter.forEach(encoding::encodeOrdinary));
  }

  private String pattern(String name) throws IOException {
    return Json.parse(gunzip(golden.resolve("tiktoken/encodings.json.gz")), "encodings.json")
        .get(name)
        .getString("pattern");
  }

  /** What peers.py says about a tokenizer; empty where there is no Python with the wheels. */
  private Map<String, Double> wheel(String name) throws IOException, InterruptedException {
    Path script = work.resolve("peers.py");
    try (InputStream in = TokenizerBench.class.getResourceAsStream("peers.py")) {
      Files.write(script, in.readAllBytes());
    }
    String python = System.getenv().getOrDefault("QUOTH_PYTHON", "python3");
    var found = new HashMap<String, Double>();
    try {
      Process process =
          new ProcessBuilder(python, script.toString(), work.toString(), name)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      for (String line :
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] words = line.split(" ");
        if (words.length == 3 && !words[1].equals("missing")) {
          found.put(words[1], Double.valueOf(words[2]));
        }
      }
      process.waitFor();
    } catch (IOException e) {
      return Map.of(); // no Python
    }
    return found;
  }

  /** Keeps the results, as a batch does, so that both let the collector do the same. */
  private void keep(List<String> texts, Function<String, Object> work) {
    var results = new Object[texts.size()];
    for (int i = 0; i < results.length; i++) {
      results[i] = work.apply(texts.get(i));
    }
    kept = results;
  }

  /** Does it on two threads at once: what the machine gives when nothing is shared. */
  private static void twice(IntConsumer work) {
    Thread other = Thread.ofPlatform().start(() -> work.accept(1));
    work.accept(0);
    try {
      other.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Seconds of several works, by work and round. */
  private record Seconds(double[][] seconds, double size) {
    double rate(int work) {
      return size / Rounds.median(seconds[work]);
    }

    /** How many times as fast the other is: the median over rounds, whatever they were like. */
    double ratio(int work, int other) {
      var ratios = new double[seconds[work].length];
      for (int round = 0; round < ratios.length; round++) {
        ratios[round] = seconds[work][round] / seconds[other][round];
      }
      return Rounds.median(ratios);
    }
  }

  /** Works over all texts in turn, round by round: the machine is not the same all the time. */
  private Seconds rates(List<Runnable> works) {
    var seconds = new double[works.size()][ROUNDS];
    for (int round = -WARM_ROUNDS; round < ROUNDS; round++) {
      for (int work = 0; work < seconds.length; work++) {
        long start = System.nanoTime();
        works.get(work).run();
        if (round >= 0) {
          seconds[work][round] = (System.nanoTime() - start) / 1e9;
        }
      }
    }
    return new Seconds(seconds, size(texts));
  }

  private static double size(List<String> texts) {
    return texts.stream().mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length).sum()
        / 1e6;
  }

  private static double rate(List<String> texts, Runnable work) {
    for (int i = 0; i < WARM_ROUNDS; i++) {
      work.run();
    }
    return size(texts) / median(work);
  }

  private static double median(Runnable work) {
    var seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      work.run();
      seconds[round] = (System.nanoTime() - start) / 1e9;
    }
    return Rounds.median(seconds);
  }

  private static long heap() {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      var runtime = Runtime.getRuntime();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }

  private static byte[] gunzip(Path file) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
