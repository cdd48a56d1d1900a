package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of sentence-transformers around a model, in their present and older layouts. */
record SentenceFolder(ModelFolder folder) {
  /** Where the body's length and case are; models of 2019 and 2020 name the file by the body. */
  private static final List<String> BODY_SETTINGS =
      List.of(
          "sentence_bert_config.json",
          "sentence_roberta_config.json",
          "sentence_distilbert_config.json",
          "sentence_camembert_config.json",
          "sentence_albert_config.json",
          "sentence_xlm-roberta_config.json",
          "sentence_xlnet_config.json");

  private static final String SETTINGS = "config_sentence_transformers.json";

  /**
   * A module of the chain.
   *
   * @param type the last part of its class path
   * @param path its folder, or empty for the model's own
   */
  record Entry(String type, String path) {}

  /** The chain of {@code modules.json}; empty where a folder has none. */
  List<Entry> modules() {
    var entries = new ArrayList<Entry>();
    if (folder.has("modules.json")) {
      for (Json module : folder.json("modules.json").items()) {
        String type = module.getString("type");
        entries.add(
            new Entry(type.substring(type.lastIndexOf('.') + 1), module.getString("path", "")));
      }
      if (entries.isEmpty()) {
        throw new BadFileException(folder.location() + "/modules.json: names no modules");
      }
    }
    return entries;
  }

  /** {@code config_sentence_transformers.json}, or an empty object. */
  Json settings() {
    return folder.has(SETTINGS) ? folder.json(SETTINGS) : Json.parse("{}", SETTINGS);
  }

  /** The saved prompts by their names; query and document always, empty where not saved. */
  Map<String, String> prompts() {
    var prompts = new LinkedHashMap<String, String>();
    prompts.put("query", "");
    prompts.put("document", "");
    var saved = settings().find("prompts");
    if (saved.isPresent()) {
      for (String name : saved.get().keys()) {
        prompts.put(name, saved.get().get(name).asString());
      }
    }
    return prompts;
  }

  /** The body's own settings, or an empty object. */
  static Json bodySettings(ModelFolder body) {
    for (String file : BODY_SETTINGS) {
      if (body.has(file)) {
        return body.json(file);
      }
    }
    return Json.parse("{}", BODY_SETTINGS.getFirst());
  }

  /** A file that may be missing, as JSON. */
  static Optional<Json> optional(ModelFolder folder, String file) {
    return folder.has(file) ? Optional.of(folder.json(file)) : Optional.empty();
  }
}
