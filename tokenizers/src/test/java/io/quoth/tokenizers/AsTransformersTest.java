package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Published tokenizers give what AutoTokenizer of transformers 5.18 gives, when asked to. */
class AsTransformersTest {
  @ParameterizedTest
  @MethodSource("io.quoth.tokenizers.MemoryFolder#goldenNames")
  void givesTheReferencesAnswers(String name) {
    MemoryFolder folder = MemoryFolder.golden(name);
    Json auto =
        Json.parse(
            TestData.bytes(TestData.shared("golden/tokenizers/" + name + "/auto.json.gz")), name);
    Tokenizer tokenizer = Tokenizer.loadAsTransformers(folder);
    Tokenizer tidy =
        Tokenizer.loadAsTransformers(folder.with("tokenizer_config.json", tidying(folder)));
    var differences = new ArrayList<String>();
    for (Json json : auto.get("cases").items()) {
      String text = json.getString("text");
      Encoding encoding = tokenizer.encode(text);
      compare("ids", Json.write(encoding.ids()), json, differences);
      compare("token_type_ids", Json.write(encoding.typeIds()), json, differences);
      compare(
          "offsets",
          Json.write(
              encoding.offsets().stream().map(span -> List.of(span.start(), span.end())).toList()),
          json,
          differences);
      Encoding plain = tokenizer.encode(text, EncodeOptions.PLAIN);
      compare("ids_no_special", Json.write(plain.ids()), json, differences);
      compare("tokens", Json.write(plain.tokens()), json, differences);
      int[] ids = GoldenCase.ints(json.get("ids"));
      compare("decoded", Json.write(tokenizer.decode(ids)), json, differences);
      compare("decoded_skip", Json.write(tokenizer.decode(ids, true)), json, differences);
      compare("decoded_skip_clean", Json.write(tidy.decode(ids, true)), json, differences);
    }
    assertThat(differences.subList(0, Math.min(3, differences.size())))
        .as(differences.size() + " differences")
        .isEmpty();
    assertThat(auto.get("cases").size()).isEqualTo(140);
    sameConfiguration(tokenizer, auto);
  }

  private static String tidying(MemoryFolder folder) {
    var config = new LinkedHashMap<Object, Object>();
    config.putAll(
        (Map<?, ?>)
            java.util.Objects.requireNonNull(folder.json("tokenizer_config.json").toJava()));
    config.put("clean_up_tokenization_spaces", true);
    return Json.write(config);
  }

  private static void compare(String key, String found, Json json, List<String> differences) {
    if (json.has(key) && !found.equals(json.get(key).toString())) {
      differences.add(key + ": " + found + " for " + json.get(key) + " of " + json.get("text"));
    }
  }

  private static void sameConfiguration(Tokenizer tokenizer, Json auto) {
    TokenizerConfig config = tokenizer.config();
    assertThat(
            config
                .tokenizerClass()
                .orElse("")
                .replace("PreTrainedTokenizerFast", "TokenizersBackend"))
        .isEqualTo(auto.getString("class"));
    double length = auto.getDouble("model_max_length");
    assertThat(config.modelMaxLength().isPresent()).isEqualTo(length < 1e9);
    config.modelMaxLength().ifPresent(limit -> assertThat((double) limit).isEqualTo(length));
    assertThat(config.paddingSide().name()).isEqualToIgnoringCase(auto.getString("padding_side"));
    assertThat(config.truncationSide().name())
        .isEqualToIgnoringCase(auto.getString("truncation_side"));
    Json names = auto.get("special_tokens_map");
    SpecialTokens tokens = config.specialTokens();
    assertThat(tokens.bos().orElse("")).isEqualTo(names.getString("bos_token", ""));
    assertThat(tokens.eos().orElse("")).isEqualTo(names.getString("eos_token", ""));
    assertThat(tokens.unk().orElse("")).isEqualTo(names.getString("unk_token", ""));
    assertThat(tokens.sep().orElse("")).isEqualTo(names.getString("sep_token", ""));
    assertThat(tokens.pad().orElse("")).isEqualTo(names.getString("pad_token", ""));
    assertThat(tokens.cls().orElse("")).isEqualTo(names.getString("cls_token", ""));
    assertThat(tokens.mask().orElse("")).isEqualTo(names.getString("mask_token", ""));
    int[] ids =
        tokens.all().stream()
            .mapToInt(token -> tokenizer.id(token).orElse(-1))
            .distinct()
            .toArray();
    assertThat(ids).containsExactlyInAnyOrder(GoldenCase.ints(auto.get("all_special_ids")));
    assertThat(tokenizer.vocabSize()).isEqualTo(auto.getInt("len"));
  }

  @Test
  void otherIdsThanTokenizerJsonOnlyWhereTheReferenceHasThem() {
    MemoryFolder folder = MemoryFolder.golden("llama-2");
    String text = "a<s> b";
    int[] asItStands = Tokenizer.load(folder).encode(text).ids();
    assertThat(asItStands).isNotEqualTo(Tokenizer.loadAsTransformers(folder).encode(text).ids());
  }

  @Test
  void streamsLeaveTheBlanksThatDecodingTakesAway() {
    Tokenizer t5 = Tokenizer.loadAsTransformers(MemoryFolder.golden("t5-small"));
    int[] ids = t5.encode("it 's n't , ok ?").ids();
    assertThat(t5.decode(ids, true)).isEqualTo("it'sn't, ok?");
    TextStream stream = t5.stream(true);
    var text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(id));
    }
    assertThat(text.append(stream.end()).toString()).isEqualTo("it 's n't , ok ?");
  }

  @Test
  void classesThatAreNotKnownAreRefusedByName() {
    String json =
        """
        {"model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "a"}}
        """;
    assertThatThrownBy(() ->
            Tokenizer.loadAsTransformers(
                MemoryFolder.of(
                    "tokenizer.json",
                    json,
                    "tokenizer_config.json",
                    "{\"tokenizer_class\": \"LayoutLMv3TokenizerFast\"}")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("LayoutLMv3Tokenizer,")
        .hasMessageContaining("LlamaTokenizer");
    assertThatThrownBy(() ->
            Tokenizer.loadAsTransformers(
                MemoryFolder.of(
                    "tokenizer.json",
                    json,
                    "tokenizer_config.json",
                    "{\"tokenizer_class\": \"LlamaTokenizer\"}")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("needs a BPE model");
    assertThatThrownBy(
            () -> Tokenizer.loadAsTransformers(MemoryFolder.of("vocab.txt", "[UNK]\n[CLS]\n[SEP]")))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tokenizer.json");
  }
}
