package io.quoth.pipelines;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.CpuOps;
import io.quoth.models.EncoderModel;
import io.quoth.models.EncoderOutput;
import io.quoth.models.Task;
import io.quoth.testkit.TestData;
import io.quoth.tokenizers.Encoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The golden BERT of one head, of random weights, and a WordPiece tokenizer as small as its
 * vocabulary of 96: letters, letters inside words, some words.
 */
final class TinyFolder {
  private static final String WORDS =
      "the cat sat on a mat this is example of dog ran fast tales old king and queen lived in far"
          + " away land one day said to his son go out find gold . , ? ! who where when";

  private TinyFolder() {}

  /** Writes the folder; {@code from} is replaced by {@code to} in its configuration. */
  static ModelFolder write(Path folder, String head, String from, String to) throws IOException {
    Path golden = TestData.own("encoder/bert/" + head);
    String config = Files.readString(golden.resolve("config.json"));
    if (!config.contains(from)) {
      throw new IllegalArgumentException(from + " is not in " + config);
    }
    Files.writeString(folder.resolve("config.json"), config.replace(from, to));
    Files.copy(golden.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"mask_token\": {\"content\": \"[MASK]\"}}");
    return ModelFolder.of(folder);
  }

  static ModelFolder write(Path folder, String head) throws IOException {
    return write(folder, head, "", "");
  }

  /** What the model itself computes for an encoding, alone. */
  static EncoderOutput run(ModelFolder folder, Task task, Encoding encoding) {
    try (var model = EncoderModel.load(folder, task, new CpuOps(), ProgressListener.NONE)) {
      var batch = new Batch();
      batch.add(encoding.ids(), encoding.typeIds(), Batch.Want.ALL);
      return model.forward(batch);
    }
  }

  /** The softmax by the book. */
  static double[] softmax(float[] logits) {
    double[] result = new double[logits.length];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    for (int i = 0; i < result.length; i++) {
      result[i] = Math.exp(logits[i]) / sum;
    }
    return result;
  }

  private static String tokenizer() {
    var vocabulary = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = 'a'; c <= 'z'; c++) {
      vocabulary.add(String.valueOf(c));
      vocabulary.add("##" + c);
    }
    for (String word : WORDS.split(" ")) {
      if (!vocabulary.contains(word)) {
        vocabulary.add(word);
      }
    }
    if (vocabulary.size() > 96) {
      throw new IllegalStateException(vocabulary.size() + " tokens are more than 96");
    }
    Map<String, Object> ids = new LinkedHashMap<>();
    vocabulary.forEach(token -> ids.put(token, ids.size()));
    List<Object> added = new ArrayList<>();
    for (int id = 0; id < 5; id++) {
      added.add(
          Map.of(
              "id", id,
              "content", vocabulary.get(id),
              "single_word", false,
              "lstrip", false,
              "rstrip", false,
              "normalized", false,
              "special", true));
    }
    var model = new LinkedHashMap<String, Object>();
    model.put("type", "WordPiece");
    model.put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", 100);
    model.put("vocab", ids);
    var json = new LinkedHashMap<String, Object>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", added);
    json.put(
        "normalizer",
        Map.of(
            "type", "BertNormalizer",
            "clean_text", true,
            "handle_chinese_chars", true,
            "lowercase", true));
    json.put("pre_tokenizer", Map.of("type", "BertPreTokenizer"));
    json.put(
        "post_processor",
        Map.of("type", "BertProcessing", "sep", List.of("[SEP]", 3), "cls", List.of("[CLS]", 2)));
    json.put("decoder", Map.of("type", "WordPiece", "prefix", "##", "cleanup", true));
    json.put("model", model);
    return Json.write(json);
  }
}
