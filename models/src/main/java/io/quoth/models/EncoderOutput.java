package io.quoth.models;

import io.quoth.base.BadArgumentException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an encoder computed for a batch, under the reference's names. The arrays are the caller's
 * own.
 *
 * @param outputs by name, in the reference's order
 */
public record EncoderOutput(Map<String, Rows> outputs) {

  /**
   * A matrix.
   *
   * @param values [rows, columns] row-major
   */
  public record Rows(float[] values, int rows, int columns) {
    /** One number. */
    public float get(int row, int column) {
      return values[row * columns + column];
    }
  }

  /** Keeps the map as it is now. */
  public EncoderOutput {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** The last hidden states of {@link Task#BASE}: [tokens, hiddenSize]. */
  public Rows lastHiddenState() {
    return get("last_hidden_state");
  }

  /** The pooled first token of each sequence, where the model has a pooler. */
  public Optional<Rows> poolerOutput() {
    return Optional.ofNullable(outputs.get("pooler_output"));
  }

  /** The logits, as {@link Task} tells their shape. */
  public Rows logits() {
    return get("logits");
  }

  /**
   * The output of that name.
   *
   * @throws BadArgumentException when the task has none of that name
   */
  public Rows get(String name) {
    Rows rows = outputs.get(name);
    if (rows == null) {
      throw new BadArgumentException(
          "there is no output \"" + name + "\"; there are " + outputs.keySet());
    }
    return rows;
  }
}
