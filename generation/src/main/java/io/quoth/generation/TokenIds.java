package io.quoth.generation;

import java.util.Arrays;

/**
 * The ids of one sequence: its prompt and what was generated behind it. Grows by the generation
 * loop alone; a {@link LogitsProcessor} reads it.
 */
public final class TokenIds {
  private int[] ids;
  private int length;
  private final int promptLength;

  /**
   * A sequence of which the first {@code promptLength} ids are the prompt's; {@code capacity} ids
   * fit without a new array.
   */
  TokenIds(int[] ids, int promptLength, int capacity) {
    this.ids = Arrays.copyOf(ids, Math.max(capacity, ids.length));
    length = ids.length;
    this.promptLength = promptLength;
  }

  /** A prompt and ids generated behind it. */
  public static TokenIds of(int[] prompt, int... generated) {
    var tokens = new TokenIds(prompt, prompt.length, prompt.length + generated.length);
    for (int id : generated) {
      tokens.add(id);
    }
    return tokens;
  }

  /** How many ids there are, the prompt's included. */
  public int length() {
    return length;
  }

  /** How many of them are the prompt's. */
  public int promptLength() {
    return promptLength;
  }

  /** The id at {@code index}, from 0, the prompt's first. */
  public int get(int index) {
    if (index >= length) {
      throw new IndexOutOfBoundsException(index);
    }
    return ids[index];
  }

  void add(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(16, 2 * length));
    }
    ids[length++] = id;
  }

  /** Whether the last ids are {@code ending[0..count)}. */
  boolean endsWith(int[] ending, int count) {
    return count <= length && Arrays.equals(ids, length - count, length, ending, 0, count);
  }

  /** The array itself, for a batch; only the first {@link #length} count. */
  int[] array() {
    return ids;
  }

  int[] generated() {
    return Arrays.copyOfRange(ids, promptLength, length);
  }
}
