package io.quoth.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.AutoModelForCausalLM;
import io.quoth.AutoTokenizer;
import io.quoth.kernels.Attention;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rope;
import io.quoth.tensors.Tensor;
import io.quoth.testkit.Gpt2Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs do what their comments say. */
class ExamplesTest {
  @TempDir static Path gpt2;

  private static String gpt2() throws IOException {
    Gpt2Folder.write(gpt2);
    return gpt2.toString();
  }

  private static String printed(Runnable program) {
    var bytes = new ByteArrayOutputStream();
    PrintStream out = System.out;
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tokenization() throws IOException {
    String model = gpt2();
    assertThat(AutoTokenizer.fromPretrained(model).encode("Hello, world!").ids())
        .containsExactly(15496, 11, 995, 0);
    assertThat(printed(() -> Tokenization.main(new String[] {model})))
        .contains("[15496, 11, 995, 0]\nHello, world!\n")
        .contains("\"hello\" -> hello (31373)")
        .contains(
            "\"antidisestablishmentarianism\" -> ant (415) idis (29207) establishment (44390)"
                + " arian (3699) ism (1042)")
        .contains("\"I'm fine.\" -> I (40) 'm (1101) Ġfine (3734) . (13)")
        .contains("\"🦀\" -> ðŁ (8582) ¦ (99) Ģ (222)");
  }

  @Test
  void generationOfAWholeGpt2Folder() throws IOException {
    String model = gpt2();
    assertThat(printed(() -> Generation.main(new String[] {model, "The quick brown fox"})))
        .startsWith("The quick brown fox")
        .hasSizeGreaterThan("The quick brown fox\n".length());
  }

  @Test
  void temperatures() {
    try (var model = AutoModelForCausalLM.fromPretrained("tales")) {
      var texts = Temperatures.sideBySide(model, "Once upon a time", 24);
      assertThat(texts.values()).hasSize(6).doesNotHaveDuplicates();
    }
  }

  @Test
  void determinism() {
    try (var model = AutoModelForCausalLM.fromPretrained("tales")) {
      String prompt = "Once upon a time";
      assertThat(Determinism.greedy(model, prompt)).isEqualTo(Determinism.greedy(model, prompt));
      String first = Determinism.sampled(model, prompt, 1);
      assertThat(Determinism.sampled(model, prompt, 1)).isEqualTo(first);
      assertThat(Determinism.sampled(model, prompt, 2)).isNotEqualTo(first);
    }
  }

  @Test
  void sentenceEmbeddings() {
    assertThat(printed(() -> SentenceEmbeddings.main(new String[0])))
        .isEqualTo("(2, 384)\ncosine 0.20\n");
  }

  @Test
  void retrieveAndGenerate() throws IOException {
    String asked = "Who can fulfil what I wish for?";
    String text = RetrieveAndGenerate.retrieve(asked, TALES, 1).getFirst();
    assertThat(text).contains("golden fish");
    assertThat(RetrieveAndGenerate.prompt(asked, List.of("one", "two"), false))
        .contains("two\n\none\n\nQuestion: " + asked);
    String out =
        printed(() -> {
          try {
            RetrieveAndGenerate.main(new String[] {asked});
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertThat(out).contains("granted three wishes");
    String found = out.substring(0, out.indexOf("---"));
    assertThat(out.substring(found.length()))
        .startsWith("--- and the model goes on:\n")
        .hasSizeGreaterThan(60);
  }

  private static final String TALES =
      "The wolves came down to the village in winter and the shepherd lit a fire. ".repeat(6)
          + "Fishermen told of a golden fish that grants three wishes to whoever lets it go. "
          + "The mill stood still, for the old miller had died and nobody ground the corn. "
              .repeat(6);

  @Test
  void attentionOnceComputesWhatTheLibraryComputes() {
    int tokens = 37;
    int heads = 6;
    int kvHeads = 2;
    int size = 32;
    var random = new Random(20261124);
    float[][][] q = AttentionOnce.random(random, tokens, heads, size);
    float[][][] k = AttentionOnce.random(random, tokens, kvHeads, size);
    float[][][] v = AttentionOnce.random(random, tokens, kvHeads, size);
    float[][] library = library(q, k, v);

    AttentionOnce.rotate(q, 10_000);
    AttentionOnce.rotate(k, 10_000);
    float[][] once = AttentionOnce.attend(q, k, v);
    for (int t = 0; t < tokens; t++) {
      assertThat(once[t]).as("token " + t).containsExactly(library[t], within(2e-5f));
    }
  }

  /** The same with Ops: a table of the vectors stands in for the layer that would make them. */
  private static float[][] library(float[][][] q, float[][][] k, float[][][] v) {
    int tokens = q.length;
    int size = q[0][0].length;
    var attention =
        new Attention(
            0, q[0].length, k[0].length, size, (float) (1 / Math.sqrt(size)), /* causal= */ true);
    float[] table = new float[tokens * attention.qkvColumns()];
    int[] ids = new int[tokens];
    for (int t = 0, at = 0; t < tokens; t++) {
      ids[t] = t;
      for (float[][][] part : new float[][][][] {q, k, v}) {
        for (float[] head : part[t]) {
          System.arraycopy(head, 0, table, at, size);
          at += size;
        }
      }
    }
    float[] frequencies = new float[size / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.pow(10_000, -2.0 * i / size);
    }
    var rope = new Rope(size, frequencies, 1, Rope.Style.HALVES, null);
    try (var ops = new CpuOps()) {
      var batch = new Batch();
      batch.add(null, ids, 0, tokens, tokens, Batch.Want.ALL);
      ops.begin();
      var qkv =
          ops.embed(
              ops.prepareEmbedding(
                  Tensor.of("qkv", new long[] {tokens, attention.qkvColumns()}, table)),
              batch);
      ops.rotate(qkv, attention, rope, batch);
      var out = ops.attend(qkv, attention, batch);
      float[][] rows = new float[tokens][attention.outColumns()];
      for (int t = 0; t < tokens; t++) {
        ops.read(out, t, rows[t], 0);
      }
      return rows;
    }
  }
}
