package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.tensors.Gguf;
import io.quoth.testkit.TestData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vocabularies inside GGUF files give what llama.cpp (February 2025) gives. */
class GgufVocabularyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-bge",
        "deepseek-coder",
        "falcon",
        "gpt-2",
        "llama-spm",
        "mpt",
        "phi-3",
        "refact",
        "starcoder"
      })
  void givesLlamaCppsIds(String name, @TempDir Path folder) throws IOException {
    String path = "golden/gguf-vocab/ggml-vocab-" + name + ".gguf";
    Files.write(folder.resolve("v.gguf"), TestData.bytes(TestData.shared(path + ".gz")));
    String[] texts =
        TestData.text(TestData.shared(path + ".inp")).split("\n__ggml_vocab_test__\n", -1);
    String[] expected = TestData.text(TestData.shared(path + ".out")).split("\n", -1);
    try (Arena arena = Arena.ofConfined()) {
      Gguf gguf = Gguf.open(ModelFolder.of(folder), "v.gguf", arena);
      Tokenizer tokenizer = Tokenizer.fromGguf(gguf.metadata(), name);
      var options = EncodeOptions.PLAIN.with(EncodeOptions.SpecialTokens.TEXT);
      int compared = 0;
      for (int i = 0; i < expected.length; i++) {
        String ids =
            java.util.Arrays.stream(tokenizer.encode(texts[i], options).ids())
                .mapToObj(id -> " " + id)
                .collect(java.util.stream.Collectors.joining());
        assertThat(ids).as(Json.write(texts[i])).isEqualTo(expected[i].stripTrailing());
        compared++;
      }
      assertThat(compared).isEqualTo(47);
    }
  }
}
