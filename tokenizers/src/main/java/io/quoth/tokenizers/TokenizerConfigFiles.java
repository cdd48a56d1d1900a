package io.quoth.tokenizers;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files beside a vocabulary. They were written by many versions of the reference: a token
 * is a string or an object with {@code content}; {@code added_tokens_decoder} in
 * tokenizer_config.json, where it is there, replaces special_tokens_map.json and added_tokens.json.
 *
 * @param config what is public
 * @param added the tokens that come to the vocabulary, by the ids that the files give them
 * @param flags the tokens that the files describe with their flags, by content
 */
record TokenizerConfigFiles(
    TokenizerConfig config, List<AddedToken> added, Map<String, AddedToken> flags) {
  static final String CONFIG = "tokenizer_config.json";
  static final String SPECIAL = "special_tokens_map.json";
  static final String ADDED = "added_tokens.json";
  static final String TEMPLATE = "chat_template.jinja";
  static final String TEMPLATE_JSON = "chat_template.json";
  private static final String TEMPLATES = "additional_chat_templates/";

  /** Tokenizers without a limit say 10^30. */
  private static final double NO_LIMIT = 1e9;

  static TokenizerConfigFiles read(ModelFolder folder) {
    return new Reader(folder).read();
  }

  /** One reading. */
  private static final class Reader {
    private final ModelFolder folder;
    private final @Nullable Json json;
    private final Map<String, String> byPurpose = new LinkedHashMap<>();
    private final Map<String, String> others = new LinkedHashMap<>();
    private final List<String> additional = new ArrayList<>();
    private final Map<Integer, AddedToken> added = new TreeMap<>();
    private final Map<String, AddedToken> flags = new LinkedHashMap<>();

    Reader(ModelFolder folder) {
      this.folder = folder;
      json = folder.has(CONFIG) ? object(folder.json(CONFIG)) : null;
    }

    private static Json object(Json json) {
      if (!json.isObject()) {
        throw json.error("expected an object");
      }
      return json;
    }

    TokenizerConfigFiles read() {
      Optional<String> name = tokenizerClass();
      Optional<TransformersClass> known = name.flatMap(TransformersClass::find);
      known.ifPresent(one -> byPurpose.putAll(one.specialTokens()));
      if (json != null) {
        names(json);
      }
      if (json != null && json.has("added_tokens_decoder")) {
        addedTokensDecoder(json.get("added_tokens_decoder"));
      } else {
        if (folder.has(SPECIAL)) {
          names(object(folder.json(SPECIAL)));
        }
        if (folder.has(ADDED)) {
          addedTokens(object(folder.json(ADDED)));
        }
      }
      Direction side =
          known.map(TransformersClass::padsLeft).orElse(false) ? Direction.LEFT : Direction.RIGHT;
      var config =
          new TokenizerConfig(
              name,
              SpecialTokens.of(byPurpose, additional, others),
              maxLength(),
              direction("padding_side", side),
              direction("truncation_side", Direction.RIGHT),
              templates());
      return new TokenizerConfigFiles(
          config, List.copyOf(added.values()), java.util.Collections.unmodifiableMap(flags));
    }

    /** The class by name, else by the kind of model. */
    private Optional<String> tokenizerClass() {
      Optional<String> name = text(json, "tokenizer_class");
      if (name.isEmpty() && folder.has("config.json")) {
        Json model = object(folder.json("config.json"));
        name = text(model, "tokenizer_class");
        if (name.isEmpty()) {
          name = text(model, "model_type").flatMap(TransformersClass::ofModelType);
        }
      }
      return name.map(one ->
          one.endsWith("Fast") && !one.equals("PreTrainedTokenizerFast")
              ? one.substring(0, one.length() - 4)
              : one);
    }

    private static Optional<String> text(@Nullable Json json, String key) {
      return json == null ? Optional.empty() : json.find(key).map(Json::asString);
    }

    /** Names of special tokens; {@code null} takes away what the class has. */
    private void names(Json json) {
      for (String key : json.keys()) {
        Optional<Json> value = json.find(key);
        if (key.equals("additional_special_tokens") || key.equals("extra_special_tokens")) {
          value.ifPresent(this::additional);
        } else if (key.endsWith("_token")) {
          String purpose = key.substring(0, key.length() - 6);
          if (value.isEmpty()) {
            byPurpose.remove(purpose);
          } else if (SpecialTokens.PURPOSES.contains(purpose)) {
            byPurpose.put(purpose, token(value.get()));
          } else if (value.get().isString() || value.get().isObject()) {
            others.put(key, token(value.get()));
          }
        }
      }
    }

    private void additional(Json json) {
      if (json.isObject()) {
        for (String key : json.keys()) {
          json.find(key).ifPresent(token -> others.put(key, token(token)));
        }
        return;
      }
      additional.clear();
      for (Json token : json.items()) {
        additional.add(token(token));
      }
    }

    private String token(Json json) {
      if (json.isString()) {
        return json.asString();
      }
      AddedToken token = addedToken(json, -1, true);
      flags.put(token.content(), token);
      return token.content();
    }

    private static AddedToken addedToken(Json json, int id, boolean special) {
      boolean isSpecial = json.getBoolean("special", special);
      return new AddedToken(
          id,
          json.getString("content"),
          json.getBoolean("single_word", false),
          json.getBoolean("lstrip", false),
          json.getBoolean("rstrip", false),
          json.getBoolean("normalized", !isSpecial),
          isSpecial);
    }

    private void addedTokensDecoder(Json json) {
      for (String key : object(json).keys()) {
        Json entry = json.get(key);
        int id = -1;
        try {
          id = Integer.parseInt(key);
        } catch (NumberFormatException _) {
          // told below, with what is negative
        }
        AddedToken token = addedToken(entry, checked(id, entry), false);
        added.put(id, token);
        flags.put(token.content(), token);
      }
    }

    private void addedTokens(Json json) {
      for (String content : json.keys()) {
        Json id = json.get(content);
        boolean special =
            byPurpose.containsValue(content)
                || additional.contains(content)
                || others.containsValue(content);
        AddedToken known = flags.get(content);
        int number = checked(id.asInt(), id);
        added.put(
            number,
            known != null
                ? known.withId(number)
                : new AddedToken(number, content, false, false, false, !special, special));
      }
    }

    private static int checked(int id, Json place) {
      if (id < 0 || id > ModelJson.LARGEST_ID) {
        throw place.error("does not stand for an id from 0 to " + ModelJson.LARGEST_ID);
      }
      return id;
    }

    private OptionalInt maxLength() {
      Optional<Json> length =
          json == null
              ? Optional.empty()
              : json.find("model_max_length").or(() -> json.find("max_len"));
      if (length.isEmpty()) {
        return OptionalInt.empty();
      }
      double number = length.get().asDouble();
      if (!(number >= 1)) {
        throw length.get().error("expected a number of tokens >= 1, found " + number);
      }
      return number > NO_LIMIT ? OptionalInt.empty() : OptionalInt.of((int) number);
    }

    private Direction direction(String key, Direction otherwise) {
      Optional<Json> side = json == null ? Optional.empty() : json.find(key);
      if (side.isEmpty()) {
        return otherwise;
      }
      return switch (side.get().asString()) {
        case "left" -> Direction.LEFT;
        case "right" -> Direction.RIGHT;
        default -> throw side.get().error("expected \"left\" or \"right\", found " + side.get());
      };
    }

    /** Files beat what tokenizer_config.json says. */
    private Map<String, String> templates() {
      var templates = new LinkedHashMap<String, String>();
      if (folder.has(TEMPLATE_JSON)) {
        object(folder.json(TEMPLATE_JSON))
            .find("chat_template")
            .ifPresent(one -> put(one, templates));
      }
      if (json != null) {
        json.find("chat_template").ifPresent(one -> put(one, templates));
      }
      if (folder.has(TEMPLATE)) {
        templates.put("default", file(TEMPLATE));
      }
      for (String name : folder.files()) {
        if (name.startsWith(TEMPLATES) && name.endsWith(".jinja")) {
          String one = name.substring(TEMPLATES.length(), name.length() - ".jinja".length());
          templates.put(one, file(name));
        }
      }
      return templates;
    }

    private String file(String name) {
      return new String(folder.bytes(name), StandardCharsets.UTF_8);
    }

    /** One template; a list of names and templates; or an object of both. */
    private static void put(Json json, Map<String, String> templates) {
      if (json.isString()) {
        templates.put("default", json.asString());
      } else if (json.isObject()) {
        json.keys().forEach(name -> templates.put(name, json.getString(name)));
      } else {
        for (Json one : json.items()) {
          templates.put(one.getString("name"), one.getString("template"));
        }
      }
    }
  }

  /** What a GGUF file says under its keys. */
  static TokenizerConfig ofGguf(Map<String, ?> keys) {
    var byPurpose = new LinkedHashMap<String, String>();
    List<?> tokens = keys.get("tokenizer.ggml.tokens") instanceof List<?> list ? list : List.of();
    Map.of(
            "bos", "bos",
            "eos", "eos",
            "unk", "unknown",
            "sep", "seperator",
            "pad", "padding",
            "cls", "cls",
            "mask", "mask")
        .forEach((purpose, key) -> {
          if (keys.get("tokenizer.ggml." + key + "_token_id") instanceof Number id
              && id.longValue() >= 0
              && id.longValue() < tokens.size()
              && tokens.get(id.intValue()) instanceof String token) {
            byPurpose.put(purpose, token);
          }
        });
    var templates = new TreeMap<String, String>();
    keys.forEach((key, value) -> {
      if (value instanceof String text && key.startsWith("tokenizer.chat_template")) {
        String name = key.substring("tokenizer.chat_template".length());
        if (name.isEmpty() || name.startsWith(".")) {
          templates.put(name.isEmpty() ? "default" : name.substring(1), text);
        }
      }
    });
    return new TokenizerConfig(
        Optional.empty(),
        SpecialTokens.of(byPurpose, List.of(), Map.of()),
        OptionalInt.empty(),
        Direction.RIGHT,
        Direction.RIGHT,
        templates);
  }
}
