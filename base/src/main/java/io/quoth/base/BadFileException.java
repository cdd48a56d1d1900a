package io.quoth.base;

import org.jspecify.annotations.Nullable;

/** A file is missing, damaged, contradictory or not what its name says. */
public final class BadFileException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public BadFileException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public BadFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
