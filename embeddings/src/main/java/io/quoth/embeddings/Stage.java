package io.quoth.embeddings;

import io.quoth.base.BadFileException;

/**
 * A module of sentence-transformers: one step from tokens to the embedding of a text. Safe to share
 * between threads.
 */
interface Stage extends AutoCloseable {
  /** The reference's name for it. */
  String type();

  /** Changes the features of a batch. */
  void forward(Features features);

  /**
   * Numbers of what it gives, where it is given {@code in}.
   *
   * @throws BadFileException when it wants another number
   */
  int dimension(int in);

  /** Gives its memory back. */
  @Override
  default void close() {}
}
