package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Builds a tokenizer from the key-value pairs of a GGUF file, {@code tokenizer.ggml.*}. The pieces
 * are cut as llama.cpp cuts them for each value of {@code tokenizer.ggml.pre} (llama-vocab.cpp).
 */
final class GgufVocabulary {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final int NORMAL = 1;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  private static final String WORDS_OF_DIGITS_1 = "\\p{N}";

  /** Values of {@code pre} and the patterns that cut, one after the other. */
  private static final Map<String, List<String>> PATTERNS =
      Map.ofEntries(
          entry("gpt-2 phi-2 mpt olmo jais modern-bert roberta-bpe", Scanner.GPT2.pattern()),
          entry("llama-bpe llama3 llama-v3 falcon3 pixtral lfm2", Scanner.LLAMA3.pattern()),
          entry("dbrx smaug-bpe glm4 chatglm-bpe", Scanner.LLAMA3.pattern()),
          entry("qwen2 deepseek-r1-qwen stablelm2", Scanner.QWEN2.pattern()),
          entry(
              "starcoder refact command-r smollm codeshell exaone",
              WORDS_OF_DIGITS_1,
              Scanner.GPT2.pattern()),
          entry("falcon", "[\\p{P}\\$\\+<=>\\^~\\|`]+", Scanner.GPT2.pattern(), "[0-9][0-9][0-9]"),
          entry("gpt-4o llama4", Scanner.O200K.pattern()),
          entry("tekken", Scanner.O200K.pattern().replace("\\p{N}{1,3}", "\\p{N}")),
          entry(
              "deepseek-coder",
              "[\\r\\n]",
              "\\s?\\p{L}+",
              "\\s?\\p{P}+",
              "[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+",
              "\\p{N}"));

  private final Map<String, ?> keys;
  private final String source;

  private GgufVocabulary(Map<String, ?> keys, String source) {
    this.keys = keys;
    this.source = source;
  }

  private static Map.Entry<String, List<String>> entry(String names, String... patterns) {
    return Map.entry(names, List.of(patterns));
  }

  static Tokenizer read(Map<String, ?> keys, String source) {
    return vocabulary(keys, source).withConfig(TokenizerConfigFiles.ofGguf(keys));
  }

  private static Tokenizer vocabulary(Map<String, ?> keys, String source) {
    if (keys.get("tokenizer.huggingface.json") instanceof String json) {
      return TokenizerJson.read(io.quoth.base.Json.parse(json, source));
    }
    var file = new GgufVocabulary(keys, source);
    String model = file.string("model");
    return switch (model) {
      case "gpt2" -> file.byteLevel();
      case "llama", "t5" -> file.sentencePiece(model);
      case "bert" -> file.wordPiece();
      default ->
          throw new UnsupportedModelException(
              source
                  + ": "
                  + PREFIX
                  + "model is \""
                  + model
                  + "\"; known are [bert, gpt2, llama, t5]");
    };
  }

  private Tokenizer byteLevel() {
    List<String> tokens = strings("tokens");
    Vocabulary vocabulary = vocabulary(tokens);
    var pairs = new ArrayList<String>();
    for (String merge : strings("merges")) {
      int blank = merge.indexOf(' ', 1);
      if (blank < 0) {
        throw error("merges", "has \"" + merge + "\"; expected two tokens and a blank");
      }
      pairs.add(merge.substring(0, blank));
      pairs.add(merge.substring(blank + 1));
    }
    String pre = keys.get(PREFIX + "pre") instanceof String name ? name : "";
    boolean wholeWords =
        List.of(
                "llama-bpe",
                "llama3",
                "llama-v3",
                "falcon3",
                "pixtral",
                "lfm2",
                "gpt-4o",
                "llama4",
                "tekken")
            .contains(pre);
    var model =
        new Bpe(
            vocabulary,
            ModelJson.merges(pairs, vocabulary, "", source + ": " + PREFIX + "merges"),
            new Bpe.Options(0, null, "", "", false, false, wholeWords));
    var cuts = new ArrayList<PreTokenizer>();
    for (String pattern : patterns(pre)) {
      cuts.add(new PreTokenizer.Split(Matches.Regex.of(pattern), SplitBehavior.ISOLATED, false));
    }
    cuts.add(new PreTokenizer.ByteLevel(false, false, false));
    return tokenizer(
        null,
        new PreTokenizer.Sequence(cuts),
        model,
        added(tokens),
        template(wholeWords, false),
        new Decoder.ByteLevel());
  }

  private List<String> patterns(String pre) {
    for (var entry : PATTERNS.entrySet()) {
      if (List.of(entry.getKey().split(" ")).contains(pre)) {
        return entry.getValue();
      }
    }
    var known = new TreeSet<String>();
    PATTERNS.keySet().forEach(names -> known.addAll(List.of(names.split(" "))));
    throw new UnsupportedModelException(
        source
            + ": "
            + PREFIX
            + "pre is "
            + (pre.isEmpty() ? "missing" : "\"" + pre + "\"")
            + ", which does not say how to cut text; known are "
            + known
            + ". Take the model's own tokenizer.json");
  }

  private Tokenizer sentencePiece(String model) {
    List<String> tokens = strings("tokens");
    List<Integer> types = types(tokens.size());
    var scores = new ArrayList<Float>();
    for (Object score : list("scores")) {
      scores.add(score instanceof Number number ? number.floatValue() : Float.NaN);
    }
    if (scores.size() != tokens.size()) {
      throw error("scores", "has " + scores.size() + " items for " + tokens.size() + " tokens");
    }
    byte[] charsMap = charsMap();
    boolean prefix = truth("add_space_prefix", true);
    boolean thin = truth("remove_extra_whitespaces", false);
    String bos = name("bos", tokens);
    String eos = name("eos", tokens);
    var file =
        SentencePieceFile.of(
            model.equals("t5") ? 1 : 2, tokens, scores, types, charsMap, prefix, thin, bos, eos);
    return file.tokenizer(
        truth("add_bos_token", model.equals("llama")) && !bos.isEmpty(),
        truth("add_eos_token", model.equals("t5")) && !eos.isEmpty(),
        source,
        added(tokens));
  }

