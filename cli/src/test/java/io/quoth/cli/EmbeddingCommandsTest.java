package io.quoth.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** embed, similar, rank and search, with the embedded model. */
class EmbeddingCommandsTest {
  private static final String CAT = "a cat sat on a mat";
  private static final String DOG = "the dog ran";

  /** A model of two small layers. */
  private static final String TINY = TestData.own("sentence/legacy").toString();

  @TempDir Path folder;

  /** The reference's f32 model says 0.1993. */
  @Test
  void similarTellsWhatTheReferenceTells() {
    var ran = Ran.quoth("similar", "--json", CAT, DOG);
    assertThat(ran.err()).isEmpty();
    Json matrix = Json.parse(ran.out(), "output");
    assertThat(matrix.item(0).item(1).asDouble()).isBetween(0.19, 0.21);
    assertThat(matrix.item(0).item(0).asDouble()).isBetween(0.9999, 1.0001);
    assertThat(Ran.quoth("similar", CAT, DOG).out()).contains("1.00  0.20  a cat sat on a mat");
    assertThat(Ran.quoth("similar", CAT).code()).isEqualTo(2);
  }

  @Test
  void embedWritesOneObjectALine() {
    String input = Json.write(CAT) + "\n" + Json.write("word ".repeat(300)) + "\n";
    var ran = Ran.with(input, Map.of(), "embed", "--json");
    assertThat(ran.err()).isEmpty();
    var lines = ran.out().lines().toList();
    assertThat(lines).hasSize(2);
    Json first = Json.parse(lines.get(0), "output");
    assertThat(first.get("embedding").size()).isEqualTo(384);
    assertThat(first.getBoolean("truncated")).isFalse();
    assertThat(first.get("embedding").item(0).asDouble()).isBetween(0.11, 0.13);
    assertThat(Json.parse(lines.get(1), "output").getBoolean("truncated")).isTrue();
    assertThat(Ran.quoth("embed", "--json", CAT).out().strip()).isEqualTo(lines.get(0));
  }

  @Test
  void embedShowsPeopleATable() {
    var ran = Ran.quoth("embed", CAT, "word ".repeat(300));
    assertThat(ran.out())
        .contains(CAT, "2 texts, 384 dimensions, by all-MiniLM-L6-v2 (Q8_0, embedded)");
    assertThat(ran.err()).contains("1 text was cut off at 256 tokens");
    assertThat(Ran.with(CAT + "\n" + DOG + "\n", Map.of(), "embed", "-").out()).contains("2 texts");
  }

