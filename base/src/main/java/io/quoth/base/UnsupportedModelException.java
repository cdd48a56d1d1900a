package io.quoth.base;

import org.jspecify.annotations.Nullable;

/** The files are sound, but hold something that this Quoth does not know: a family, a component. */
public final class UnsupportedModelException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public UnsupportedModelException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public UnsupportedModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
