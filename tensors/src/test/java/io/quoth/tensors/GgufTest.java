package io.quoth.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GgufTest {
  private static final Path FOLDER = TestData.own("quants/gguf");
  private static final Json EXPECTED = Json.parse(FOLDER.resolve("expected.json"));

  private static Stream<String> sound() {
    return files(true);
  }

  private static Stream<String> damaged() {
    return files(false);
  }

  private static Stream<String> files(boolean sound) {
    return EXPECTED.keys().stream()
        .filter(file -> {
          Json read = EXPECTED.get(file).get("read");
          return read.isBoolean() && read.asBoolean() == sound;
        });
  }

  @ParameterizedTest
  @MethodSource("sound")
  void readsWhatTheReferenceReads(String file) {
    try (var arena = Arena.ofConfined()) {
      var gguf = Gguf.open(ModelFolder.of(FOLDER), file, arena);
      Json expected = EXPECTED.get(file);
      expected
          .find("metadata")
          .ifPresent(metadata -> {
            for (String key : metadata.keys()) {
              assertThat(Json.write(gguf.metadata().get(key)))
                  .as(key)
                  .isEqualTo(metadata.get(key).toString());
            }
          });
      Json tensors = expected.find("tensors").orElse(Json.parse("{}", "none"));
      assertThat(gguf.tensorNames()).containsExactlyElementsOf(tensors.keys());
      for (String name : tensors.keys()) {
        Json values = tensors.get(name).get("values");
        Tensor tensor = gguf.weights().find(name).orElseThrow();
        assertThat(tensor.count()).as(name).isEqualTo(values.size());
        for (int i = 0; i < values.size(); i++) {
          assertThat(value(tensor, i)).as(name).isEqualTo((float) values.item(i).asDouble());
        }
      }
    }
  }

  private static float value(Tensor tensor, int i) {
    return tensor.dtype() == DType.F32
        ? tensor.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i)
        : Float.float16ToFloat(tensor.data().get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
  }

  @ParameterizedTest
  @MethodSource("damaged")
  void refusesWhatTheReferenceRefuses(String file) {
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Gguf.open(ModelFolder.of(FOLDER), file, arena))
          .as(EXPECTED.get(file).getString("why"))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining(file);
    }
  }

  @Test
  void namesVersionsItCannotRead() {
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Gguf.open(ModelFolder.of(FOLDER), "v1.gguf", arena))
          .hasMessageContaining("version 1");
      assertThatThrownBy(() -> Gguf.open(ModelFolder.of(FOLDER), "v3_big_endian.gguf", arena))
          .hasMessageContaining("big-endian");
    }
  }

  @Test
  void shapesAreThoseOfTheReferenceLibrary() {
    try (var arena = Arena.ofConfined()) {
      var weights = Gguf.open(ModelFolder.of(FOLDER), "v3.gguf", arena).weights();
      assertThat(weights.get("a.weight", 2, 3).dtype()).isEqualTo(DType.F32);
    }
  }

  @Test
  void readsWhatItWrote(@TempDir Path dir) {
    var metadata = new LinkedHashMap<String, Object>();
    metadata.put("general.architecture", "bert");
    metadata.put("count", 7);
    metadata.put("large", 1L << 40);
    metadata.put("eps", 0.5f);
    metadata.put("yes", true);
    metadata.put("words", List.of("a", "", "é"));
    var tensors =
        List.of(
            Tensor.of("odd", new long[] {3}, 1, 2, 3), Tensor.of("two", new long[] {1, 2}, 4, 5));
    GgufWriter.write(dir.resolve("x.gguf"), metadata, tensors);
    try (var arena = Arena.ofConfined()) {
      var gguf = Gguf.open(ModelFolder.of(dir), "x.gguf", arena);
      assertThat(gguf.metadata())
          .containsExactlyEntriesOf(
              ordered(
                  "general.architecture",
                  "bert",
                  "count",
                  7L,
                  "large",
                  1L << 40,
                  "eps",
                  0.5,
                  "yes",
                  true,
                  "words",
                  List.of("a", "", "é")));
      assertThat(gguf.weights().get("two", 1, 2).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(4, 5);
      assertThat(gguf.weights().get("odd", 3).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1, 2, 3);
    }
  }

  private static Map<String, Object> ordered(Object... pairs) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Test
  void damageGivesAnErrorOrASoundFile(@TempDir Path dir) throws IOException {
    byte[] original = Files.readAllBytes(FOLDER.resolve("v3.gguf"));
    byte[] nested = Files.readAllBytes(FOLDER.resolve("nested_array.gguf"));
    int refused = 0;
    for (int seed = 0; seed < 4_000; seed++) {
      Files.write(
          dir.resolve("x.gguf"), new Corrupter(seed).corrupt(seed % 2 == 0 ? original : nested));
      try (var arena = Arena.ofConfined()) {
        var gguf = Gguf.open(ModelFolder.of(dir), "x.gguf", arena);
        assertThat(Json.write(gguf.metadata())).isNotEmpty();
        Weights weights = gguf.weights();
        weights
            .names()
            .forEach(
                name -> weights.find(name).orElseThrow().data().toArray(ValueLayout.JAVA_BYTE));
      } catch (QuothException expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 3_999);
  }

  @Test
  void unsignedNumbersKeepTheirSize() {
    try (var arena = Arena.ofConfined()) {
      var metadata = Gguf.open(ModelFolder.of(FOLDER), "v3.gguf", arena).metadata();
      assertThat(metadata.get("t.u64")).isEqualTo(new BigInteger("18446744073709551615"));
      assertThat(metadata.get("t.u32")).isEqualTo(4294967295L);
    }
  }

  @Test
  void q8BlocksDecodeAsTheReference() {
    var golden = GoldenTensors.read(TestData.own("quants/blocks.safetensors"));
    float[] expected = golden.floats("Q8_0.values");
    float[] actual = new float[expected.length];
    Q8Blocks.decode(bytes(golden.ints("Q8_0.blocks")), 0, actual, 0, actual.length);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void q8BlocksQuantiseAsTheReference() {
    var golden = GoldenTensors.read(TestData.own("quants/quantise.safetensors"));
    Tensor source = Tensor.of("source", new long[] {16, 1024}, golden.floats("source"));
    try (var arena = Arena.ofConfined()) {
      assertThat(Q8Blocks.quantise(source, arena).data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(bytes(golden.ints("Q8_0.bytes")).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static MemorySegment bytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return MemorySegment.ofArray(bytes);
  }
}
