package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SentencePiece models of every kind and option give what SentencePiece 0.2.2 gives. */
class SentencePieceTest {
  private static final String FOLDER = "golden/sentencepiece/";

  static List<String> models() {
    return List.copyOf(
        Json.parse(TestData.bytes(TestData.shared(FOLDER + "models.json.gz")), "models").keys());
  }

  @ParameterizedTest
  @MethodSource("models")
  void givesTheReferencesAnswers(String name) {
    byte[] model = TestData.bytes(TestData.shared(FOLDER + name + ".model.gz"));
    Tokenizer plain = Tokenizer.fromSentencePiece(model, false, false, name);
    var differences = new ArrayList<String>();
    int compared = 0;
    for (Json json : RealTokenizersTest.lines(FOLDER + name + ".cases.jsonl.gz")) {
      compared++;
      String difference = difference(plain, model, json);
      if (!difference.isEmpty()) {
        differences.add(difference + " " + json);
      }
    }
    assertThat(compared).isGreaterThan(480);
    assertThat(differences.subList(0, Math.min(3, differences.size())))
        .as(differences.size() + " of " + compared)
        .isEmpty();
  }

  private static String difference(Tokenizer plain, byte[] model, Json json) {
    if (json.has("kind")) {
      String decoded =
          json.getString("kind").equals("decode")
              ? plain.decode(GoldenCase.ints(json.get("in_ids")))
              : String.join(
                  "",
                  java.util.Objects.requireNonNull(plain.parts().decoder())
                      .decode(GoldenCase.strings(json.get("pieces"))));
      return decoded.equals(json.getString("decoded")) ? "" : "decoded " + Json.write(decoded);
    }
    Tokenizer tokenizer =
        json.has("add_bos")
            ? Tokenizer.fromSentencePiece(
                model, json.getBoolean("add_bos"), json.getBoolean("add_eos"), "model")
            : plain;
    Encoding encoding = tokenizer.encode(json.getString("text"));
    String ids = Json.write(encoding.ids());
    if (!ids.equals(json.get("ids").toString())) {
      return "ids " + ids;
    }
    if (json.has("pieces")) {
      String pieces = Json.write(encoding.tokens());
      if (!pieces.equals(json.get("pieces").toString())) {
        return "pieces " + pieces;
      }
      String offsets =
          Json.write(encoding.offsets().stream().map(s -> List.of(s.start(), s.end())).toList());
      if (!offsets.equals(json.get("offsets").toString())) {
        return "offsets " + offsets;
      }
      String decoded = tokenizer.decode(encoding.ids());
      if (!decoded.equals(json.getString("decoded"))) {
        return "decoded " + Json.write(decoded);
      }
    }
    return "";
  }
}
