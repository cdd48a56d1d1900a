package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.BadArgumentException;
import io.quoth.testkit.TestData;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ids alone are those of the whole encoding, for one text and for many. */
class IdsTest {
  private static final String FILE = "tales/src/main/resources/io/quoth/tales/tokenizer.json";

  private static Tokenizer tales() {
    return Tokenizer.fromJson(TestData.root().resolve(FILE));
  }

  private static List<String> texts(int n) {
    String text = TestData.text(TestData.own("tales/eval.txt"));
    var texts = new ArrayList<String>();
    for (int i = 0; i < n; i++) {
      texts.add(text.substring(i, i + 3 * (i % 50)));
    }
    return texts;
  }

  @Test
  void aBatchOfAnySizeIsItsTextsInOrder() {
    Tokenizer tokenizer = tales();
    for (int n : new int[] {0, 1, 2, 3, 127, 128, 129, 1_000}) {
      List<String> texts = texts(n);
      List<int[]> ids = tokenizer.idsBatch(texts, EncodeOptions.DEFAULT);
      List<Encoding> all =
          tokenizer.encodeBatch(texts.stream().map(TextInput::of).toList(), EncodeOptions.DEFAULT);
      assertThat(ids).hasSize(n);
      assertThat(all).hasSize(n);
      for (int i = 0; i < n; i++) {
        int[] expected = tokenizer.encode(texts.get(i)).ids();
        assertThat(ids.get(i)).containsExactly(expected);
        assertThat(all.get(i).ids()).containsExactly(expected);
      }
    }
  }

  @Test
  void whatOneTextMaySayNoToABatchMayNot() {
    var texts = new ArrayList<>(texts(500));
    texts.set(321, "<|endoftext|>");
    var forbidden = EncodeOptions.DEFAULT.with(EncodeOptions.SpecialTokens.FORBIDDEN);
    assertThatThrownBy(() -> tales().idsBatch(texts, forbidden))
        .isInstanceOf(BadArgumentException.class)
        .hasMessageContaining("<|endoftext|>");
  }

  /** A template may use the text twice, or not at all, with and without its special tokens. */
  @Test
  void whateverTheTemplateMakesOfTheText() {
    String a = "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}";
    String special = "{\"SpecialToken\": {\"id\": \"S\", \"type_id\": 0}}";
    for (String single :
        List.of(
            a, special + "," + a, a + "," + special + "," + a, special, "", a + "," + special)) {
      String json =
          """
          {"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1, "S": 2}, "unk_token": "a"},
           "pre_tokenizer": {"type": "WhitespaceSplit"},
           "post_processor": {"type": "TemplateProcessing", "single": [%s], "pair": [],
             "special_tokens": {"S": {"id": "S", "ids": [2, 7], "tokens": ["S", "T"]}}}}
          """
              .formatted(single);
      Tokenizer tokenizer = Tokenizer.fromJson(json.getBytes(StandardCharsets.UTF_8), "a template");
      for (EncodeOptions options : List.of(EncodeOptions.DEFAULT, EncodeOptions.PLAIN)) {
        for (String text : List.of("", "b", "a b a")) {
          assertThat(tokenizer.ids(text, options))
              .as("[%s] of \"%s\"", single, text)
              .containsExactly(tokenizer.encode(text, options).ids());
        }
      }
    }
  }
}
