package io.quoth.base;

import org.jspecify.annotations.Nullable;

/**
 * The caller asked for something that cannot be: an option out of range, an id outside the
 * vocabulary.
 */
public final class BadArgumentException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public BadArgumentException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public BadArgumentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
