package io.quoth.hub;

import io.quoth.base.QuothException;
import org.jspecify.annotations.Nullable;

/**
 * A model could not be found, fetched or kept. The message says what was asked of whom, what came
 * back and what to do; {@link #reason()} is for programs that act on it.
 */
public final class HubException extends QuothException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as a caller would act differently. */
  public enum Reason {
    /** No such repository, or a private one that the token does not open. */
    UNKNOWN_REPOSITORY,
    /** The repository's terms must be accepted, or the token lacks the right. */
    NO_ACCESS,
    /** The token is not valid. */
    BAD_TOKEN,
    /** The repository has no such branch, tag or commit. */
    UNKNOWN_REVISION,
    /** The repository has no such file at that revision. */
    UNKNOWN_FILE,
    /** The repository was taken down. */
    TAKEN_DOWN,
    /** Offline was asked for and the cache lacks something. */
    OFFLINE,
    /** No connection, or it broke too often. */
    UNREACHABLE,
    /** What answered is no Hub: a login page, a proxy, a wrong mirror. */
    NOT_A_HUB,
    /** The server answered with an error that waiting did not cure. */
    SERVER_ERROR,
    /** The bytes are not those that the repository names. */
    CORRUPT,
    /** The disk is full. */
    DISK_FULL,
    /** The cache cannot be read or written. */
    CACHE,
    /** Another process holds the file and does not move on. */
    LOCKED,
    /** The calling thread was interrupted. */
    CANCELLED
  }

  private final Reason reason;

  HubException(Reason reason, String message) {
    this(reason, message, null);
  }

  HubException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
