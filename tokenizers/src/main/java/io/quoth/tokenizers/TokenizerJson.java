package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads tokenizer.json, the format of the tokenizers library, in its old and new spellings. A
 * component that is not known is refused by name.
 */
final class TokenizerJson {
  private TokenizerJson() {}

  private static final Set<String> FIELDS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");

  /** What is read token by token; {@link #read} wants it so, but takes any tree. */
  static final Set<String> LARGE = Set.of("model.vocab", "model.merges");

  static Tokenizer read(Json json) {
    for (String key : json.keys()) {
      if (!FIELDS.contains(key)) {
        throw json.error(
            "has \"" + key + "\", which no tokenizer.json has; known are " + new TreeSet<>(FIELDS));
      }
    }
    if (json.find("version").isPresent() && !json.getString("version").equals("1.0")) {
      throw json.get("version").error("expected \"1.0\", found " + json.get("version"));
    }
    var normalizer = json.find("normalizer").map(TokenizerJson::normalizer).orElse(null);
    var model = ModelJson.read(json.find("model").orElseThrow(() -> json.error("has no model")));
    var added = new ArrayList<AddedToken>();
    for (Json token : json.find("added_tokens").map(Json::items).orElse(List.of())) {
      added.add(addedToken(token));
    }
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            json.find("pre_tokenizer").map(TokenizerJson::preTokenizer).orElse(null),
            model,
            new AddedTokens(AddedTokens.number(added, model.vocabulary()), normalizer),
            json.find("post_processor").map(TokenizerJson::postProcessor).orElse(null),
            json.find("decoder").map(TokenizerJson::decoder).orElse(null),
            json.find("truncation").map(TokenizerJson::truncation).orElse(null),
            json.find("padding").map(TokenizerJson::padding).orElse(null)));
  }

  private static AddedToken addedToken(Json json) {
    return new AddedToken(
        json.getInt("id"),
        json.getString("content"),
        json.getBoolean("single_word"),
        json.getBoolean("lstrip"),
        json.getBoolean("rstrip"),
        json.getBoolean("normalized"),
        json.getBoolean("special"));
  }

  private static final Map<String, Function<Json, Normalizer>> NORMALIZERS =
      Map.ofEntries(
          Map.entry("BertNormalizer", TokenizerJson::bertNormalizer),
          Map.entry("Bert", TokenizerJson::bertNormalizer),
          Map.entry("NFC", _ -> new Normalizer.Form(UnicodeForm.NFC)),
          Map.entry("NFD", _ -> new Normalizer.Form(UnicodeForm.NFD)),
          Map.entry("NFKC", _ -> new Normalizer.Form(UnicodeForm.NFKC)),
          Map.entry("NFKD", _ -> new Normalizer.Form(UnicodeForm.NFKD)),
          Map.entry("Lowercase", _ -> new Normalizer.Lowercase()),
          Map.entry("StripAccents", _ -> new Normalizer.StripAccents()),
          Map.entry("Nmt", _ -> new Normalizer.Nmt()),
          Map.entry("ByteLevel", _ -> new Normalizer.ByteLevel()),
          Map.entry(
              "Strip",
              json ->
                  new Normalizer.Strip(
                      json.getBoolean("strip_left"), json.getBoolean("strip_right"))),
          Map.entry(
              "Replace", json -> new Normalizer.Replace(matches(json), json.getString("content"))),
          Map.entry("Prepend", json -> new Normalizer.Prepend(json.getString("prepend"))),
          Map.entry(
              "Precompiled",
              json ->
                  new Normalizer.Precompiled(
                      CharsMap.ofBase64(json.getString("precompiled_charsmap"), json.place()))),
          Map.entry(
              "Sequence",
              json ->
                  new Normalizer.Sequence(
                      json.get("normalizers").items().stream()
                          .map(TokenizerJson::normalizer)
                          .toList())));

  static Normalizer normalizer(Json json) {
    return component("normalizer", json, NORMALIZERS, TokenizerJson::untypedNormalizer);
  }

  /** Files from before components had types: the first kind whose fields fit. */
  private static @Nullable String untypedNormalizer(Json json) {
    return firstFitting(
        json,
        Map.of(
            "BertNormalizer", List.of("clean_text", "handle_chinese_chars", "lowercase"),
            "Strip", List.of("strip_left", "strip_right"),
            "Sequence", List.of("normalizers"),
            "Precompiled", List.of("precompiled_charsmap"),
            "Replace", List.of("pattern", "content"),
            "Prepend", List.of("prepend")));
  }

  private static Normalizer bertNormalizer(Json json) {
    return new Normalizer.Bert(
        json.getBoolean("clean_text"),
        json.getBoolean("handle_chinese_chars"),
        json.find("strip_accents").map(Json::asBoolean).orElse(null),
        json.getBoolean("lowercase"));
  }

  private static final Map<String, Function<Json, PreTokenizer>> PRE_TOKENIZERS =
      Map.ofEntries(
          Map.entry("BertPreTokenizer", _ -> new PreTokenizer.Bert()),
          Map.entry("ByteLevel", TokenizerJson::byteLevel),
          Map.entry("Whitespace", _ -> new PreTokenizer.Whitespace()),
          Map.entry("WhitespaceSplit", _ -> new PreTokenizer.WhitespaceSplit()),
          Map.entry("UnicodeScripts", _ -> new PreTokenizer.UnicodeScripts()),
          Map.entry(
              "CharDelimiterSplit",
              json -> new PreTokenizer.CharDelimiterSplit(character(json.get("delimiter")))),
          Map.entry(
              "Digits", json -> new PreTokenizer.Digits(json.getBoolean("individual_digits"))),
          Map.entry(
              "Punctuation",
              json ->
                  new PreTokenizer.Punctuation(
                      json.find("behavior")
                          .map(TokenizerJson::behavior)
                          .orElse(SplitBehavior.ISOLATED))),
          Map.entry("Metaspace", TokenizerJson::metaspace),
          Map.entry(
              "Split",
              json ->
                  new PreTokenizer.Split(
                      matches(json), behavior(json.get("behavior")), json.getBoolean("invert"))),
          Map.entry("FixedLength", json -> new PreTokenizer.FixedLength(fixedLength(json))),
          Map.entry(
              "Sequence",
              json ->
                  new PreTokenizer.Sequence(
                      json.get("pretokenizers").items().stream()
                          .map(TokenizerJson::preTokenizer)
                          .toList())));

  static PreTokenizer preTokenizer(Json json) {
    return component(
        "pre_tokenizer",
        json,
        PRE_TOKENIZERS,
        untyped ->
            firstFitting(
                untyped,
                Map.of(
                    "ByteLevel", List.of("add_prefix_space", "trim_offsets"),
                    "CharDelimiterSplit", List.of("delimiter"),
                    "Metaspace", List.of("replacement"),
                    "Sequence", List.of("pretokenizers"),
                    "Split", List.of("pattern", "behavior", "invert"),
                    "Digits", List.of("individual_digits"),
                    "FixedLength", List.of("length"))));
  }

  private static int fixedLength(Json json) {
    int length = json.getInt("length", 5);
    if (length < 0) {
      throw json.get("length").error("expected a length >= 0, found " + length);
    }
    return length;
  }

  private static PreTokenizer.ByteLevel byteLevel(Json json) {
    return new PreTokenizer.ByteLevel(
        json.getBoolean("add_prefix_space"),
        json.getBoolean("trim_offsets"),
        json.getBoolean("use_regex", true));
  }

  private static PreTokenizer.Metaspace metaspace(Json json) {
    return new PreTokenizer.Metaspace(
        mark(json.get("replacement")), prependScheme(json), json.getBoolean("split", true));
  }

  private static PreTokenizer.PrependScheme prependScheme(Json json) {
    String spelling = json.getString("prepend_scheme", "always");
    for (var scheme : PreTokenizer.PrependScheme.values()) {
      if (scheme.spelling.equals(spelling)) {
        if (!json.getBoolean("add_prefix_space", true)
            && scheme != PreTokenizer.PrependScheme.NEVER) {
          throw json.error(
              "add_prefix_space is false, which contradicts prepend_scheme \"" + spelling + "\"");
        }
        return scheme;
      }
    }
    throw json.get("prepend_scheme")
        .error("expected \"first\", \"never\" or \"always\", found \"" + spelling + "\"");
  }

  private static SplitBehavior behavior(Json json) {
    for (SplitBehavior behavior : SplitBehavior.values()) {
      if (behavior.spelling.equals(json.asString())) {
        return behavior;
      }
    }
    throw json.error(
        "expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous, found "
            + json);
  }

  private static int character(Json json) {
    String text = json.asString();
    if (text.isEmpty() || text.codePointCount(0, text.length()) != 1) {
      throw json.error("expected one character, found \"" + text + "\"");
    }
    return text.codePointAt(0);
  }

  private static char mark(Json json) {
    int character = character(json);
    if (character > 0xFFFF) {
      throw json.error("a mark beyond U+FFFF is not supported: " + json);
    }
    return (char) character;
  }

  private static Matches matches(Json json) {
    Json pattern = json.get("pattern");
    Optional<Json> string = pattern.find("String");
    if (string.isPresent()) {
      String text = string.get().asString();
      return text.isEmpty() ? Matches.Regex.of("") : new Matches.Literal(text);
    }
    try {
      return Matches.Regex.of(pattern.getString("Regex"));
    } catch (BadFileException e) {
      throw new BadFileException(pattern.place() + ": " + e.getMessage(), e);
    }
  }

  private static final Map<String, Function<Json, PostProcessor>> POST_PROCESSORS =
      Map.of(
          "RobertaProcessing", TokenizerJson::roberta,
          "BertProcessing", TokenizerJson::bertProcessing,
          "ByteLevel",
              json ->
                  new PostProcessor.ByteLevel(
                      json.getBoolean("add_prefix_space"),
                      json.getBoolean("trim_offsets"),
                      json.getBoolean("use_regex", true)),
          "TemplateProcessing", TokenizerJson::template,
          "Sequence",
              json ->
                  new PostProcessor.Sequence(
                      json.get("processors").items().stream()
                          .map(TokenizerJson::postProcessor)
                          .toList()));

  static PostProcessor postProcessor(Json json) {
    return component(
        "post_processor",
        json,
        POST_PROCESSORS,
        untyped ->
            firstFitting(
                untyped,
                Map.of(
                    "RobertaProcessing", List.of("sep", "cls"),
                    "ByteLevel", List.of("add_prefix_space", "trim_offsets"),
                    "TemplateProcessing", List.of("single", "pair", "special_tokens"),
                    "Sequence", List.of("processors"))));
  }

  /** Without its two flags it is BERT's. */
  private static PostProcessor roberta(Json json) {
    if (!json.has("trim_offsets") || !json.has("add_prefix_space")) {
      return bertProcessing(json);
    }
    Json sep = json.get("sep");
    Json cls = json.get("cls");
    return new PostProcessor.Roberta(
        sep.item(0).asString(),
        sep.item(1).asInt(),
        cls.item(0).asString(),
        cls.item(1).asInt(),
        json.getBoolean("trim_offsets"),
        json.getBoolean("add_prefix_space"));
  }

  private static PostProcessor bertProcessing(Json json) {
    Json sep = json.get("sep");
    Json cls = json.get("cls");
    return new PostProcessor.Bert(
        sep.item(0).asString(), sep.item(1).asInt(), cls.item(0).asString(), cls.item(1).asInt());
  }

  private static PostProcessor template(Json json) {
    var specials = new HashMap<String, PostProcessor.Special>();
    Json listed = json.get("special_tokens");
    for (String name : listed.keys()) {
      Json special = listed.get(name);
      var ids = special.get("ids").items().stream().map(Json::asInt).toList();
      var tokens = special.get("tokens").items().stream().map(Json::asString).toList();
      if (ids.size() != tokens.size()) {
        throw special.error("has " + ids.size() + " ids for " + tokens.size() + " tokens");
      }
      specials.put(name, new PostProcessor.Special(ids, tokens));
    }
    return new PostProcessor.Template(
        pieces(json.get("single")), pieces(json.get("pair")), Map.copyOf(specials));
  }

  private static List<PostProcessor.Piece> pieces(Json json) {
    var pieces = new ArrayList<PostProcessor.Piece>();
    for (Json piece : json.items()) {
      Optional<Json> text = piece.find("Sequence");
      if (text.isPresent()) {
        String id = text.get().getString("id");
        if (!id.equals("A") && !id.equals("B")) {
          throw text.get().error("expected the sequence \"A\" or \"B\", found \"" + id + "\"");
        }
        pieces.add(
            new PostProcessor.Piece.Text(id.equals("A") ? 0 : 1, text.get().getInt("type_id")));
      } else {
        Json special = piece.get("SpecialToken");
        pieces.add(
            new PostProcessor.Piece.Name(special.getString("id"), special.getInt("type_id")));
      }
    }
    return List.copyOf(pieces);
  }

  private static final Map<String, Function<Json, Decoder>> DECODERS =
      Map.ofEntries(
          Map.entry("BPEDecoder", json -> new Decoder.BpeSuffix(json.getString("suffix"))),
          Map.entry("ByteLevel", _ -> new Decoder.ByteLevel()),
          Map.entry("ByteFallback", _ -> new Decoder.ByteFallback()),
          Map.entry("Fuse", _ -> new Decoder.Fuse()),
          Map.entry(
              "Strip",
              json ->
                  new Decoder.Strip(
                      character(json.get("content")), json.getInt("start"), json.getInt("stop"))),
          Map.entry(
              "Metaspace",
              json -> {
                PreTokenizer.Metaspace metaspace = metaspace(json);
                return new Decoder.Metaspace(metaspace.replacement(), metaspace.prependScheme());
              }),
          Map.entry(
              "CTC",
              json ->
                  new Decoder.Ctc(
                      json.getString("pad_token"),
                      json.getString("word_delimiter_token"),
                      json.getBoolean("cleanup"))),
          Map.entry(
              "WordPiece",
              json -> new Decoder.WordPiece(json.getString("prefix"), json.getBoolean("cleanup"))),
          Map.entry(
              "Replace", json -> new Decoder.Replace(matches(json), json.getString("content"))),
          Map.entry(
              "Sequence",
              json ->
                  new Decoder.Sequence(
                      json.get("decoders").items().stream().map(TokenizerJson::decoder).toList())));

  static Decoder decoder(Json json) {
    return component(
        "decoder",
        json,
        DECODERS,
        untyped ->
            firstFitting(
                untyped,
                Map.of(
                    "BPEDecoder", List.of("suffix"),
                    "WordPiece", List.of("prefix", "cleanup"),
                    "Metaspace", List.of("replacement"),
                    "CTC", List.of("pad_token", "word_delimiter_token", "cleanup"),
                    "Replace", List.of("pattern", "content"),
                    "Strip", List.of("content", "start", "stop"),
                    "Sequence", List.of("decoders"))));
  }

  static Truncation truncation(Json json) {
    Json strategy = json.get("strategy");
    return new Truncation(
        json.getInt("max_length"),
        json.getInt("stride"),
        switch (strategy.asString()) {
          case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
          case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
          case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
          default ->
              throw strategy.error(
                  "expected LongestFirst, OnlyFirst or OnlySecond, found " + strategy);
        },
        json.find("direction").map(TokenizerJson::direction).orElse(Direction.RIGHT));
  }

  static Padding padding(Json json) {
    Json strategy = json.get("strategy");
    int length = 0;
    if (strategy.isObject()) {
      length = strategy.getInt("Fixed");
    } else if (!strategy.asString().equals("BatchLongest")) {
      throw strategy.error("expected BatchLongest or {\"Fixed\": n}, found " + strategy);
    }
    return new Padding(
        length,
        direction(json.get("direction")),
        json.getInt("pad_to_multiple_of", 0),
        json.getInt("pad_id"),
        json.getInt("pad_type_id"),
        json.getString("pad_token"));
  }

  private static Direction direction(Json json) {
    return switch (json.asString()) {
      case "Left" -> Direction.LEFT;
      case "Right" -> Direction.RIGHT;
      default -> throw json.error("expected Left or Right, found " + json);
    };
  }

  private static <T> T component(
      String role,
      Json json,
      Map<String, Function<Json, T>> known,
      Function<Json, @Nullable String> untyped) {
    String type = json.has("type") ? json.getString("type") : untyped.apply(json);
    Function<Json, T> reader = type == null ? null : known.get(type);
    if (reader == null) {
      throw new UnsupportedModelException(
          json.place()
              + ": unknown "
              + role
              + " "
              + (type == null ? "without a type" : "\"" + type + "\"")
              + "; known are "
              + new TreeSet<>(known.keySet()));
    }
    return reader.apply(json);
  }

  private static @Nullable String firstFitting(Json json, Map<String, List<String>> fields) {
    return fields.entrySet().stream()
        .filter(kind -> json.keys().containsAll(kind.getValue()))
        .max(java.util.Comparator.comparingInt(kind -> kind.getValue().size()))
        .map(Map.Entry::getKey)
        .orElse(null);
  }
}
