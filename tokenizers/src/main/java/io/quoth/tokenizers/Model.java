package io.quoth.tokenizers;

/** Turns one pre-tokenized piece into tokens. Immutable but for caches; safe to share. */
sealed interface Model permits Bpe, WordPiece, WordLevel, Unigram {
  /** The tokens and ids. */
  Vocabulary vocabulary();

  /**
   * Appends the tokens of chars {@code from} to {@code to} of {@code text}, which are not empty.
   *
   * @param scratch arrays of the calling thread
   */
  void tokenize(Text text, int from, int to, Tokens out, Scratch scratch);
}
