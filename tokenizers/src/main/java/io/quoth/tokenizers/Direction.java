package io.quoth.tokenizers;

/** An end of a text. */
public enum Direction {
  /** The beginning. */
  LEFT,
  /** The end. */
  RIGHT
}
