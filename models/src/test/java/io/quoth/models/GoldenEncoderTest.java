package io.quoth.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.kernels.Rung;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every encoder must do: compute what the reference computes (transformers 5.18.0, f32), head
 * by head, and the same bits in whatever batch. To add a family, add its golden folder.
 */
class GoldenEncoderTest {
  /** Of the largest magnitude. */
  private static final double TOLERANCE = 1e-4;

  private static final int BATCHES = 4;

  private static final List<Rung> RUNGS =
      Arrays.stream(Rung.values()).filter(rung -> rung.obstacle().isEmpty()).toList();

  /** Every family and head in the golden folder. */
  static Stream<String> models() {
    Path root = TestData.own("encoder");
    return list(root).flatMap(family -> list(family)).map(head -> root.relativize(head).toString());
  }

  private static Stream<Path> list(Path folder) {
    try (var entries = Files.list(folder)) {
      return entries.filter(Files::isDirectory).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Arguments> modelsConfigsAndRungs() {
    return models()
        .flatMap(name ->
            Stream.of("config.json", "config.v4.json")
                .flatMap(config -> RUNGS.stream().map(r -> Arguments.of(name, config, r))));
  }

  static Stream<Arguments> modelsAndRungs() {
    return models().flatMap(name -> RUNGS.stream().map(rung -> Arguments.of(name, rung)));
  }

  private static ModelFolder folder(String name) {
    return ModelFolder.of(TestData.own("encoder/" + name));
  }

  private static EncoderModel load(ModelFolder folder, Rung rung, int threads) {
    return EncoderModel.load(folder, new CpuOps(rung, threads), ProgressListener.NONE);
  }

  private static GoldenTensors expected(String name) {
    return GoldenTensors.read(TestData.own("encoder/" + name + "/expected.safetensors"));
  }

  private static int[] types(GoldenTensors golden, String prefix, int count) {
    String name = prefix + "token_type_ids";
    return golden.has(name) ? golden.ints(name) : new int[count];
  }

  @ParameterizedTest
  @MethodSource("modelsConfigsAndRungs")
  void computesWhatTheReferenceComputes(String name, String config, Rung rung) {
    var golden = expected(name);
    try (var model = load(OtherConfig.named(folder(name), config), rung, 2)) {
      int[] ids = golden.ints("input_ids");
      EncoderRecording found = model.record(ids, types(golden, "", ids.length));
      assertOutputs(found.output(), golden, "", 0, ids.length);
      for (int i = 0; golden.has("hidden_states." + i); i++) {
        String state = "hidden_states." + i;
        assertClose(found.hiddenStates().get(i), golden.floats(state), state);
        assertThat(found.hiddenStates()).hasSize(model.config().layers() + 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("modelsAndRungs")
  void aSequenceHasTheSameBitsInAnyBatch(String name, Rung rung) {
    var golden = expected(name);
    try (var one = load(folder(name), rung, 1);
        var model = load(folder(name), rung, 2)) {
      var batch = new Batch();
      for (int k = 0; k < BATCHES; k++) {
        int[] ids = golden.ints("batch." + k + ".input_ids");
        batch.add(ids, types(golden, "batch." + k + ".", ids.length), Batch.Want.ALL);
      }
      EncoderOutput together = model.forward(batch);
      for (int k = 0; k < BATCHES; k++) {
        String prefix = "batch." + k + ".";
        assertOutputs(together, golden, prefix, k, batch.start(k), batch.end(k));
        int[] ids = golden.ints(prefix + "input_ids");
        var alone = one.record(ids, types(golden, prefix, ids.length)).output();
        int sequence = k;
        alone
            .outputs()
            .forEach((output, rows) ->
                assertThat(part(together, output, batch, sequence))
                    .as(prefix + output)
                    .isEqualTo(rows.values()));
      }
    }
  }

  private static void assertOutputs(
      EncoderOutput found, GoldenTensors golden, String prefix, int from, int to) {
    assertOutputs(found, golden, prefix, 0, from, to);
  }

  private static void assertOutputs(
      EncoderOutput found, GoldenTensors golden, String prefix, int sequence, int from, int to) {
    int compared = 0;
    for (String name :
        List.of("last_hidden_state", "pooler_output", "logits", "start_logits", "end_logits")) {
      if (golden.has(prefix + name)) {
        float[] expected = golden.floats(prefix + name);
        var rows = found.get(name);
        boolean perToken = expected.length == (to - from) * rows.columns();
        float[] own = perToken ? slice(rows, from, to) : slice(rows, sequence, sequence + 1);
        assertClose(own, expected, prefix + name);
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static float[] part(EncoderOutput found, String name, Batch batch, int sequence) {
    var rows = found.get(name);
    return rows.rows() == batch.tokens()
        ? slice(rows, batch.start(sequence), batch.end(sequence))
        : slice(rows, sequence, sequence + 1);
  }

  private static float[] slice(EncoderOutput.Rows rows, int from, int to) {
    return Arrays.copyOfRange(rows.values(), from * rows.columns(), to * rows.columns());
  }

  private static void assertClose(float[] found, float[] expected, String what) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    double largest =
        IntStream.range(0, expected.length).mapToDouble(i -> Math.abs(expected[i])).max().orElse(0);
    double worst =
        IntStream.range(0, expected.length)
            .mapToDouble(i -> Math.abs((double) found[i] - expected[i]))
            .max()
            .orElse(0);
    assertThat(worst).as(what).isLessThanOrEqualTo(TOLERANCE * largest);
  }
}
