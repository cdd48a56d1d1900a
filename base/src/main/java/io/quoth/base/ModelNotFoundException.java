package io.quoth.base;

import org.jspecify.annotations.Nullable;

/** No source knows a model of this name. */
public final class ModelNotFoundException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public ModelNotFoundException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public ModelNotFoundException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
