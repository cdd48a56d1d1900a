package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import io.quoth.testkit.TestData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vocabulary files that are cut, contradictory, huge or made to harm: a named error or a tokenizer
 * that works, never a crash. For tokenizer.json and SentencePiece see {@link RobustnessTest}.
 */
class HostileFilesTest {
  private static final String TEXT = "Hello wörld 🦀 <s> the cat \u0000 你好";

  /** How many of the readings were refused. */
  private static int refused(int times, Supplier<Tokenizer> reader) {
    int refused = 0;
    for (int i = 0; i < times; i++) {
      try {
        Tokenizer tokenizer = reader.get();
        tokenizer.decode(tokenizer.encode(TEXT).ids());
      } catch (QuothException e) {
        assertThat(e.getMessage()).isNotEmpty();
        refused++;
      }
    }
    return refused;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void damagedVocabTxt() {
    byte[] file = utf8("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##llo\nthe\ncat\n" + "你\n好\n");
    var corrupter = new Corrupter(1);
    int refused =
        refused(
            2_000,
            () -> Tokenizer.load(new MemoryFolder(Map.of("vocab.txt", corrupter.corrupt(file)))));
    assertThat(refused).isBetween(200, 1_900);
  }

  @Test
  void damagedVocabJsonAndMerges() {
    var vocab = new StringBuilder("{\"<|endoftext|>\": 0");
    for (int b = 0; b < 256; b++) {
      String token = String.valueOf(ByteAlphabet.toChar(b));
      vocab.append(", ").append(io.quoth.base.Json.write(token)).append(": ").append(b + 1);
    }
    byte[] vocabFile = utf8(vocab + ", \"he\": 257, \"ll\": 258, \"hell\": 259, \"hello\": 260}");
    byte[] merges = utf8("#version: 0.2\nh e\nl l\nhe ll\nhell o\n");
    var corrupter = new Corrupter(2);
    int refused =
        refused(
            2_000,
            () ->
                Tokenizer.load(
                    new MemoryFolder(
                        Map.of("vocab.json", vocabFile, "merges.txt", corrupter.corrupt(merges)))));
    assertThat(refused).isBetween(500, 1_950);
    refused =
        refused(
            1_000,
            () ->
                Tokenizer.load(
                    new MemoryFolder(
                        Map.of("vocab.json", corrupter.corrupt(vocabFile), "merges.txt", merges))));
    assertThat(refused).isBetween(500, 990);
  }

  @Test
  void damagedTiktokenRanks() {
    var ranks = new StringBuilder();
    for (int b = 0; b < 256; b++) {
      line(new byte[] {(byte) b}, b, ranks);
    }
    line(utf8("he"), 256, ranks);
    line(utf8("ll"), 257, ranks);
    line(utf8("hell"), 258, ranks);
    byte[] file = utf8(ranks.toString());
    var corrupter = new Corrupter(3);
    int refused =
        refused(
            2_000,
            () -> Tokenizer.fromTiktoken(corrupter.corrupt(file), TiktokenEncoding.CL100K_BASE));
    assertThat(refused).isBetween(1_000, 1_990);
  }

  private static void line(byte[] token, int rank, StringBuilder out) {
    out.append(Base64.getEncoder().encodeToString(token)).append(' ').append(rank).append('\n');
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "t5", "bert"})
  void damagedGgufKeys(String model) {
    var random = new Random(model.hashCode());
    Map<String, Object> keys = ggufKeys(model);
    var names = List.copyOf(new TreeMap<>(keys).keySet());
    int refused =
        refused(
            1_500,
            () -> {
              var damaged = new HashMap<>(keys);
              String name = names.get(random.nextInt(names.size()));
              damaged.compute(name, (_, value) -> damage(value, random));
              damaged.values().removeIf(value -> value == GONE);
              return Tokenizer.fromGguf(damaged, "damaged.gguf");
            });
    assertThat(refused).isBetween(200, 1_450);
    assertThat(refused(1, () -> Tokenizer.fromGguf(keys, "whole.gguf"))).isZero();
  }

  private static final Object GONE = new Object();

  private static Object damage(Object value, Random random) {
    Object[] others = {GONE, "", "x y z", -1L, Long.MAX_VALUE, 1e300, Double.NaN, true, List.of()};
    if (value instanceof List<?> list && !list.isEmpty() && random.nextBoolean()) {
      var items = new ArrayList<Object>(list);
      int at = random.nextInt(items.size());
      switch (random.nextInt(4)) {
        case 0 -> items.remove(at);
        case 1 -> items.add(at, items.get(random.nextInt(items.size())));
        default -> {
          Object other = others[1 + random.nextInt(others.length - 1)];
          items.set(at, other);
        }
      }
      return items;
    }
    return others[random.nextInt(others.length)];
  }

