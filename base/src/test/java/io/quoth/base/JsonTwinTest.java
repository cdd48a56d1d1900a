package io.quoth.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/** What is JSON, and what it says, beside Jackson: on documents of all kinds, whole and damaged. */
class JsonTwinTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final Object REFUSED = "refused";

  private static @Nullable Object jackson(byte[] utf8) {
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() == null) {
        return REFUSED;
      }
      Object tree = tree(parser);
      return parser.nextToken() == null ? tree : REFUSED;
    } catch (JacksonException e) {
      return REFUSED;
    }
  }

  private static @Nullable Object tree(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var members = new LinkedHashMap<String, @Nullable Object>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, tree(parser));
        }
        yield members;
      }
      case START_ARRAY -> {
        var items = new ArrayList<@Nullable Object>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(tree(parser));
        }
        yield items;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> {
        Number number = parser.getNumberValue();
        yield number instanceof BigInteger ? number : (Object) number.longValue();
      }
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new AssertionError(parser.currentToken());
    };
  }

  private static @Nullable Object ours(byte[] utf8) {
    try {
      return Json.parse(utf8, "x").toJava();
    } catch (BadFileException e) {
      return REFUSED;
    }
  }

  @Test
  void wholeDocuments() {
    var random = new Random(20261126);
    for (int i = 0; i < 10_000; i++) {
      byte[] utf8 = document(random, 0).getBytes(StandardCharsets.UTF_8);
      assertThat(ours(utf8)).as(text(utf8)).isNotSameAs(REFUSED).isEqualTo(jackson(utf8));
    }
  }

  @Test
  void damagedDocuments() {
    var random = new Random(20261127);
    String marks = "{}[]\",:\\ntfNIe+-.0129 \t\nu/xE";
    int refused = 0;
    for (int i = 0; i < 40_000; i++) {
      var text = new StringBuilder(document(random, 0));
      for (int damage = 1 + random.nextInt(2); damage > 0 && !text.isEmpty(); damage--) {
        int at = random.nextInt(text.length());
        char mark = marks.charAt(random.nextInt(marks.length()));
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, mark);
          case 1 -> text.insert(at, mark);
          default -> text.deleteCharAt(at);
        }
      }
      byte[] utf8 = text.toString().getBytes(StandardCharsets.UTF_8);
      Object expected = jackson(utf8);
      // Jackson takes a sign before what is no number of JSON.
      if (!text.toString().contains("+I") || REFUSED.equals(expected)) {
        assertThat(ours(utf8)).as(text.toString()).isEqualTo(expected);
      }
      refused += REFUSED.equals(expected) ? 1 : 0;
    }
    assertThat(refused).isBetween(8_000, 36_000);
  }

  @Test
  void largeMembersSayTheSameReadLater() {
    var random = new Random(20261128);
    for (int i = 0; i < 3_000; i++) {
      String text =
          "{\"m\": {\"a\": " + document(random, 1) + ", \"v\": " + document(random, 1) + " } }";
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      Json json = Json.parse(utf8, "x", Set.of("m.v"));
      assertThat(json.toString()).as(text).isEqualTo(Json.parse(utf8, "x").toString());
      Json member = json.get("m");
      if (member.has("v")) {
        assertThat(pulled(member.get("v").pull()))
            .as(text)
            .isEqualTo(pulled(Json.parse(utf8, "x").get("m").get("v").pull()));
      }
    }
  }

  /** All tokens, one after the other. */
  private static String pulled(JsonPull pull) {
    var out = new StringBuilder();
    while (pull.next() != JsonPull.Kind.NOTHING) {
      out.append(pull.kind());
      switch (pull.kind()) {
        case NAME, TEXT -> {
          String text = pull.text();
          assertThat(new String(pull.chars(), 0, pull.length())).isEqualTo(text);
          assertThat(pull.text()).isEqualTo(text);
          out.append(text);
        }
        case WHOLE -> out.append(pull.whole(-1)).append(pull.decimal());
        case DECIMAL -> out.append(pull.decimal());
        case TRUTH -> out.append(pull.text());
        default -> {}
      }
      out.append('\n');
    }
    return out.toString();
  }

  @Test
  void everyCharacterOfUnicode() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c >= ' ' && c != '"' && c != '\\' && !(c <= 0xffff && Character.isSurrogate((char) c))) {
        String text = "ab" + Character.toString(c) + "c";
        byte[] utf8 = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
        assertThat(Json.parse(utf8, "x").asString()).isEqualTo(text);
      }
    }
  }

  @Test
  void bytesThatAreNoUtf8AreRefused() {
    int[][] bad = {
      {0x80},
      {0xC0, 0x80},
      {0xC1, 0xBF},
      {0xC3},
      {0xC3, 0x28},
      {0xE0, 0x9F, 0xBF},
      {0xE2, 0x82},
      {0xE2, 0x28, 0xA1},
      {0xF0, 0x8F, 0xBF, 0xBF},
      {0xF4, 0x90, 0x80, 0x80},
      {0xF8, 0x88, 0x80, 0x80},
      {0xFF}
    };
    for (int[] bytes : bad) {
      byte[] utf8 = new byte[bytes.length + 2];
      utf8[0] = '"';
      for (int i = 0; i < bytes.length; i++) {
        utf8[i + 1] = (byte) bytes[i];
      }
      utf8[bytes.length + 1] = '"';
      assertThatThrownBy(() -> Json.parse(utf8, "x.json"))
          .as(Arrays.toString(bytes))
          .isInstanceOf(BadFileException.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void aLoneSurrogateInThreeBytesIsReadAsPythonReadsIt() {
    byte[] utf8 = {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
    assertThat(Json.parse(utf8, "x").asString()).isEqualTo("\ud800");
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    byte[] utf8 = "\ufeff{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
    assertThat(Json.parse(utf8, "x").getInt("a")).isEqualTo(1);
  }

  @Test
  void numbersAtTheEdgesOfTheirTypes() {
    for (String number :
        new String[] {
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "999999999999999999",
          "1000000000000000000",
          "-0",
          "-0.0",
          "1e400",
          "-1e400",
          "4.9e-324",
          "1e-400",
          "0.1e1",
          "123456789012345678901234567890",
          "2.2250738585072011e-308"
        }) {
      byte[] utf8 = number.getBytes(StandardCharsets.UTF_8);
      assertThat(ours(utf8)).as(number).isNotSameAs(REFUSED).isEqualTo(jackson(utf8));
    }
    assertThatThrownBy(() -> Json.parse("1".repeat(100_000), "x"))
        .hasMessageContaining("a number of more than 1000 characters");
  }

  @Test
  void errorsTellLineAndByte() {
    assertThatThrownBy(() -> Json.parse("{\n  \"é\": 1,\n  \"b\" 2}", "x.json"))
        .hasMessage("x.json, line 3, byte 7: is not valid JSON: expected ':'");
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static String document(Random random, int depth) {
    String value =
        switch (random.nextInt(depth > 3 ? 7 : 11)) {
          case 0 -> "null";
          case 1 -> String.valueOf(random.nextBoolean());
          case 2 -> number(random);
          case 3 -> random.nextBoolean() ? "NaN" : random.nextBoolean() ? "Infinity" : "-Infinity";
          case 4, 5, 6 -> string(random);
          case 7, 8 -> list(random, depth, '[', ']');
          default -> list(random, depth, '{', '}');
        };
    return blanks(random) + value + blanks(random);
  }

  private static String blanks(Random random) {
    return " \t\r\n".substring(0, Math.max(0, random.nextInt(9) - 4)).replace(" ", "  ");
  }

  private static String list(Random random, int depth, char open, char close) {
    var out = new StringBuilder().append(open);
    for (int i = random.nextInt(4); i > 0; i--) {
      if (open == '{') {
        out.append(blanks(random)).append(name(random, i)).append(blanks(random)).append(':');
      }
      out.append(document(random, depth + 1)).append(i > 1 ? "," : "");
    }
    return out.append(blanks(random)).append(close).toString();
  }

  /** Unlike its neighbours', and without lone surrogates, which Jackson refuses in names alone. */
  private static String name(Random random, int number) {
    String name = string(random).replaceAll("\\\\u[dD][89a-fA-F]..", "?");
    return name.substring(0, name.length() - 1) + number + '"';
  }

  private static String number(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> String.valueOf(random.nextInt(-20, 200));
      case 1 -> String.valueOf(random.nextLong());
      case 2 -> new BigInteger(random.nextInt(1, 200), random).negate().toString();
      case 3 -> String.valueOf(random.nextGaussian() * Math.pow(10, random.nextInt(-320, 309)));
      default -> String.format(Locale.ROOT, "%.5e", random.nextGaussian());
    };
  }

  private static String string(Random random) {
    var out = new StringBuilder("\"");
    boolean plain = random.nextBoolean();
    for (int i = random.nextInt(9); i > 0; i--) {
      out.append(
          switch (random.nextInt(plain ? 1 : 5)) {
            case 0 -> String.valueOf((char) ('a' + random.nextInt(26)));
            case 1 -> "\\" + "\"\\/bfnrt".charAt(random.nextInt(8));
            case 2 -> String.format(Locale.ROOT, "\\u%04x", random.nextInt(0x10000));
            case 3 -> String.valueOf((char) random.nextInt(0xa0, 0xd800));
            default -> Character.toString(random.nextInt(0x10000, 0x110000));
          });
    }
    return out.append('"').toString();
  }
}
