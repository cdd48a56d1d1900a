package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders without a tokenizer.json. */
class TokenizerFilesTest {
  private static final String TEXT = "Hello, Wörld! unaffable 🦀 I'm fine.\n  two";

  @Test
  void vocabTxtIsBertsTokenizer(@TempDir Path folder) throws IOException {
    Tokenizer bert = RealTokenizersTest.tokenizer("bert-base-uncased");
    var lines = new StringBuilder();
    for (int id = 0; id < bert.vocabSize(); id++) {
      lines.append(bert.token(id).orElseThrow()).append('\n');
    }
    Files.writeString(folder.resolve("vocab.txt"), lines);
    Tokenizer read = Tokenizer.load(ModelFolder.of(folder));
    assertThat(read.encode(TEXT).ids()).isEqualTo(bert.encode(TEXT).ids());
    assertThat(read.vocabSize()).isEqualTo(bert.vocabSize());
  }

  @Test
  void vocabJsonAndMergesAreGpt2sTokenizer(@TempDir Path folder) throws IOException {
    Tokenizer gpt2 = RealTokenizersTest.tokenizer("gpt2");
    var vocab = new TreeMap<String, Integer>();
    for (int id = 0; id < gpt2.vocabSize(); id++) {
      vocab.put(gpt2.token(id).orElseThrow(), id);
    }
    Files.writeString(folder.resolve("vocab.json"), Json.write(vocab));
    Json json =
        Json.parse(
            TestData.bytes(TestData.shared("golden/tokenizers/gpt2/tokenizer.json.gz")), "gpt2");
    var merges = new StringBuilder("#version: 0.2\n");
    for (Json merge : json.get("model").get("merges").items()) {
      merges
          .append(
              merge.isString()
                  ? merge.asString()
                  : merge.item(0).asString() + " " + merge.item(1).asString())
          .append('\n');
    }
    Files.writeString(folder.resolve("merges.txt"), merges);
    Tokenizer read = Tokenizer.load(ModelFolder.of(folder));
    assertThat(read.encode(TEXT).ids()).isEqualTo(gpt2.encode(TEXT).ids());
    assertThat(read.encode(TEXT).offsets()).isEqualTo(gpt2.encode(TEXT).offsets());
  }

  @Test
  void tokenizerModelIsLlamasTokenizer(@TempDir Path folder) throws IOException {
    Files.write(
        folder.resolve("tokenizer.model"),
        TestData.bytes(TestData.shared("golden/sentencepiece/llama2.model.gz")));
    Tokenizer read = Tokenizer.load(ModelFolder.of(folder));
    assertThat(read.encode(TEXT).ids())
        .isEqualTo(RealTokenizersTest.tokenizer("llama-2").encode(TEXT).ids());
  }

  @Test
  void tokensThatTheFilesAddComeBehindTheModels() {
    byte[] model = TestData.bytes(TestData.shared("golden/sentencepiece/bpe-llama-like.model.gz"));
    MemoryFolder folder =
        MemoryFolder.of("added_tokens.json", "{\"<x>\": 99, \"<y>\": 100}")
            .with("tokenizer_config.json", "{\"additional_special_tokens\": [\"<x>\"]}")
            .with("tokenizer.model", model);
    Tokenizer read = Tokenizer.load(folder);
    int size = Tokenizer.fromSentencePiece(model, true, false, "model").vocabSize();
    assertThat(read.id("<x>")).hasValue(size);
    assertThat(read.id("<y>")).hasValue(size + 1);
    assertThat(read.encode("a<x>b<y>").ids()).contains(size, size + 1);
    assertThat(read.isSpecial(size)).isTrue();
    assertThat(read.isSpecial(size + 1)).isFalse();
  }
}