  @Test
  void embedWritesNumPysFormat() throws IOException {
    Path file = folder.resolve("e.npy");
    var options = new String[] {"embed", "--truncate-dim", "8", "--npy", file.toString(), CAT, DOG};
    assertThat(Ran.quoth(options).code()).isZero();
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes).hasSize(128 + 2 * 8 * 4);
    assertThat(new String(bytes, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII))
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 8), }")
        .endsWith("\n");
    float first = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getFloat(128);
    assertThat((double) first).isBetween(0.11, 0.13);
  }

  @Test
  void embedTakesMoreLinesThanGoTogether() throws IOException {
    Path file = folder.resolve("e.npy");
    String lines = (CAT + "\n").repeat(1024) + DOG + "\n" + "word ".repeat(300);
    var ran = Ran.with(lines, Map.of(), "embed", "-m", TINY, "--npy", file.toString(), "-");
    assertThat(ran.err()).isEqualTo("1 text was cut off at 24 tokens; split long texts first.\n");
    byte[] bytes = Files.readAllBytes(file);
    assertThat(new String(bytes, 10, 118, StandardCharsets.US_ASCII)).contains("(1026, 32)");
    assertThat(bytes).hasSize(128 + 1026 * 32 * 4);
    assertThat(Ran.with(lines, Map.of(), "embed", "-m", TINY, "-").out())
        .contains("\n1025       8    0.", "1026 texts, 32 dimensions");
    try (var left = Files.list(folder)) {
      assertThat(left.toList()).containsExactly(file);
    }
  }

  /** What the process holds behind a garbage collection, a tenth of the way and at the end. */
  @Test
  @Tag("long")
  void aMillionLinesTakeNoMoreMemoryThanATenthOfThem() {
    var held = new ArrayList<Long>();
    var answers = new AtomicInteger();
    var out =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            if (answers.incrementAndGet() % 100_000 == 0) {
              System.gc();
              var runtime = Runtime.getRuntime();
              held.add(runtime.totalMemory() - runtime.freeMemory());
            }
          }
        };
    byte[] line = (Json.write(CAT) + "\n").getBytes(StandardCharsets.UTF_8);
    var console = new Console(repeated(line, 1_000_000), out, System.err, Map.of());
    assertThat(Quoth.execute(console, "embed", "--json", "-m", TINY)).isZero();
    assertThat(held).hasSize(10);
    assertThat(held.getLast()).isLessThan(held.getFirst() + (4 << 20));
  }

  private static InputStream repeated(byte[] line, int times) {
    return new InputStream() {
      private final long length = (long) line.length * times;
      private long at;

      @Override
      public int read() {
        return at < length ? line[(int) (at++ % line.length)] : -1;
      }

      @Override
      public int read(byte[] into, int from, int count) {
        int some = (int) Math.min(count, length - at);
        for (int i = 0; i < some; i++) {
          into[from + i] = (byte) read();
        }
        return some == 0 ? -1 : some;
      }
    };
  }

  @Test
  void embedRefusesContradictions() {
    assertThat(Ran.quoth("embed").err()).contains("missing TEXT");
    assertThat(Ran.quoth("embed", "--json", "--npy", "x", CAT).code()).isEqualTo(2);
    assertThat(Ran.quoth("embed", "--query", "--document", CAT).code()).isEqualTo(2);
    assertThat(Ran.quoth("embed", "--precision", "int3", CAT).err()).contains("int3", "ubinary");
  }

  @Test
  void rankPutsTheAnswerFirst() {
    var ran =
        Ran.quoth("rank", "--json", "how do cats sleep", DOG, "Kittens nap all day.", "Tax law.");
    var lines = ran.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(Json.parse(lines.get(0), "output").getInt("index")).isEqualTo(1);
    assertThat(Ran.quoth("rank", "--top", "1", "cats", DOG, CAT).out())
        .contains(CAT)
        .doesNotContain(DOG);
  }

  @Test
  void searchFindsThePassageAndEmbedsChangedFilesOnly() throws IOException {
    String animals = "The kitten slept on the warm rug by the fire.\n";
    Files.writeString(folder.resolve("animals.txt"), animals);
    Files.writeString(folder.resolve("money.md"), "The bank raised its interest rates again.\n");
    String place = folder.toString();
    var ran = Ran.quoth("search", "--json", "--top", "1", place, "where did the cat sleep?");
    assertThat(ran.err()).isEmpty();
    Json hit = Json.parse(ran.out(), "output");
    assertThat(hit.getString("file")).isEqualTo("animals.txt");
    assertThat(hit.getString("text"))
        .isEqualTo(animals.substring(hit.getInt("start"), hit.getInt("end")));
    assertThat(Ran.quoth("search", place, "loans").out())
        .contains("money.md:0")
        .endsWith("2 passages looked at; 0 were new\n");
    Files.writeString(folder.resolve("money.md"), "Shares fell. The bank raised its rates.\n");
    assertThat(Ran.quoth("search", place, "loans").out())
        .contains("Shares fell")
        .contains("2 passages looked at; 1 were new");
    Files.writeString(folder.resolve(".quoth/search.json"), "{");
    assertThat(Ran.quoth("search", place, "loans").out()).contains("2 were new");
    String finer = Ran.quoth("search", place, "loans", "--tokens", "4", "--overlap", "1").out();
    assertThat(finer).containsPattern("([5-9]) passages looked at; \\1 were new\n$");
    assertThat(Ran.quoth("search", "--tokens", "4", "--overlap", "4", place, "loans").err())
        .contains("--overlap must be 0 or more and below the 4 tokens");
    assertThat(Ran.quoth("search", place, "loans").out()).contains("2 were new");
    String file = folder.resolve("animals.txt").toString();
    assertThat(Ran.quoth("search", file, "loans").out()).contains("1 passages looked at; 0 were");
  }

  @Test
  void searchMakesADamagedIndexAnewOrNamesIt() throws IOException {
    Files.writeString(folder.resolve("animals.txt"), "The kitten slept on the warm rug.\n");
    String[] search = {"search", folder.toString(), "cat"};
    assertThat(Ran.quoth(search).out()).contains("1 passages looked at; 1 were new");
    Path vectors = folder.resolve(".quoth/search.safetensors");
    byte[] bytes = Files.readAllBytes(vectors);
    Files.write(vectors, Arrays.copyOf(bytes, bytes.length - 4));
    assertThat(Ran.quoth(search).out()).contains("1 were new");
    bytes[bytes.length - 1] = 0x7F;
    bytes[bytes.length - 2] = (byte) 0xC0;
    Files.write(vectors, bytes);
    assertThat(Ran.quoth(search).err())
        .contains(".quoth: is damaged (embeddings: row 0 ", "delete it, or try --no-index");
    String[] without = {"search", "--no-index", folder.toString(), "cat"};
    assertThat(Ran.quoth(without).out()).contains("1 were new");
    Files.delete(vectors);
    assertThat(Ran.quoth(search).out()).contains("1 were new");
    assertThat(Ran.quoth(search).out()).contains("0 were new");
  }

  @Test
  void searchRefusesWhatIsNotThere() throws IOException {
    assertThat(Ran.quoth("search", folder.resolve("none").toString(), "cat").err())
        .contains("no such file or folder");
    assertThat(Ran.quoth("search", folder.toString(), "cat").err()).contains("no text");
  }
}
