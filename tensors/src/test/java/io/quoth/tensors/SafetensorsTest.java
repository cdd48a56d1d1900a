package io.quoth.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.testkit.GoldenTensors;
import io.quoth.testkit.TestData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafetensorsTest {
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  static List<Path> goldenFolders() throws IOException {
    try (Stream<Path> folders = Files.list(TestData.own("causal"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("model.safetensors")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("goldenFolders")
  void readsWhatTheReferenceWrote(Path folder) {
    var golden = GoldenTensors.read(folder.resolve("model.safetensors"));
    try (var arena = Arena.ofShared()) {
      var weights = Safetensors.open(ModelFolder.of(folder), arena, ProgressListener.NONE);
      assertThat(weights.names()).hasSameElementsAs(golden.names());
      for (String name : golden.names()) {
        var tensor = weights.find(name).orElseThrow();
        assertThat(tensor.shape()).isEqualTo(toLongs(golden.shape(name)));
        if (tensor.dtype() == DType.F32) {
          assertThat(tensor.data().toArray(FLOAT)).isEqualTo(golden.floats(name));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("goldenFolders")
  void writesTheBytesThatTheReferenceWrites(Path folder) throws IOException {
    byte[] original = Files.readAllBytes(folder.resolve("model.safetensors"));
    if (!new String(original, 8, 15, StandardCharsets.US_ASCII).equals("{\"__metadata__\"")) {
      return; // written by hand, in another order and without metadata
    }
    try (var arena = Arena.ofConfined()) {
      var weights = Safetensors.open(ModelFolder.of(folder), arena, ProgressListener.NONE);
      var tensors = weights.names().stream().map(name -> weights.find(name).orElseThrow());
      var out = new ByteArrayOutputStream();
      SafetensorsWriter.write(out, tensors.toList());
      assertThat(out.toByteArray()).isEqualTo(original);
    }
  }

  @Test
  void joinsShardsAsTheIndexSays() {
    var whole = TestData.own("causal/llama_sharded");
    try (var arena = Arena.ofShared()) {
      var weights = Safetensors.open(ModelFolder.of(whole), arena, ProgressListener.NONE);
      assertThat(weights.names()).hasSize(21).contains("lm_head.weight", "model.norm.weight");
      var first = GoldenTensors.read(whole.resolve("model-00001-of-00004.safetensors"));
      for (String name : first.names()) {
        var tensor = weights.get(name, toLongs(first.shape(name)));
        assertThat(tensor.data().toArray(FLOAT)).isEqualTo(first.floats(name));
      }
    }
  }

  @Test
  void readsTheSameFromAStretchOfAFileAndFromAStream(@TempDir Path temp) throws IOException {
    byte[] file = file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 8);
    file[file.length - 5] = 0x40; // 2.0f
    Path archive = temp.resolve("archive");
    byte[] inside = new byte[4099 + file.length + 7];
    System.arraycopy(file, 0, inside, 4099, file.length);
    Files.write(archive, inside);
    var stretch =
        new ModelFolder() {
          @Override
          public String location() {
            return "archive";
          }

          @Override
          public List<String> files() {
            return List.of("model.safetensors");
          }

          @Override
          public boolean has(String name) {
            return name.equals("model.safetensors");
          }

          @Override
          public Optional<Region> region(String name) {
            return Optional.of(new Region(archive, 4099, file.length));
          }

          @Override
          public InputStream open(String name) {
            throw new AssertionError("can be mapped");
          }
        };
    try (var arena = Arena.ofShared()) {
      for (var folder : List.of(stretch, MemoryFolder.of("model.safetensors", file))) {
        var x = Safetensors.open(folder, arena, ProgressListener.NONE).get("x", 2);
        assertThat(x.data().toArray(FLOAT)).containsExactly(2, 0);
      }
    }
  }

  @Test
  void aFolderIsAStretchOfTheNames() {
    try (var arena = Arena.ofConfined()) {
      var root =
          Safetensors.open(
              ModelFolder.of(TestData.own("causal/llama")), arena, ProgressListener.NONE);
      var layer = root.in("model.layers.1");
      assertThat(layer.names()).hasSize(9).contains("mlp.up_proj.weight");
      assertThat(layer.in("mlp").get("up_proj.weight", 64, 48).name())
          .isEqualTo("model.layers.1.mlp.up_proj.weight");
      assertThat(root.inIfPresent("model").has("norm.weight")).isTrue();
      assertThat(root.inIfPresent("transformer")).isSameAs(root);
      assertThatThrownBy(() -> layer.get("mlp.up_proj.weight", 48, 64))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("\"mlp.up_proj.weight\" is [64, 48], expected [48, 64]");
      assertThatThrownBy(() -> layer.get("nope", 1))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("has no tensor \"nope\"");
    }
  }

  @Test
  void readsWhatTheFormatAllows() {
    // Blanks around the header, unknown members, null metadata, a scalar, an empty tensor, an
    // unaligned f32.
    String header =
        " {'__metadata__':null,'b':{'dtype':'BOOL','shape':[3],'data_offsets':[0,3]},"
            + "'e':{'dtype':'F32','shape':[0,5],'data_offsets':[3,3],'more':[1,{}]},"
            + "'s':{'dtype':'F32','shape':[],'data_offsets':[3,7]}}  \n";
    try (var arena = Arena.ofConfined()) {
      var weights = Safetensors.open(memory(file(header, 7)), arena, ProgressListener.NONE);
      assertThat(weights.get("s").data().toArray(FLOAT)).containsExactly(0);
      assertThat(weights.get("e", 0, 5).data().byteSize()).isZero();
      assertThat(weights.get("b", 3).dtype()).isEqualTo(DType.BOOL);
    }
  }

  static Stream<Object[]> badFiles() {
    String ok = "'data_offsets':[0,8]";
    return Stream.of(
        bad(new byte[0], "is 0 bytes long"),
        bad("1234567".getBytes(StandardCharsets.UTF_8), "is 7 bytes long"),
        bad(raw(0, "{}"), "said to be 0 bytes long"),
        bad(raw(-1, "{}"), "said to be 18446744073709551615 bytes long"),
        bad(raw(100_000_001, "{}"), "said to be 100000001 bytes long"),
        bad(raw(10, "{}"), "8 bytes are missing"),
        bad(raw(2, "[]"), "no JSON object"),
        bad(raw(5, "\uFEFF{}"), "offset 8: the header is no JSON object"),
        bad(raw(3, "{}\0"), "offset 10: the header holds a NUL byte"),
        bad(raw(3, "{}x"), "not valid JSON"),
        bad(raw(4, "{\0}\0"), "NUL"),
        bad(file("{'x':1}", 0), "x: expected an object, found 1"),
        bad(file("{'x':{'shape':[2]," + ok + "}}", 8), "x: has no \"dtype\""),
        bad(file("{'x':{'dtype':'F32'," + ok + "}}", 8), "x: has no \"shape\""),
        bad(file("{'x':{'dtype':'F32','shape':[2]}}", 8), "x: has no \"data_offsets\""),
        bad(
            file("{'x':{'dtype':'F8_E4M3','shape':[8]," + ok + "}}", 8),
            "x.dtype: type \"F8_E4M3\" is not supported; supported are F64 F32"),
        bad(file("{'x':{'dtype':'Q8_0','shape':[8]," + ok + "}}", 8), "\"Q8_0\" is not supported"),
        bad(file("{'x':{'dtype':'F32','shape':[-2]," + ok + "}}", 8), "x.shape[0]: a size of -2"),
        bad(
            file("{'x':{'dtype':'F32','shape':[9223372036854775808]," + ok + "}}", 8),
            "x.shape[0]: expected a whole number of 64 bits"),
        bad(
            file("{'x':{'dtype':'F32','shape':[4611686018427387904,4]," + ok + "}}", 8),
            "larger than any file"),
        bad(
            file("{'x':{'dtype':'F32','shape':[9223372036854775807]," + ok + "}}", 8),
            "larger than any file"),
        bad(
            file("{'x':{'dtype':'F16','shape':[2]," + ok + "}}", 8),
            "x.data_offsets: F16 [2] takes 4 bytes, but the offsets span 8"),
        bad(file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[0]}}", 8), "expected two"),
        bad(
            file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}", 8),
            "[8, 0] is no stretch"),
        bad(
            file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}}", 8),
            "[-8, 0] is no stretch"),
        bad(
            file("{'x':{'dtype':'F32','shape':[2]," + ok + "}}", 3),
            "is cut off: its tensors take 8 bytes, but only 3 follow the header; 5 bytes are"),
        bad(file("{'x':{'dtype':'F32','shape':[2]," + ok + "}}", 9), "has 1 bytes behind its last"),
        bad(
            file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}", 12),
            "\"x\" begins at offset 4 of the data, behind a hole from 0"),
        bad(
            file(
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                    + "'y':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}",
                12),
            "\"y\" begins at offset 4 of the data, inside the one before, which ends at 8"),
        bad(
            file(
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},"
                    + "'x':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}",
                16),
            "names \"x\" twice"),
        bad(file("{'__metadata__':{'a':1}}", 0), "__metadata__.a: expected a string"),
        bad(
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 548105171\n"
                .getBytes(StandardCharsets.UTF_8),
            "is a Git LFS pointer"),
        bad(
            "\n<!DOCTYPE html>\n<html><body>Not found</body></html>"
                .getBytes(StandardCharsets.UTF_8),
            "is an HTML page"));
  }

  @ParameterizedTest
  @MethodSource("badFiles")
  void refusesByName(byte[] file, String message) {
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> Safetensors.open(memory(file), arena, ProgressListener.NONE))
          .isInstanceOf(BadFileException.class)
          .hasMessageStartingWith("memory/model.safetensors")
          .hasMessageContaining(message);
    }
  }

  @Test
  void refusesIndexesThatLie() {
    byte[] shard = file("{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 8);
    Map<String, String> cases =
        Map.of(
            "{'weight_map':{}}", "names no tensor",
            "{}", "has no \"weight_map\"",
            "{'weight_map':{'x':7}}", "expected a string",
            "{'weight_map':{'x':'../a.safetensors'}}", "beside the index, found",
            "{'weight_map':{'x':'/etc/passwd'}}", "beside the index, found",
            "{'weight_map':{'x':'b.safetensors'}}", "\"b.safetensors\", which is not there",
            "{'weight_map':{'y':'a.safetensors'}}", "\"y\" is said to be in \"a.safetensors\"",
            "{'weight_map':{'x':'a.safetensors','x':'a.safetensors'}}", "names \"x\" twice");
    cases.forEach((index, message) -> {
      var files = new HashMap<String, byte[]>();
      files.put("a.safetensors", shard);
      files.put("model.safetensors.index.json", json(index));
      try (var arena = Arena.ofConfined()) {
        assertThatThrownBy(
                () -> Safetensors.open(new MemoryFolder(files), arena, ProgressListener.NONE))
            .isInstanceOf(BadFileException.class)
            .hasMessageContaining("model.safetensors.index.json")
            .hasMessageContaining(message);
      }
    });
  }

  @Test
  void namesWhatIsThereInsteadOfWeights() {
    try (var arena = Arena.ofConfined()) {
      assertThatThrownBy(() ->
              Safetensors.open(
                  MemoryFolder.of("pytorch_model.bin", new byte[1]), arena, ProgressListener.NONE))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("has neither model.safetensors nor model.safetensors.index.json")
          .hasMessageContaining("[pytorch_model.bin]");
    }
  }

  @Test
  void writesWhatItReads(@TempDir Path temp) {
    var tensors = new ArrayList<Tensor>();
    tensors.add(Tensor.of("logits", new long[] {2, 3}, 1, 2, 3, 4, 5, Float.NaN));
    tensors.add(Tensor.of("hidden_states.0", new long[] {0, 3}));
    SafetensorsWriter.write(temp.resolve("out.safetensors"), tensors);
    try (var arena = Arena.ofConfined()) {
      var read = Safetensors.open(ModelFolder.of(temp), "out.safetensors", arena);
      assertThat(read.names()).containsExactly("hidden_states.0", "logits");
      assertThat(read.get("logits", 2, 3).data().toArray(FLOAT))
          .containsExactly(1, 2, 3, 4, 5, Float.NaN);
    }
    assertThat(temp).isDirectoryNotContaining("glob:**.unfinished");
  }

  private static Object[] bad(byte[] file, String message) {
    return new Object[] {file, message};
  }

  private static MemoryFolder memory(byte[] file) {
    return MemoryFolder.of("model.safetensors", file);
  }

  private static byte[] json(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  /** A file with this header (single quotes for double ones) and so many bytes of data. */
  private static byte[] file(String header, int data) {
    byte[] json = json(header);
    return java.util.Arrays.copyOf(
        raw(json.length, header.replace('\'', '"')), Long.BYTES + json.length + data);
  }

  private static byte[] raw(long length, String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    var bytes = java.nio.ByteBuffer.allocate(Long.BYTES + json.length);
    return bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN).putLong(length).put(json).array();
  }

  private static long[] toLongs(int[] shape) {
    return java.util.Arrays.stream(shape).asLongStream().toArray();
  }
}
