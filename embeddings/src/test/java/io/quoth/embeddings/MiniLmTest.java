package io.quoth.embeddings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.CpuOps;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A model that people use, in f32, against sentence-transformers 6.0.1. */
class MiniLmTest {

  private static SentenceTransformer load() {
    return SentenceTransformer.load(MiniLm.folder(), CpuOps::new, ProgressListener.NONE);
  }

  @Test
  void givesTheReferencesEmbeddings() {
    Json expected = Json.parse(TestData.shared("models/all-MiniLM-L6-v2/expected.json"));
    try (var model = load()) {
      assertThat(model.dimension()).isEqualTo(384);
      assertThat(model.maxSeqLength()).hasValue(256);
      var cases = expected.get("cases").items();
      var texts = cases.stream().map(one -> one.getString("text")).toList();
      var found = model.encode(texts, EmbeddingOptions.DEFAULT);
      var ids = model.ids(texts, "", "");
      for (int i = 0; i < cases.size(); i++) {
        assertThat(ids.get(i)).as(texts.get(i)).isEqualTo(numbers(cases.get(i).get("ids")));
        assertThat(found.vectors()[i])
            .as(texts.get(i))
            .containsExactly(floats(cases.get(i).get("embedding")), within(1e-5f));
        assertThat(found.texts().get(i).truncated()).isEqualTo(isCut(texts.get(i), ids.get(i)));
      }
      Json pair = expected.get("similarity");
      float[][] both = model.encode(List.of(pair.getString("a"), pair.getString("b")));
      assertThat(model.similarityPairwise(both, both)[0]).isCloseTo(1, within(1e-5f));
      assertThat(Similarity.COSINE.of(both[0], both[1]))
          .isCloseTo((float) pair.getDouble("cosine"), within(1e-5f));
    }
  }

  /** Two of the texts are longer than 256 tokens. */
  private static boolean isCut(String text, int[] ids) {
    return ids.length == 256 && text.length() > 900;
  }

  @Test
  @Tag("long")
  void ranksPairsLikePeople() {
    var rows = TestData.lines(TestData.shared("eval/stsb-en-test.csv"));
    var first = new ArrayList<String>();
    var second = new ArrayList<String>();
    var scores = new ArrayList<Double>();
    for (String row : rows) {
      var cells = cells(row);
      first.add(cells.get(0));
      second.add(cells.get(1));
      scores.add(Double.parseDouble(cells.get(2)));
    }
    try (var model = load()) {
      float[] found = Similarity.COSINE.pairwise(model.encode(first), model.encode(second));
      double[] similarity = new double[found.length];
      Arrays.setAll(similarity, i -> found[i]);
      double[] people = scores.stream().mapToDouble(Double::doubleValue).toArray();
      assertThat(people).hasSize(1379);
      assertThat(spearman(similarity, people)).isCloseTo(0.820325, within(1e-4));
    }
  }

  /** The correlation of ranks, equal values sharing the mean of theirs. */
  private static double spearman(double[] a, double[] b) {
    double[] x = ranks(a);
    double[] y = ranks(b);
    double mean = (x.length - 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mean) * (y[i] - mean);
      xx += (x[i] - mean) * (x[i] - mean);
      yy += (y[i] - mean) * (y[i] - mean);
    }
    return xy / Math.sqrt(xx * yy);
  }

  private static double[] ranks(double[] values) {
    int[] order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] ranks = new double[values.length];
    int from = 0;
    while (from < order.length) {
      int to = from;
      while (to < order.length && values[order[to]] == values[order[from]]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  /** The cells of a line of CSV. */
  private static List<String> cells(String line) {
    var cells = new ArrayList<String>();
    var cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static int[] numbers(Json list) {
    return list.items().stream().mapToInt(Json::asInt).toArray();
  }

  private static float[] floats(Json list) {
    float[] values = new float[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) list.item(i).asDouble();
    }
    return values;
  }
}
