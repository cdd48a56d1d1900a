package io.quoth.kernels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one forward: sequences of any lengths laid end to end, nothing padded. A prompt, a
 * chunk of one, one token of each of forty chats, a thousand sentences to embed: all are a batch.
 *
 * <p>Filled by one thread and then read by {@link Ops}; {@link #clear} makes it ready for the next
 * step without giving up its arrays, so that a generation loop allocates nothing.
 */
public final class Batch {
  private int[] ids = new int[16];
  private int[] positions = new int[16];
  private int[] types = new int[16];
  private boolean[] wanted = new boolean[16];
  private int tokens;
  private int wantedRows;

  private int[] starts = new int[4];
  private int[] promptLengths = new int[4];
  private @Nullable SequenceState[] states = new SequenceState[4];
  private int sequences;

  /** Which rows of a sequence get logits. */
  public enum Want {
    /** None: a chunk in the middle of a prompt. */
    NONE,
    /** The last: the usual end of a prompt, and each step after it. */
    LAST,
    /** Every row. */
    ALL
  }

  /** Empties it. */
  public void clear() {
    tokens = 0;
    wantedRows = 0;
    Arrays.fill(states, 0, sequences, null);
    sequences = 0;
  }

  /**
   * Adds the tokens {@code ids[from..to)} of a sequence, behind what {@code state} remembers.
   *
   * @param state the sequence's own; null where every token of the sequence is here
   * @param promptLength tokens of the whole prompt, known from its first chunk on (rope type
   *     dynamic depends on it)
   */
  public void add(
      @Nullable SequenceState state, int[] ids, int from, int to, int promptLength, Want want) {
    if (from < 0 || to > ids.length || from >= to) {
      throw new IllegalArgumentException("no tokens: from " + from + " to " + to);
    }
    int count = to - from;
    reserve(count);
    starts[sequences] = tokens;
    states[sequences] = state;
    promptLengths[sequences] = promptLength;
    sequences++;
    int position = state == null ? 0 : state.length();
    for (int i = 0; i < count; i++) {
      this.ids[tokens + i] = ids[from + i];
      positions[tokens + i] = position + i;
      types[tokens + i] = 0;
      wanted[tokens + i] = want == Want.ALL || want == Want.LAST && i == count - 1;
      wantedRows += wanted[tokens + i] ? 1 : 0;
    }
    tokens += count;
  }

  /**
   * Adds a whole sequence with its token types.
   *
   * @param typeIds one a token: which segment it belongs to
   */
  public void add(int[] ids, int[] typeIds, Want want) {
    if (typeIds.length != ids.length) {
      throw new IllegalArgumentException(
          typeIds.length + " token types for " + ids.length + " tokens");
    }
    add(null, ids, 0, ids.length, ids.length, want);
    System.arraycopy(typeIds, 0, types, tokens - ids.length, ids.length);
  }

  /** Has row {@code row} get logits, or not. */
  public void want(int row, boolean logits) {
    wantedRows += (logits ? 1 : 0) - (wanted[row] ? 1 : 0);
    wanted[row] = logits;
  }

  private void reserve(int count) {
    if (tokens + count > ids.length) {
      int size = Math.max(2 * ids.length, tokens + count);
      ids = Arrays.copyOf(ids, size);
      positions = Arrays.copyOf(positions, size);
      types = Arrays.copyOf(types, size);
      wanted = Arrays.copyOf(wanted, size);
    }
    if (sequences == starts.length) {
      starts = Arrays.copyOf(starts, 2 * sequences);
      promptLengths = Arrays.copyOf(promptLengths, 2 * sequences);
      states = Arrays.copyOf(states, 2 * sequences);
    }
  }

  /** Rows in all. */
  public int tokens() {
    return tokens;
  }

  /** The id of row {@code row}. */
  public int id(int row) {
    return ids[row];
  }

  /** The position of row {@code row} in its sequence, from 0. */
  public int position(int row) {
    return positions[row];
  }

  /** The token type of row {@code row}; 0 unless it was given. */
  public int type(int row) {
    return types[row];
  }

  /** The token types of all rows. A copy. */
  public int[] types() {
    return Arrays.copyOf(types, tokens);
  }

  /** Whether row {@code row} gets logits. */
  public boolean wanted(int row) {
    return wanted[row];
  }

  /** How many rows get logits. */
  public int wantedRows() {
    return wantedRows;
  }

  /** How many sequences there are. */
  public int sequences() {
    return sequences;
  }

  /** First row of a sequence. */
  public int start(int sequence) {
    return starts[sequence];
  }

  /** One past the last row of a sequence. */
  public int end(int sequence) {
    return sequence + 1 < sequences ? starts[sequence + 1] : tokens;
  }

  /** The state of a sequence, or null. */
  public @Nullable SequenceState state(int sequence) {
    return states[sequence];
  }

  /** Tokens of the whole prompt of a sequence. */
  public int promptLength(int sequence) {
    return promptLengths[sequence];
  }
}
