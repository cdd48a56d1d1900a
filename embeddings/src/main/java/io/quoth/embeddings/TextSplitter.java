package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits long texts into chunks that a model takes whole, cut between words where that is possible,
 * each beginning some tokens before the end of the one before. Safe to share between threads.
 */
public final class TextSplitter {
  private final Tokenizer tokenizer;
  private final int room;

  TextSplitter(TextTokenizer tokenizer) {
    this.tokenizer = tokenizer.tokenizer().withTruncation(Optional.empty());
    int added = this.tokenizer.encode("").length();
    room = tokenizer.maxLength().orElse(Integer.MAX_VALUE) - added;
  }

  /**
   * A stretch of a text.
   *
   * @param text the stretch itself
   * @param start its first char in the whole text
   * @param end one past its last char
   */
  public record Chunk(String text, int start, int end) {}

  /** Chunks as long as the model takes, without overlap. */
  public List<Chunk> split(String text) {
    return split(text, Math.max(1, room), 0);
  }

  /**
   * Chunks of a text.
   *
   * @param maxTokens tokens of a chunk at most, special ones not counted; no more than the model
   *     takes
   * @param overlap tokens of a chunk that stood in the one before, about
   * @throws BadArgumentException when {@code maxTokens} is not between 1 and what the model takes,
   *     or the overlap not below it
   */
  public List<Chunk> split(String text, int maxTokens, int overlap) {
    if (maxTokens < 1 || maxTokens > Math.max(1, room)) {
      throw new BadArgumentException(
          "maxTokens is " + maxTokens + "; the model takes 1 to " + room + " of a text");
    }
    if (overlap < 0 || overlap >= maxTokens) {
      throw new BadArgumentException(
          "overlap is "
              + overlap
              + "; it must be 0 or more and below the "
              + maxTokens
              + " tokens of a chunk");
    }
    Encoding tokens = tokenizer.encode(text, EncodeOptions.PLAIN);
    var chunks = new ArrayList<Chunk>();
    int start = 0;
    while (start < tokens.length()) {
      int end = wordEnd(tokens, start, start + Math.min(maxTokens, tokens.length() - start));
      int from = tokens.charOffset(start).start();
      int to = tokens.charOffset(end - 1).end();
      chunks.add(new Chunk(text.substring(from, to), from, to));
      if (end == tokens.length()) {
        break;
      }
      start = Math.max(start + 1, wordStart(tokens, end - overlap, end));
    }
    return chunks;
  }

  /** The last end of a word in (start, end], or {@code end} where one word fills all. */
  private static int wordEnd(Encoding tokens, int start, int end) {
    for (int at = end; at > start; at--) {
      if (isBoundary(tokens, at)) {
        return at;
      }
    }
    return end;
  }

  /** The first beginning of a word in [start, end]. */
  private static int wordStart(Encoding tokens, int start, int end) {
    for (int at = start; at < end; at++) {
      if (isBoundary(tokens, at)) {
        return at;
      }
    }
    return end;
  }

  /** Whether a word begins at token {@code at}, or the text ends before it. */
  private static boolean isBoundary(Encoding tokens, int at) {
    return at == 0
        || at == tokens.length()
        || tokens.wordIds()[at] != tokens.wordIds()[at - 1]
        || tokens.wordIds()[at] < 0;
  }
}
