package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadFileException;
import io.quoth.base.QuothException;
import io.quoth.testkit.Corrupter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files beside a vocabulary say, in all the spellings that they have had. */
class TokenizerConfigTest {
  private static TokenizerConfig config(String... namesAndTexts) {
    return TokenizerConfig.load(MemoryFolder.of(namesAndTexts));
  }

  private static TokenizerConfig ofConfig(String json) {
    return config("tokenizer_config.json", json);
  }

  @Test
  void nothingSaysNothing() {
    assertThat(config()).isEqualTo(TokenizerConfig.NONE);
    assertThat(ofConfig("{}")).isEqualTo(TokenizerConfig.NONE);
  }

  @Test
  void tokensAreStringsOrObjects() {
    SpecialTokens tokens =
        ofConfig(
                """
                {"eos_token": {"__type": "AddedToken", "content": "</s>", "lstrip": false},
                 "mask_token": "<mask>", "image_token": "<image>", "sep_token": null,
                 "additional_special_tokens": ["<a>", {"content": "<b>"}], "add_bos_token": true}
                """)
            .specialTokens();
    assertThat(tokens.eos()).hasValue("</s>");
    assertThat(tokens.mask()).hasValue("<mask>");
    assertThat(tokens.sep()).isEmpty();
    assertThat(tokens.additional()).containsExactly("<a>", "<b>");
    assertThat(tokens.others()).containsExactly(Map.entry("image_token", "<image>"));
    assertThat(tokens.all()).containsExactly("</s>", "<mask>", "<image>", "<a>", "<b>");
  }

  @Test
  void theMapOfSpecialTokensBeatsTheConfigUnlessThatListsAllAddedTokens() {
    String map = "{\"pad_token\": \"<map>\"}";
    String config = "{\"pad_token\": \"<config>\"}";
    assertThat(padding(config, map)).isEqualTo("<map>");
    String listing =
        "{\"pad_token\": \"<config>\", \"added_tokens_decoder\": {\"3\": {\"content\": \"<x>\"}}}";
    assertThat(padding(listing, map)).isEqualTo("<config>");
  }

  private static String padding(String config, String map) {
    return config("tokenizer_config.json", config, "special_tokens_map.json", map)
        .specialTokens()
        .pad()
        .orElse("");
  }

  @Test
  void aClassBringsTheTokensThatTheFilesDoNotName() {
    var bert = ofConfig("{\"tokenizer_class\": \"BertTokenizerFast\"}");
    assertThat(bert.tokenizerClass()).hasValue("BertTokenizer");
    assertThat(bert.specialTokens().mask()).hasValue("[MASK]");
    var ofModel = config("config.json", "{\"model_type\": \"xlm-roberta\"}");
    assertThat(ofModel.specialTokens().mask()).hasValue("<mask>");
    var none = ofConfig("{\"tokenizer_class\": \"Qwen2Tokenizer\", \"unk_token\": null}");
    assertThat(none.specialTokens().unk()).isEmpty();
    assertThat(none.specialTokens().pad()).hasValue("<|endoftext|>");
  }

  @Test
  void lengthsBeyondAThousandMillionAreNoLimit() {
    assertThat(ofConfig("{\"model_max_length\": 1000000000000000019884624838656}").modelMaxLength())
        .isEmpty();
    assertThat(ofConfig("{\"model_max_length\": 1e30}").modelMaxLength()).isEmpty();
    assertThat(ofConfig("{\"model_max_length\": 512}").modelMaxLength()).hasValue(512);
    assertThat(ofConfig("{\"max_len\": 77}").modelMaxLength()).hasValue(77);
  }

  @Test
  void sidesAreThoseOfTheFilesElseOfTheClass() {
    assertThat(ofConfig("{\"padding_side\": \"left\"}").paddingSide()).isEqualTo(Direction.LEFT);
    assertThat(ofConfig("{\"tokenizer_class\": \"LlamaTokenizer\"}").paddingSide())
        .isEqualTo(Direction.LEFT);
    assertThat(ofConfig("{\"truncation_side\": \"left\"}").truncationSide())
        .isEqualTo(Direction.LEFT);
  }

