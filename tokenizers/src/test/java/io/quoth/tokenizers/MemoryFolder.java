package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.testkit.TestData;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A folder of files in memory. */
record MemoryFolder(Map<String, byte[]> contents) implements ModelFolder {
  /** Names and texts in turn. */
  static MemoryFolder of(String... namesAndTexts) {
    var contents = new TreeMap<String, byte[]>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      contents.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return new MemoryFolder(contents);
  }

  /** The published tokenizers of the golden data. */
  static List<String> goldenNames() {
    return List.of(
        "bert-base-cased",
        "bert-base-multilingual-cased",
        "bert-base-uncased",
        "clip-vit-base",
        "falcon-7b",
        "gpt2",
        "llama-2",
        "llama-3",
        "mistral-v3",
        "o200k-30k",
        "pegasus-large",
        "phi-2",
        "phi-3-mini",
        "qwen2.5",
        "roberta-base",
        "t5-small",
        "whisper-tiny");
  }

  /** A published tokenizer of the golden data with the files beside it. */
  static MemoryFolder golden(String name) {
    Path folder = TestData.shared("golden/tokenizers/" + name);
    var contents = new TreeMap<String, byte[]>();
    contents.put("tokenizer.json", TestData.bytes(folder.resolve("tokenizer.json.gz")));
    for (String file : List.of("tokenizer_config.json", "special_tokens_map.json")) {
      if (Files.exists(folder.resolve(file))) {
        contents.put(file, TestData.bytes(folder.resolve(file)));
      }
    }
    return new MemoryFolder(contents);
  }

  /** The same with one file more, or another one. */
  MemoryFolder with(String name, String text) {
    return with(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with one file more, or another one. */
  MemoryFolder with(String name, byte[] bytes) {
    var changed = new TreeMap<>(contents);
    changed.put(name, bytes);
    return new MemoryFolder(changed);
  }

  @Override
  public String location() {
    return "memory";
  }

  @Override
  public List<String> files() {
    return List.copyOf(contents.keySet());
  }

  @Override
  public boolean has(String file) {
    return contents.containsKey(file);
  }

  @Override
  public Optional<Region> region(String file) {
    return Optional.empty();
  }

  @Override
  public InputStream open(String file) {
    byte[] bytes = contents.get(file);
    if (bytes == null) {
      throw new BadFileException("memory: no file " + file);
    }
    return new ByteArrayInputStream(bytes);
  }
}
