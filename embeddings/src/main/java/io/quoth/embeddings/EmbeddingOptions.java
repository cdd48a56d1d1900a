package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ProgressListener;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How texts become embeddings; what is not said is the model's own.
 *
 * @param prompt what is put in front of each text; the empty text switches prompts off
 * @param promptName which of the model's prompts; {@code prompt} wins over it
 * @param normalize whether embeddings are made of length 1, behind the truncation
 * @param truncateDim how many numbers are kept of each, from the first
 * @param precision what {@link Embeddings#bytes} holds
 * @param progress told of every batch
 */
public record EmbeddingOptions(
    Optional<String> prompt,
    Optional<String> promptName,
    boolean normalize,
    OptionalInt truncateDim,
    Precision precision,
    ProgressListener progress) {

  /** The model's own settings, f32. */
  public static final EmbeddingOptions DEFAULT =
      new EmbeddingOptions(
          Optional.empty(),
          Optional.empty(),
          false,
          OptionalInt.empty(),
          Precision.FLOAT32,
          ProgressListener.NONE);

  /** Checks. */
  public EmbeddingOptions {
    if (truncateDim.isPresent() && truncateDim.getAsInt() < 1) {
      throw new BadArgumentException(
          "truncateDim is " + truncateDim.getAsInt() + "; it must be at least 1");
    }
  }

  /** The same with a prompt. */
  public EmbeddingOptions prompt(String text) {
    return new EmbeddingOptions(
        Optional.of(text), promptName, normalize, truncateDim, precision, progress);
  }

  /** The same with a prompt of the model's. */
  public EmbeddingOptions promptName(String name) {
    return new EmbeddingOptions(
        prompt, Optional.of(name), normalize, truncateDim, precision, progress);
  }

  /** The same with embeddings of length 1, or not. */
  public EmbeddingOptions normalize(boolean toLengthOne) {
    return new EmbeddingOptions(prompt, promptName, toLengthOne, truncateDim, precision, progress);
  }

  /** The same with another number of dimensions. */
  public EmbeddingOptions truncateDim(int dimensions) {
    return new EmbeddingOptions(
        prompt, promptName, normalize, OptionalInt.of(dimensions), precision, progress);
  }

  /** The same in another precision. */
  public EmbeddingOptions precision(Precision other) {
    return new EmbeddingOptions(prompt, promptName, normalize, truncateDim, other, progress);
  }

  /** The same telling somebody how far it has come. */
  public EmbeddingOptions progress(ProgressListener listener) {
    return new EmbeddingOptions(prompt, promptName, normalize, truncateDim, precision, listener);
  }
}
