package io.quoth.tokenizers;

/** Turns one pre-tokenized piece into tokens. Immutable but for caches; safe to share. */
sealed interface Model permits Bpe, WordPiece, WordLevel, Unigram, SentencePiece {
  /** The tokens and ids. */
  Vocabulary vocabulary();

  /** Whether the model itself, rather than the added tokens, says that an id is no text. */
  default boolean isControl(int id) {
    return false;
  }

  /**
   * Appends the tokens of chars {@code from} to {@code to} of {@code text}, which are not empty.
   *
   * @param scratch arrays of the calling thread
   */
  void tokenize(Text text, int from, int to, Tokens out, Scratch scratch);
}
