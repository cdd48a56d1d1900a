package io.quoth.tokenizers;

import io.quoth.base.Json;
import io.quoth.base.QuothException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One case of the golden data; README-tokenizers.md says what it holds. */
final class GoldenCase {
  private final Tokenizer tokenizer;
  private final Json json;

  GoldenCase(Tokenizer tokenizer, Json json) {
    this.tokenizer = tokenizer;
    this.json = json;
  }

  /** What differs from the reference, or null. */
  @Nullable String difference() {
    boolean refused = json.has("error");
    if (refused && json.getString("error").startsWith("Panic")) {
      try {
        run();
      } catch (QuothException e) {
        return null; // free
      }
      return null;
    }
    try {
      String difference = run();
      return refused ? "was not refused: " + json.getString("error") + " " + head() : difference;
    } catch (QuothException e) {
      return refused ? null : "refused: " + e.getMessage() + " " + head();
    } catch (RuntimeException e) {
      return "threw " + e + " at " + e.getStackTrace()[0] + " " + head();
    }
  }

  private String head() {
    String text = json.toString();
    return text.length() > 300 ? text.substring(0, 300) + "…" : text;
  }

  private @Nullable String run() {
    return switch (json.getString("kind", "")) {
      case "", "pair" -> {
        var input =
            json.has("text_pair")
                ? TextInput.of(json.getString("text"), json.getString("text_pair"))
                : TextInput.of(json.getString("text"));
        yield compare(tokenizer.encode(input, options()), json);
      }
      case "words" -> {
        var input =
            json.has("words_pair")
                ? TextInput.ofWords(strings(json.get("words")), strings(json.get("words_pair")))
                : TextInput.ofWords(strings(json.get("words")));
        yield compare(tokenizer.encode(input, options()), json);
      }
      case "batch" -> batch();
      case "decode" -> decoded(ints(json.get("in_ids")));
      case "stream" -> stream();
      default -> throw new IllegalStateException("unknown kind " + json.get("kind"));
    };
  }

  private EncodeOptions options() {
    var options =
        EncodeOptions.DEFAULT.withSpecialTokens(json.getBoolean("add_special_tokens", true));
    return json.getBoolean("encode_special_tokens", false)
        ? options.with(EncodeOptions.SpecialTokens.TEXT)
        : options;
  }

  private @Nullable String batch() {
    boolean words = json.getBoolean("pretokenized", false);
    var inputs = new ArrayList<TextInput>();
    for (Json input : json.get("inputs").items()) {
      if (words) {
        boolean pair = input.size() > 0 && input.item(0).isArray();
        inputs.add(
            pair
                ? TextInput.ofWords(strings(input.item(0)), strings(input.item(1)))
                : TextInput.ofWords(strings(input)));
      } else {
        inputs.add(
            input.isArray()
                ? TextInput.of(input.item(0).asString(), input.item(1).asString())
                : TextInput.of(input.asString()));
      }
    }
    Tokenizer changed =
        tokenizer
            .withTruncation(json.find("truncation").map(GoldenCase::truncation))
            .withPadding(json.find("padding").map(GoldenCase::padding));
    List<Encoding> encodings = changed.encodeBatch(inputs, options());
    List<Json> expected = json.find("encodings").map(Json::items).orElse(List.of());
    for (int i = 0; i < expected.size(); i++) {
      String difference = compare(encodings.get(i), expected.get(i));
      if (difference != null) {
        return difference + " in batch item " + i;
      }
    }
    return null;
  }

  private static Truncation truncation(Json json) {
    return new Truncation(
        json.getInt("max_length"),
        json.getInt("stride", 0),
        switch (json.getString("strategy", "longest_first")) {
          case "longest_first" -> Truncation.Strategy.LONGEST_FIRST;
          case "only_first" -> Truncation.Strategy.ONLY_FIRST;
          default -> Truncation.Strategy.ONLY_SECOND;
        },
        json.getString("direction", "right").equals("left") ? Direction.LEFT : Direction.RIGHT);
  }

  private static Padding padding(Json json) {
    return new Padding(
        json.getInt("length", 0),
        json.getString("direction", "right").equals("left") ? Direction.LEFT : Direction.RIGHT,
        json.getInt("pad_to_multiple_of", 0),
        json.getInt("pad_id", 0),
        json.getInt("pad_type_id", 0),
        json.getString("pad_token", "[PAD]"));
  }