  private byte[] charsMap() {
    List<?> items =
        keys.get(PREFIX + "precompiled_charsmap") instanceof List<?> list ? list : List.of();
    var bytes = new byte[items.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = items.get(i) instanceof Number number ? number.byteValue() : 0;
    }
    return bytes;
  }

  /** Words begin with a mark here; pieces that continue one are stored bare. */
  private Tokenizer wordPiece() {
    List<String> tokens = strings("tokens");
    List<Integer> types = types(tokens.size());
    var spelled = new ArrayList<String>(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      boolean special =
          types.get(id) != NORMAL
              || token.startsWith("[") && token.endsWith("]") && token.length() > 2;
      spelled.add(special ? token : token.startsWith("\u2581") ? token.substring(1) : "##" + token);
    }
    Vocabulary vocabulary = vocabulary(spelled);
    int unknown = id("unknown", 100);
    String unknownToken = vocabulary.token(unknown);
    if (unknownToken == null) {
      throw error("unknown_token_id", "is " + unknown + ", which is no token");
    }
    String cls = name("cls", spelled).isEmpty() ? name("bos", spelled) : name("cls", spelled);
    String sep =
        name("seperator", spelled).isEmpty() ? name("eos", spelled) : name("seperator", spelled);
    PostProcessor post =
        cls.isEmpty() || sep.isEmpty()
            ? null
            : new PostProcessor.Bert(sep, vocabulary.find(sep), cls, vocabulary.find(cls));
    return tokenizer(
        new Normalizer.Bert(true, true, null, true),
        new PreTokenizer.Bert(),
        new WordPiece(vocabulary, unknownToken, "##", 100),
        added(spelled),
        post,
        new Decoder.WordPiece("##", true));
  }

  private static Tokenizer tokenizer(
      @Nullable Normalizer normalizer,
      PreTokenizer preTokenizer,
      Model model,
      List<AddedToken> added,
      @Nullable PostProcessor post,
      Decoder decoder) {
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            preTokenizer,
            model,
            new AddedTokens(added, normalizer),
            post,
            decoder,
            null,
            null));
  }

  /** Control and user-defined tokens are found in the text as they stand. */
  private List<AddedToken> added(List<String> tokens) {
    List<Integer> types = types(tokens.size());
    var added = new ArrayList<AddedToken>();
    for (int id = 0; id < tokens.size(); id++) {
      int type = types.get(id);
      if ((type == CONTROL || type == USER_DEFINED) && !tokens.get(id).isEmpty()) {
        added.add(new AddedToken(id, tokens.get(id), false, false, false, false, type == CONTROL));
      }
    }
    return added;
  }

  private @Nullable PostProcessor template(boolean bosDefault, boolean eosDefault) {
    List<String> tokens = strings("tokens");
    int bos = truth("add_bos_token", bosDefault) ? id("bos", -1) : -1;
    int eos = truth("add_eos_token", eosDefault) ? id("eos", -1) : -1;
    return bos < 0 && eos < 0
        ? null
        : PostProcessor.Template.around(bos, name("bos", tokens), eos, name("eos", tokens));
  }

  private Vocabulary vocabulary(List<String> tokens) {
    var vocabulary = new Vocabulary(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      vocabulary.add(tokens.get(id), id);
    }
    return vocabulary;
  }

  private List<Integer> types(int size) {
    if (!keys.containsKey(PREFIX + "token_type")) {
      return java.util.Collections.nCopies(size, NORMAL);
    }
    var types = new ArrayList<Integer>(size);
    for (Object type : list("token_type")) {
      types.add(type instanceof Number number ? number.intValue() : NORMAL);
    }
    if (types.size() != size) {
      throw error("token_type", "has " + types.size() + " items for " + size + " tokens");
    }
    return types;
  }

  private String name(String role, List<String> tokens) {
    int id = id(role, -1);
    return id < 0 ? "" : tokens.get(id);
  }

  private int id(String role, int otherwise) {
    Object value = keys.get(PREFIX + role + "_token_id");
    if (value == null) {
      return otherwise;
    }
    int size = list("tokens").size();
    if (value instanceof Number number && number.longValue() >= 0 && number.longValue() < size) {
      return number.intValue();
    }
    throw error(role + "_token_id", "is " + value + ", where there are " + size + " tokens");
  }

  private boolean truth(String key, boolean otherwise) {
    return keys.get(PREFIX + key) instanceof Boolean truth ? truth : otherwise;
  }

  private String string(String key) {
    return Optional.ofNullable(keys.get(PREFIX + key))
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .orElseThrow(() -> error(key, "is missing, or no string"));
  }

  private List<?> list(String key) {
    if (keys.get(PREFIX + key) instanceof List<?> list) {
      return list;
    }
    throw error(key, "is missing, or no list");
  }

  private List<String> strings(String key) {
    var strings = new ArrayList<String>();
    for (Object item : list(key)) {
      if (!(item instanceof String text)) {
        throw error(key, "has an item that is no string: " + item);
      }
      strings.add(text);
    }
    return strings;
  }

  private BadFileException error(String key, String problem) {
    return new BadFileException(source + ": " + PREFIX + key + " " + problem);
  }
}
