package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.TextInput;
import io.quoth.tokenizers.Tokenizer;
import io.quoth.tokenizers.Truncation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A tokenizer as a body of sentence-transformers uses it: cut to the body's length, never padded.
 *
 * @param types whether the body is given token types
 */
record TextTokenizer(Tokenizer tokenizer, OptionalInt maxLength, boolean types) {
  /** Above this a length means "no limit": tokenizers say 10^30. */
  private static final double NO_LIMIT = 1e9;

  /**
   * A text ready for a body.
   *
   * @param cut whether it was longer than the body takes
   */
  record Tokens(int[] ids, int[] typeIds, boolean cut) {
    static Tokens of(Encoding encoding, boolean types) {
      int[] ids = encoding.ids();
      return new Tokens(ids, types ? encoding.typeIds() : new int[ids.length], encoding.isCut());
    }
  }

  /** The tokenizer of a transformer body; truncation and padding of tokenizer.json do not count. */
  static TextTokenizer ofBody(ModelFolder body) {
    Json settings = SentenceFolder.bodySettings(body);
    Tokenizer tokenizer = load(body, settings.getBoolean("do_lower_case", false));
    var config = SentenceFolder.optional(body, "tokenizer_config.json");
    OptionalInt maxLength = maxLength(body, settings, config);
    boolean types =
        config
            .flatMap(json -> json.find("model_input_names"))
            .map(names -> names.items().stream().anyMatch(n -> "token_type_ids".equals(n.toJava())))
            .orElse(true);
    var truncation =
        maxLength.isPresent()
            ? Optional.of(Truncation.to(maxLength.getAsInt()))
            : Optional.<Truncation>empty();
    return new TextTokenizer(
        tokenizer.withPadding(Optional.empty()).withTruncation(truncation), maxLength, types);
  }

  /** {@code max_seq_length} where it is saved, else what tokenizer and positions allow. */
  private static OptionalInt maxLength(
      ModelFolder body, Json settings, Optional<Json> tokenizerConfig) {
    var saved = settings.find("max_seq_length");
    if (saved.isPresent()) {
      return OptionalInt.of(positive(saved.get()));
    }
    double length = Double.POSITIVE_INFINITY;
    var ofTokenizer = tokenizerConfig.flatMap(json -> json.find("model_max_length"));
    if (ofTokenizer.isPresent()) {
      length = ofTokenizer.get().asDouble();
    }
    var ofPositions = body.json("config.json").find("max_position_embeddings");
    if (ofPositions.isPresent()) {
      length = Math.min(length, positive(ofPositions.get()));
    }
    if (!(length >= 1)) {
      throw new BadFileException(body.location() + ": the maximum length of a text is " + length);
    }
    return length < NO_LIMIT ? OptionalInt.of((int) length) : OptionalInt.empty();
  }

  private static int positive(Json number) {
    int value = number.asInt();
    if (value < 1) {
      throw number.error("expected at least 1, found " + value);
    }
    return value;
  }

  private static Tokenizer load(ModelFolder folder, boolean lower) {
    if (!lower || !folder.has("tokenizer.json")) {
      return Tokenizer.load(folder);
    }
    Json json = folder.json("tokenizer.json");
    if (!(json.toJava() instanceof Map<?, ?> members)) {
      throw json.error("expected an object");
    }
    var normalizers = new ArrayList<Object>();
    normalizers.add(Map.of("type", "Lowercase"));
    json.find("normalizer").ifPresent(normalizers::add);
    var changed = new LinkedHashMap<Object, Object>(members);
    changed.put("normalizer", Map.of("type", "Sequence", "normalizers", normalizers));
    return Tokenizer.fromJson(
        Json.write(changed).getBytes(StandardCharsets.UTF_8),
        folder.location() + "/tokenizer.json");
  }

  /** Texts to tokens, on all cores. */
  List<Tokens> tokenize(List<TextInput> inputs) {
    return tokenizer.encodeBatch(inputs, EncodeOptions.DEFAULT).stream()
        .map(encoding -> Tokens.of(encoding, types))
        .toList();
  }

  /** How many leading tokens a prompt makes by itself, a special one at its end not counted. */
  int promptLength(String prompt) {
    int[] ids = tokenizer.encode(prompt).ids();
    boolean closed = ids.length > 0 && tokenizer.isSpecial(ids[ids.length - 1]);
    return closed ? ids.length - 1 : ids.length;
  }
}