  private @Nullable String stream() {
    TextStream stream = tokenizer.stream(json.getBoolean("skip_special_tokens", true));
    List<Json> chunks = json.get("chunks").items();
    int[] ids = ints(json.get("in_ids"));
    for (int i = 0; i < ids.length; i++) {
      String expected = chunks.get(i).isNull() ? "" : chunks.get(i).asString();
      String found = stream.push(ids[i]);
      if (!found.equals(expected)) {
        return "stream chunk " + i + " is " + Json.write(found) + ": " + head();
      }
    }
    return null;
  }

  private @Nullable String decoded(int[] ids) {
    for (boolean skip : new boolean[] {false, true}) {
      String key = skip ? "decoded_skip" : "decoded";
      if (json.has(key)) {
        String found = tokenizer.decode(ids, skip);
        if (!found.equals(json.getString(key))) {
          return key + " is " + Json.write(found) + ": " + head();
        }
      }
    }
    return null;
  }

  private @Nullable String compare(Encoding encoding, Json expected) {
    String difference = compareFields(encoding, expected);
    if (difference != null) {
      return difference;
    }
    if (expected.has("decoded")) {
      String decoded = decoded(encoding.ids());
      if (decoded != null) {
        return decoded;
      }
    }
    List<Json> overflowing = expected.find("overflowing").map(Json::items).orElse(List.of());
    if (overflowing.size() != encoding.overflowing().size()) {
      return "overflowing has "
          + encoding.overflowing().size()
          + " instead of "
          + overflowing.size()
          + ": "
          + head();
    }
    for (int i = 0; i < overflowing.size(); i++) {
      difference = compareFields(encoding.overflowing().get(i), overflowing.get(i));
      if (difference != null) {
        return "overflowing " + i + " " + difference;
      }
    }
    return null;
  }

  private @Nullable String compareFields(Encoding encoding, Json expected) {
    return first(
        field("ids", list(encoding.ids()), expected),
        field("tokens", encoding.tokens(), expected),
        field(
            "offsets",
            encoding.offsets().stream().map(span -> List.of(span.start(), span.end())).toList(),
            expected),
        field("type_ids", list(encoding.typeIds()), expected),
        field("special_tokens_mask", list(encoding.specialTokensMask()), expected),
        field("attention_mask", list(encoding.attentionMask()), expected),
        field("word_ids", list(encoding.wordIds()), expected),
        field("sequence_ids", list(encoding.sequenceIds()), expected));
  }

  private @Nullable String field(String key, List<?> found, Json expected) {
    if (!expected.has(key)) {
      return null;
    }
    String text = Json.write(found).replace("-1", "null");
    String want = expected.get(key).toString();
    if (key.equals("tokens")) {
      text = Json.write(found);
    }
    if (text.equals(want)) {
      return null;
    }
    int at = 0;
    while (at < Math.min(text.length(), want.length()) && text.charAt(at) == want.charAt(at)) {
      at++;
    }
    at = Math.max(0, at - 40);
    return key
        + " differ: "
        + text.substring(at, Math.min(text.length(), at + 120))
        + " instead of "
        + want.substring(at, Math.min(want.length(), at + 120))
        + " in "
        + head();
  }

  private static @Nullable String first(@Nullable String... differences) {
    for (String difference : differences) {
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  private static List<Integer> list(int[] values) {
    return java.util.Arrays.stream(values).boxed().toList();
  }

  static int[] ints(Json json) {
    return json.items().stream().mapToInt(Json::asInt).toArray();
  }

  static List<String> strings(Json json) {
    return json.items().stream().map(Json::asString).toList();
  }

  /** Runs cases and tells the first differences of each, or nothing. */
  static String report(String name, Tokenizer tokenizer, Iterable<Json> cases) {
    int all = 0;
    var differences = new ArrayList<String>();
    for (Json json : cases) {
      all++;
      Optional.ofNullable(new GoldenCase(tokenizer, json).difference()).ifPresent(differences::add);
    }
    if (differences.isEmpty()) {
      return "";
    }
    var shown = differences.subList(0, Math.min(2, differences.size()));
    return name
        + ": "
        + differences.size()
        + " of "
        + all
        + "\n    "
        + String.join("\n    ", shown)
        + "\n";
  }
}