  private static Map<String, Object> ggufKeys(String model) {
    var tokens = new ArrayList<Object>(List.of("<unk>", "<s>", "</s>"));
    var types = new ArrayList<Object>(List.of(2L, 3L, 3L));
    for (String piece : List.of("[UNK]", "▁the", "▁", "h", "e", "l", "o", "he", "ll", "hell")) {
      tokens.add(piece);
      types.add(1L);
    }
    if (model.equals("gpt2")) {
      for (int b = 0; b < 256; b++) {
        String token = String.valueOf(ByteAlphabet.toChar(b));
        if (!tokens.contains(token)) {
          tokens.add(token);
          types.add(1L);
        }
      }
    }
    var scores = new ArrayList<Object>();
    for (int i = 0; i < tokens.size(); i++) {
      scores.add(-(double) i);
    }
    var keys = new HashMap<String, Object>();
    keys.put("tokenizer.ggml.model", model);
    keys.put("tokenizer.ggml.pre", "gpt-2");
    keys.put("tokenizer.ggml.tokens", tokens);
    keys.put("tokenizer.ggml.token_type", types);
    keys.put("tokenizer.ggml.scores", scores);
    keys.put("tokenizer.ggml.merges", new ArrayList<Object>(List.of("h e", "l l", "he ll")));
    keys.put("tokenizer.ggml.bos_token_id", 1L);
    keys.put("tokenizer.ggml.eos_token_id", 2L);
    keys.put("tokenizer.ggml.unknown_token_id", model.equals("bert") ? 3L : 0L);
    keys.put("tokenizer.ggml.add_bos_token", true);
    keys.put("tokenizer.ggml.precompiled_charsmap", new ArrayList<Object>());
    return keys;
  }

  @Test
  void anIdFarBeyondTheVocabularyIsRefusedBeforeRoomIsMadeForIt() {
    for (String model :
        List.of(
            "{\"type\": \"WordLevel\", \"vocab\": {\"a\": 0, \"b\": 49999999}, \"unk_token\":"
                + " \"a\"}",
            "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 49999999}, \"merges\": []}")) {
      assertThatThrownBy(() -> Tokenizer.fromJson(utf8("{\"model\": " + model + "}"), "huge.json"))
          .isInstanceOf(QuothException.class)
          .hasMessageContaining("huge.json")
          .hasMessageContaining("49999999");
    }
    assertThatThrownBy(
            () -> Tokenizer.fromTiktoken(utf8("YQ== 49999999\n"), TiktokenEncoding.CL100K_BASE))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("49999999");
  }

  @Test
  void contradictionsAreNamed() {
    assertRefused("{\"type\": \"WordLevel\", \"vocab\": {\"a\": 0, \"b\": 0}}", "\"b\"");
    assertRefused(
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": [\"a b\"]}", "\"ab\"");
    assertRefused(
        "{\"type\": \"BPE\", \"vocab\": {\"a\": 0}, \"merges\": [\"a a a\"]}", "one blank");
    assertRefused("{\"type\": \"BPE\", \"vocab\": {}, \"merges\": [], \"dropout\": 2}", "dropout");
    assertRefused("{\"type\": \"Unigram\", \"vocab\": [], \"unk_id\": 3}", "unk_id");
    assertRefused("{\"type\": \"Unigram\", \"vocab\": [[\"a\", \"b\"]]}", "[piece, score]");
    assertRefused("{\"type\": \"WordLevel\", \"vocab\": {\"a\": 1.5}}", "not an id");
    assertRefused("{\"type\": \"WordLevel\", \"vocab\": {\"a\": -1}}", "not an id");
    String deep = "{\"type\": \"Sequence\", \"normalizers\": [";
    String nested = deep.repeat(400) + "]}".repeat(400);
    assertThatThrownBy(() ->
            Tokenizer.fromJson(
                utf8("{\"normalizer\": " + nested + ", \"model\": {}}"), "nested.json"))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("nested.json");
  }

  private static void assertRefused(String model, String part) {
    assertThatThrownBy(() -> Tokenizer.fromJson(utf8("{\"model\": " + model + "}"), "bad.json"))
        .isInstanceOf(QuothException.class)
        .hasMessageContaining("bad.json")
        .hasMessageContaining(part);
  }

  /** What streams give out is never taken back, and at the end it is the decoded text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-base-uncased",
        "clip-vit-base",
        "gpt2",
        "llama-2",
        "mistral-v3",
        "pegasus-large",
        "t5-small",
        "whisper-tiny"
      })
  void streamsGiveTheDecodedText(String name) {
    Tokenizer tokenizer = RealTokenizersTest.tokenizer(name);
    String corpus = TestData.text(TestData.shared("golden/corpus/mixed.txt.gz"));
    var random = new Random(5);
    for (int i = 0; i < 150; i++) {
      int at = random.nextInt(corpus.length() - 300);
      int[] ids = tokenizer.encode(corpus.substring(at, at + 200)).ids();
      for (boolean skip : new boolean[] {false, true}) {
        TextStream stream = tokenizer.stream(skip);
        var text = new StringBuilder();
        for (int id : ids) {
          text.append(stream.push(id));
        }
        text.append(stream.end());
        assertThat(text.toString()).isEqualTo(tokenizer.decode(ids, skip));
      }
    }
  }
}
