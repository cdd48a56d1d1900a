package io.quoth.base;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that Quoth throws on purpose. The message says what was found, what was
 * expected, where, and what to do about it. Subtypes exist only where a caller would act
 * differently.
 */
public class QuothException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public QuothException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public QuothException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
