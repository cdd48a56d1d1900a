package io.quoth.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static Json parse(String text) {
    return Json.parse(text, "x.json");
  }

  @Test
  void readsEveryKindOfValue() {
    var json =
        parse("{\"a\":[1,2.5,\"s\",true,null],\"b\":{\"c\":-7},\"big\":18446744073709551615}");
    assertThat(json.get("a").item(0).asInt()).isEqualTo(1);
    assertThat(json.get("a").item(1).asDouble()).isEqualTo(2.5);
    assertThat(json.get("a").item(2).asString()).isEqualTo("s");
    assertThat(json.get("a").item(3).asBoolean()).isTrue();
    assertThat(json.get("a").item(4).isNull()).isTrue();
    assertThat(json.get("b").getInt("c")).isEqualTo(-7);
    assertThat(json.get("big").asDouble()).isEqualTo(1.8446744073709552E19);
    assertThat(json.keys()).containsExactly("a", "b", "big");
  }

  @Test
  void readsWhatPythonWrites() {
    var json = parse("{\"n\":NaN,\"i\":-Infinity,\"s\":\"\\ud800\",\"whole\":5.0}");
    assertThat(json.getDouble("n")).isNaN();
    assertThat(json.getDouble("i")).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(json.getString("s")).isEqualTo("\ud800");
    assertThat(json.getInt("whole")).isEqualTo(5);
  }

  @Test
  void errorsNameTheirPlace() {
    var json = parse("{\"rope\":{\"theta\":\"x\"},\"list\":[{\"id\":1.5}]}");
    assertThatThrownBy(() -> json.get("rope").getDouble("theta"))
        .isInstanceOf(BadFileException.class)
        .hasMessage("x.json: rope.theta: expected a number, found \"x\"");
    assertThatThrownBy(() -> json.get("list").item(0).getInt("id"))
        .hasMessage("x.json: list[0].id: expected a whole number of 64 bits, found 1.5");
    assertThatThrownBy(() -> json.get("rope").get("beta"))
        .hasMessage("x.json: rope: has no \"beta\"");
  }

  @Test
  void nullCountsAsMissing() {
    var json = parse("{\"a\":null}");
    assertThat(json.has("a")).isFalse();
    assertThat(json.find("a")).isEmpty();
    assertThat(json.getInt("a", 3)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[1,",
        "{\"a\":}",
        "{} x",
        "nul",
        "{\"a\" 1}",
        "\"\u0001\"",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "[1 2]",
        "[1,]",
        "{\"a\":1,}",
        "{,}",
        "\"\\x\"",
        "\"\\u12g4\"",
        "tru",
        "nullx",
        "]",
        "[}"
      })
  void brokenTextIsRefused(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(BadFileException.class)
        .hasMessageStartingWith("x.json");
  }

  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(BadFileException.class);
  }

  @Test
  void duplicatesAreRefusedWhereAsked() {
    byte[] twice = "{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(twice, "x").getInt("a")).isEqualTo(2);
    assertThatThrownBy(() -> Json.parse(twice, "x", Json.Duplicates.REFUSED))
        .hasMessage("x: names \"a\" twice");
  }

  @Test
  void writesWhatItReads() {
    var tree = new LinkedHashMap<String, @Nullable Object>();
    tree.put("text", "a\"b\\c\n\u0000\ud800é🦀");
    tree.put("ids", new int[] {1, 2});
    tree.put("list", Arrays.asList(true, null, 1.5, Map.of()));
    String written = Json.write(tree);
    assertThat(written)
        .isEqualTo(
            "{\"text\":\"a\\\"b\\\\c\\n\\u0000\\ud800é🦀\",\"ids\":[1,2],\"list\":[true,null,1.5,{}]}");
    assertThat(parse(written).toString()).isEqualTo(written);
    assertThat(parse(Json.writePretty(tree)).toString()).isEqualTo(written);
  }

  @Test
  void randomTreesSurviveTheTrip() {
    var random = new Random(20261124);
    for (int i = 0; i < 2_000; i++) {
      String written = Json.write(tree(random, 0));
      assertThat(parse(written).toString()).isEqualTo(written);
    }
  }

  private static @Nullable Object tree(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 5 : 7)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextLong();
      case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(-30, 30));
      case 4 -> {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
          text.append((char) random.nextInt(0x10000));
        }
        yield text.toString();
      }
      case 5 ->
          Arrays.asList(tree(random, depth + 1), tree(random, depth + 1), tree(random, depth + 1));
      default -> {
        var members = new LinkedHashMap<String, @Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
          members.put("k" + random.nextInt(), tree(random, depth + 1));
        }
        yield members;
      }
    };
  }

  @Test
  void unknownObjectsCannotBeWritten() {
    assertThatThrownBy(() -> Json.write(List.of(new Object())))
        .isInstanceOf(BadArgumentException.class);
  }

  @Test
  void largeMembersAreReadWhenAskedForAndEqualTheTree() {
    String text =
        """
        {"model": {"type": "BPE", "vocab": {"a": 1, "\\u00e9": 2.5, "b": null}, "merges": ["a b", ["c", "d"]]}}
        """;
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Json json = Json.parse(utf8, "t", java.util.Set.of("model.vocab", "model.merges"));
    assertThat(json.toString()).isEqualTo(Json.parse(utf8, "t").toString());
    Json vocab = json.get("model").get("vocab");
    assertThat(vocab.isObject()).isTrue();
    JsonPull pull = vocab.pull();
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.OBJECT);
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.NAME);
    assertThat(pull.text()).isEqualTo("a");
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.WHOLE);
    assertThat(pull.whole(-1)).isEqualTo(1);
    pull.next();
    assertThat(pull.text()).isEqualTo("é");
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.DECIMAL);
    assertThat(pull.decimal()).isEqualTo(2.5);
    pull.next();
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.NULL);
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.END);
    assertThat(pull.next()).isEqualTo(JsonPull.Kind.NOTHING);
    assertThat(vocab.getInt("a")).isEqualTo(1);
    assertThat(json.get("model").get("merges").item(1).item(0).asString()).isEqualTo("c");
  }
}
