package io.quoth.kernels;

/**
 * What a model remembers of one sequence: keys and values of the tokens so far, in pages of 64
 * aligned to absolute positions. Belongs to one sequence and one thread at a time; forks share
 * their common pages.
 */
public interface SequenceState extends AutoCloseable {
  /** Tokens remembered. */
  int length();

  /** Bytes of memory that its pages take, shared ones included. */
  long bytes();

  /** A second state that remembers the same and goes on by itself. */
  SequenceState fork();

  /** Forgets all tokens from position {@code length} on. */
  void truncate(int length);

  /** Gives the pages back. */
  @Override
  void close();
}
