package io.quoth.minilm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quoth.base.ModelFolder;
import io.quoth.base.ModelSource;
import io.quoth.base.ProgressListener;
import io.quoth.embeddings.SentenceTransformer;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.Folders;
import io.quoth.testkit.MiniLmOnnx;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The STS benchmark: pairs of sentences that people marked from 0 to 5. The rank correlation of
 * these marks and the cosines is 0.820325 in the reference, sentence_transformers 6.0.1 in f32.
 */
@Tag("long")
class SimilarityEvaluationTest {
  private static final double REFERENCE = 0.820325;

  @TempDir Path folder;

  private record Pair(String first, String second, double mark) {}

  @Test
  void theEmbeddedModelIsWithinAThousandthOfTheReference() {
    var embedded = ModelSource.resolve(MiniLm.NAME, ProgressListener.NONE);
    assertThat(correlation(embedded)).isCloseTo(REFERENCE, within(1e-3));
  }

  @Test
  void thePublishedWeightsAreThere() throws IOException {
    assumeTrue(
        MiniLmOnnx.isThere(),
        "skipped: the artifact with the f32 weights is not on the class path");
    var embedded = ModelSource.resolve(MiniLm.NAME, ProgressListener.NONE);
    Folders.copy(embedded, file -> file.endsWith(".json"), folder);
    MakeModel.writeSafetensors(folder.resolve("model.safetensors"));
    assertThat(correlation(ModelFolder.of(folder))).isCloseTo(REFERENCE, within(1e-5));
  }

  private static double correlation(ModelFolder files) {
    List<Pair> pairs = pairs(TestData.text(TestData.shared("eval/stsb-en-test.csv")));
    assertThat(pairs).hasSize(1379);
    try (var model = SentenceTransformer.load(files, CpuOps::new, ProgressListener.NONE)) {
      float[] cosines =
          model.similarityPairwise(
              model.encode(pairs.stream().map(Pair::first).toList()),
              model.encode(pairs.stream().map(Pair::second).toList()));
      double[] found = IntStream.range(0, cosines.length).mapToDouble(i -> cosines[i]).toArray();
      double[] marks = pairs.stream().mapToDouble(Pair::mark).toArray();
      return pearson(ranks(found), ranks(marks));
    }
  }

  /** Lines of two sentences and a mark; a field with a comma or quote stands in quotes. */
  private static List<Pair> pairs(String csv) {
    var fields = new ArrayList<String>();
    var pairs = new ArrayList<Pair>();
    var field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < csv.length(); i++) {
      char c = csv.charAt(i);
      if (c == '"') {
        boolean twice = quoted && i + 1 < csv.length() && csv.charAt(i + 1) == '"';
        quoted = twice || !quoted;
        if (twice) {
          field.append(c);
          i++;
        }
      } else if (quoted || c != ',' && c != '\n' && c != '\r') {
        field.append(c);
      } else if (c != '\r') {
        fields.add(field.toString());
        field.setLength(0);
        if (c == '\n' && fields.size() == 3) {
          pairs.add(new Pair(fields.get(0), fields.get(1), Double.parseDouble(fields.get(2))));
        }
        if (c == '\n') {
          fields.clear();
        }
      }
    }
    return pairs;
  }

  /** Ranks from 0, equal values sharing the mean of theirs. */
  private static double[] ranks(double[] values) {
    var order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .toList();
    double[] ranks = new double[values.length];
    for (int from = 0; from < values.length; ) {
      int to = from;
      while (to < values.length && values[order.get(to)] == values[order.get(from)]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order.get(i)] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  private static double pearson(double[] a, double[] b) {
    double meanA = IntStream.range(0, a.length).mapToDouble(i -> a[i]).average().orElseThrow();
    double meanB = IntStream.range(0, b.length).mapToDouble(i -> b[i]).average().orElseThrow();
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - meanA) * (b[i] - meanB);
      aa += (a[i] - meanA) * (a[i] - meanA);
      bb += (b[i] - meanB) * (b[i] - meanB);
    }
    return ab / Math.sqrt(aa * bb);
  }
}
