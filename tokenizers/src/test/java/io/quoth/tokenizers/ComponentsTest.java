package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoth.base.Json;
import io.quoth.base.QuothException;
import io.quoth.testkit.TestData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every component, alone and in small tokenizers, gives what the reference gives. */
class ComponentsTest {
  /** Entries that need another's charsmap are passed over where it is not. */
  private static List<Json> entries(String file) {
    Json all = Json.parse(TestData.bytes(TestData.own("components/" + file + ".json.gz")), file);
    var entries = new ArrayList<Json>();
    for (Json entry : all.items()) {
      String text = entry.toString();
      if (text.contains("@charsmap.txt")) {
        charsmap()
            .ifPresent(map -> entries.add(Json.parse(text.replace("@charsmap.txt", map), file)));
      } else {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static Optional<String> charsmap() {
    Path file = Path.of(System.getProperty("quoth.shared"), "golden/components/charsmap.txt.gz");
    return Files.exists(file) ? Optional.of(TestData.text(file).strip()) : Optional.empty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "loading",
        "tok-added",
        "tok-combinations",
        "tok-decoders",
        "tok-models",
        "tok-normalizers",
        "tok-pretokenizers",
        "tok-processors",
        "tok-truncation-padding"
      })
  void smallTokenizersGiveTheReferencesAnswers(String file) {
    var report = new StringBuilder();
    for (Json entry : entries(file)) {
      String name = entry.getString("name");
      Json json = Json.parse(entry.get("tokenizer").toString(), name);
      if (entry.has("load_error")) {
        if (!entry.getString("load_error").startsWith("Panic")) {
          assertThatThrownBy(() -> TokenizerJson.read(json))
              .as(name + ": " + entry.getString("load_error"))
              .isInstanceOf(QuothException.class);
        }
        continue;
      }
      try {
        report.append(
            GoldenCase.report(name, TokenizerJson.read(json), entry.get("cases").items()));
      } catch (QuothException e) {
        report.append(name + " does not load: " + e.getMessage() + "\n");
      }
    }
    assertThat(report.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tok-models", "tok-normalizers", "tok-pretokenizers", "tok-processors"})
  void tokenizersWrittenAndReadAgainGiveTheSameAnswers(String file) {
    var report = new StringBuilder();
    for (Json entry : entries(file)) {
      Tokenizer first = TokenizerJson.read(Json.parse(entry.get("tokenizer").toString(), file));
      String written = first.toJson();
      Tokenizer second = TokenizerJson.read(Json.parse(written, file));
      assertThat(second.toJson()).isEqualTo(written);
      List<Json> cases = entry.get("cases").items();
      report.append(
          GoldenCase.report(
              entry.getString("name"), second, cases.subList(0, Math.min(12, cases.size()))));
    }
    assertThat(report.toString()).isEmpty();
  }

  @Test
  void normalizersGiveTheReferencesTexts() {
    var report = new StringBuilder();
    for (Json entry : entries("normalizers")) {
      Normalizer normalizer = TokenizerJson.normalizer(entry.get("normalizer"));
      for (Json json : entry.get("cases").items()) {
        String found = normalizer.apply(Text.of(json.getString("text"))).toString();
        if (!found.equals(json.getString("normalized"))) {
          report.append(entry.getString("name") + ": " + Json.write(found) + " but " + json + "\n");
          break;
        }
      }
    }
    assertThat(report.toString()).isEmpty();
  }

  @Test
  void preTokenizersGiveTheReferencesPieces() {
    var report = new StringBuilder();
    for (Json entry : entries("pretokenizers")) {
      PreTokenizer preTokenizer = TokenizerJson.preTokenizer(entry.get("pre_tokenizer"));
      for (Json json : entry.get("cases").items()) {
        String text = json.getString("text");
        var pieces = new Pieces(Text.of(text));
        preTokenizer.apply(pieces);
        var found = new ArrayList<List<Object>>();
        for (int i = 0; i < pieces.count(); i++) {
          Text piece = pieces.text().slice(pieces.start(i), pieces.end(i));
          int start = text.codePointCount(0, piece.start(piece.from));
          int end = text.codePointCount(0, piece.end(piece.to - 1));
          found.add(List.of(piece.toString(), List.of(start, end)));
        }
        String expected = json.get("pieces").toString().replace("[[\"\",[0,0]]]", "[]");
        if (!Json.write(found).equals(expected)) { // empty pieces never reach the model
          report.append(entry.getString("name") + ": " + Json.write(found) + " but " + json + "\n");
          break;
        }
      }
    }
    assertThat(report.toString()).isEmpty();
  }

  @Test
  void decodersGiveTheReferencesTexts() {
    var report = new StringBuilder();
    for (Json entry : entries("decoders")) {
      Decoder decoder = TokenizerJson.decoder(entry.get("decoder"));
      for (Json json : entry.get("cases").items()) {
        if (json.has("error")) {
          continue; // crashes of the reference
        }
        String found = String.join("", decoder.decode(GoldenCase.strings(json.get("tokens"))));
        if (!found.equals(json.getString("decoded"))) {
          report.append(entry.getString("name") + ": " + Json.write(found) + " but " + json + "\n");
          break;
        }
      }
    }
    assertThat(report.toString()).isEmpty();
  }
}