  @Test
  void templatesComeFromFilesElseFromTheConfig() {
    String one = "{\"chat_template\": \"{{ 1 }}\"}";
    assertThat(ofConfig(one).chatTemplate()).hasValue("{{ 1 }}");
    var both = config("tokenizer_config.json", one, "chat_template.jinja", "{{ 2 }}");
    assertThat(both.chatTemplate()).hasValue("{{ 2 }}");
    assertThat(config("chat_template.json", one).chatTemplate()).hasValue("{{ 1 }}");
    String list =
        "{\"chat_template\": [{\"name\": \"default\", \"template\": \"d\"},"
            + " {\"name\": \"rag\", \"template\": \"r\"}]}";
    var named =
        config("tokenizer_config.json", list, "additional_chat_templates/tool_use.jinja", "t");
    assertThat(named.chatTemplates())
        .containsExactly(
            Map.entry("default", "d"), Map.entry("rag", "r"), Map.entry("tool_use", "t"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | expected an object",
        "{\"model_max_length\": 0} | model_max_length",
        "{\"model_max_length\": NaN} | model_max_length",
        "{\"model_max_length\": \"512\"} | expected a number",
        "{\"padding_side\": \"middle\"} | expected \"left\" or \"right\"",
        "{\"eos_token\": 3} | eos_token",
        "{\"eos_token\": {}} | content",
        "{\"additional_special_tokens\": [1]} | additional_special_tokens[0]",
        "{\"added_tokens_decoder\": {\"x\": {\"content\": \"a\"}}} | added_tokens_decoder.x",
        "{\"added_tokens_decoder\": {\"-1\": {\"content\": \"a\"}}} | id from 0",
        "{\"added_tokens_decoder\": {\"99999999999\": {\"content\": \"a\"}}} | id from 0",
        "{\"added_tokens_decoder\": {\"1\": \"a\"}} | added_tokens_decoder.1",
        "{\"added_tokens_decoder\": []} | added_tokens_decoder",
        "{\"chat_template\": 1} | chat_template",
        "{\"chat_template\": [{\"name\": \"a\"}]} | template",
        "{\"tokenizer_class\": []} | tokenizer_class"
      })
  void contradictionsAreNamedWithTheirPlace(String json, String part) {
    assertThatThrownBy(() -> ofConfig(json))
        .isInstanceOf(BadFileException.class)
        .hasMessageContaining("memory/tokenizer_config.json")
        .hasMessageContaining(part);
  }

  @Test
  void damagedFilesAreRefusedOrReadButNeverCrash() {
    var corrupter = new Corrupter(20261125);
    var files =
        Map.of(
            "tokenizer_config.json",
            """
            {"tokenizer_class": "LlamaTokenizerFast", "model_max_length": 4096, "padding_side": "left",
             "eos_token": {"content": "</s>", "normalized": true}, "pad_token": null,
             "chat_template": [{"name": "default", "template": "{{ messages }}"}]}
            """,
            "special_tokens_map.json",
            "{\"bos_token\": \"<s>\", \"additional_special_tokens\": [\"<a>\", \"<b>\"]}",
            "added_tokens.json",
            "{\"<a>\": 32000, \"<b>\": 32001}");
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      var damaged = new TreeMap<String, byte[]>();
      files.forEach((name, text) -> damaged.put(name, text.getBytes(StandardCharsets.UTF_8)));
      String name = List.copyOf(damaged.keySet()).get(i % 3);
      damaged.put(name, corrupter.corrupt(damaged.get(name)));
      try {
        TokenizerConfig.load(new MemoryFolder(damaged));
      } catch (QuothException e) {
        assertThat(e.getMessage()).contains(name);
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 2_900);
  }

  @Test
  void ggufKeysSayTheSame() {
    var keys =
        Map.of(
            "tokenizer.ggml.tokens",
            List.of("<unk>", "<s>", "</s>"),
            "tokenizer.ggml.bos_token_id",
            1L,
            "tokenizer.ggml.eos_token_id",
            2L,
            "tokenizer.ggml.padding_token_id",
            77L,
            "tokenizer.chat_template",
            "d",
            "tokenizer.chat_template.tool_use",
            "t");
    TokenizerConfig config = TokenizerConfigFiles.ofGguf(keys);
    assertThat(config.specialTokens().bos()).hasValue("<s>");
    assertThat(config.specialTokens().eos()).hasValue("</s>");
    assertThat(config.specialTokens().pad()).isEmpty();
    assertThat(config.chatTemplate()).hasValue("d");
    assertThat(config.chatTemplates()).containsEntry("tool_use", "t");
  }
}
