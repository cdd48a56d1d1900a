package io.quoth.generation;

/** Why generation ended. */
public enum FinishReason {
  /** The model said an id that ends a text. */
  EOS,
  /** A stop string came up. */
  STOP_STRING,
  /** The length asked for, or the model's context, is full. */
  LENGTH,
  /** The thread was interrupted, or the stream closed, before any other end. */
  CANCELLED
}
