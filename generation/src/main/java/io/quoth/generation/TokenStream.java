package io.quoth.generation;

import io.quoth.base.BadArgumentException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Tokens as they are generated, each worked out when it is asked for.
 *
 * <pre>{@code
 * try (var tokens = model.stream("Once upon a time", GenerationConfig.sampling())) {
 *   tokens.texts().forEach(System.out::print);
 * }
 * }</pre>
 *
 * <p>{@link #hasNext} works the next token out on the caller's thread. It ends when generation
 * does; also, with {@link FinishReason#CANCELLED} and within a token, when the thread is
 * interrupted (which it stays) or after {@link #close}. To be closed, which frees the memory of the
 * sequence. Used by one thread at a time.
 */
public final class TokenStream implements Iterator<GeneratedToken>, AutoCloseable {
  private final SequenceRun sequence;
  private final GenerationLoop loop;
  private final String kernels;
  private int given;

  TokenStream(SequenceRun sequence, GenerationLoop loop, String kernels) {
    this.sequence = sequence;
    this.loop = loop;
    this.kernels = kernels;
    loop.add(sequence);
  }

  /**
   * Whether there is another token, which is worked out now.
   *
   * @throws io.quoth.base.ClosedException when the model was closed
   */
  @Override
  public boolean hasNext() {
    while (given == sequence.generated() && !sequence.ended()) {
      if (Thread.currentThread().isInterrupted()) {
        sequence.cancel();
      } else {
        advance();
      }
    }
    return given < sequence.generated();
  }

  private void advance() {
    boolean done = false;
    try {
      loop.step();
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
  }

  @Override
  public GeneratedToken next() {
    if (!hasNext()) {
      throw new NoSuchElementException("generation has ended");
    }
    given++;
    return sequence.newest();
  }

  /** The tokens left, lazily; closing the stream closes this. */
  public Stream<GeneratedToken> stream() {
    int traits = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, traits), false)
        .onClose(this::close);
  }

  /** The texts of the tokens left, lazily, without empty ones. */
  public Stream<String> texts() {
    return stream().map(GeneratedToken::text).filter(text -> !text.isEmpty());
  }

  /** Generates what is left. */
  public GenerationResult finish() {
    while (hasNext()) {
      next();
    }
    return result();
  }

  /**
   * What was generated.
   *
   * @throws BadArgumentException while generation goes on
   */
  public GenerationResult result() {
    if (!sequence.ended()) {
      throw new BadArgumentException(
          "generation goes on: take all tokens, or close the stream, before asking for the result");
    }
    return sequence.result(kernels);
  }

  /** Ends generation, if it goes on, and frees the memory of the sequence. */
  @Override
  public void close() {
    sequence.cancel();
    given = sequence.generated();
    sequence.close();
  }
}
