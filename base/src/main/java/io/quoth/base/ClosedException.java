package io.quoth.base;

import org.jspecify.annotations.Nullable;

/** The model was closed before or during the call. */
public final class ClosedException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public ClosedException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public ClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
