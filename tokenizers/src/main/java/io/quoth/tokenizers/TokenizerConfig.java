package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the files beside a vocabulary say about its use: {@code tokenizer_config.json}, {@code
 * special_tokens_map.json}, {@code added_tokens.json}, {@code chat_template.jinja}; for GGUF the
 * keys of that kind. It changes no encoding: it says what the caller may want to know.
 *
 * @param tokenizerClass the reference's class, without its suffix {@code Fast}; empty where nothing
 *     names one
 * @param specialTokens the special tokens by purpose; those that the files do not name are the ones
 *     that the class has by itself
 * @param modelMaxLength how many tokens the model takes; empty for no limit
 * @param paddingSide where shorter texts are filled up
 * @param truncationSide where longer texts are cut
 * @param chatTemplates templates of chats (Jinja) by name; the usual one is {@code default}
 */
public record TokenizerConfig(
    Optional<String> tokenizerClass,
    SpecialTokens specialTokens,
    OptionalInt modelMaxLength,
    Direction paddingSide,
    Direction truncationSide,
    Map<String, String> chatTemplates) {
  /** What holds where no file says anything. */
  public static final TokenizerConfig NONE =
      new TokenizerConfig(
          Optional.empty(),
          SpecialTokens.NONE,
          OptionalInt.empty(),
          Direction.RIGHT,
          Direction.RIGHT,
          Map.of());

  /** Keeps the templates as they are now. */
  public TokenizerConfig {
    chatTemplates = Collections.unmodifiableMap(new LinkedHashMap<>(chatTemplates));
  }

  /**
   * Reads what the files of a model say.
   *
   * @throws BadFileException when one of them is damaged
   */
  public static TokenizerConfig load(ModelFolder folder) {
    return TokenizerConfigFiles.read(folder).config();
  }

  /** The template of chats that counts when nobody names one. */
  public Optional<String> chatTemplate() {
    return Optional.ofNullable(chatTemplates.get("default"));
  }
}
