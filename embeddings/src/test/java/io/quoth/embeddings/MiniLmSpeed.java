package io.quoth.embeddings;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How fast all-MiniLM-L6-v2 runs: a program to be run by hand, with the model's folder as its
 * argument. Prints the median of several rounds of each kind of input.
 */
final class MiniLmSpeed {
  private static final int ROUNDS = 7;

  /** Multiply-adds of the six layers for one token, attention not counted. */
  private static final double OPERATIONS = 2.0 * 6 * (4 * 384 * 384 + 2 * 384 * 1536);

  private MiniLmSpeed() {}

  public static void main(String[] arguments) {
    var folder = ModelFolder.of(Path.of(arguments[0]));
    var rung = Rung.best();
    try (var model =
        SentenceTransformer.load(folder, () -> new CpuOps(rung, 2), ProgressListener.NONE)) {
      System.out.println("rung " + rung + ", 2 threads");
      measure(model, "one short text", texts(1, 8, 8));
      measure(model, "one long text", texts(1, 200, 200));
      measure(model, "64 x 32 tokens", texts(64, 30, 30));
      measure(model, "64 x 5 to 200 tokens", texts(64, 3, 198));
      measure(model, "16 x 256 tokens", texts(16, 254, 254));
      measure(model, "4096 x 5 to 60 tokens", texts(1024, 3, 58));
    }
  }

  private static List<String> texts(int count, int least, int most) {
    var random = new Random(1);
    var texts = new ArrayList<String>();
    String[] words = {"fox", "moon", "old", "house", "river", "song", "the", "and", "ran", "over"};
    for (int i = 0; i < count; i++) {
      var text = new StringBuilder();
      int length = least + random.nextInt(most - least + 1);
      for (int w = 0; w < length; w++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static void measure(SentenceTransformer model, String name, List<String> texts) {
    long tokens =
        model.encode(texts, EmbeddingOptions.DEFAULT).texts().stream()
            .mapToLong(Embeddings.TextInfo::tokens)
            .sum();
    int repeats = (int) Math.max(1, 2_000 / tokens);
    long until = System.nanoTime() + 3_000_000_000L;
    while (System.nanoTime() < until) {
      model.encode(texts);
    }
    double[] seconds = new double[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
      long start = System.nanoTime();
      for (int i = 0; i < repeats; i++) {
        model.encode(texts);
      }
      seconds[r] = (System.nanoTime() - start) / 1e9 / repeats;
    }
    Arrays.sort(seconds);
    double median = seconds[ROUNDS / 2];
    System.out.printf(
        Locale.ROOT,
        "%-24s %6d tokens %8.2f ms %9.0f tokens/s %6.1f GFLOP/s%n",
        name,
        tokens,
        median * 1e3,
        tokens / median,
        tokens * OPERATIONS / median / 1e9);
  }
}
