package io.quoth.tokenizers;

import java.util.Arrays;

/**
 * Decodes ids one by one and gives out text as soon as it is certain: a character that lacks bytes
 * waits for them, and what was given out is never taken back. Follows the reference's {@code
 * DecodeStream}. For one sequence, used by one thread.
 */
public final class TextStream {
  /** So many ids may wait for a character to become whole; it has at most four bytes. */
  private static final int PATIENCE = 16;

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private int[] ids = new int[32];
  private int count;
  private int prefixIndex;
  private String prefix = "";

  TextStream(Tokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  /** Takes the next id; returns the text that is certain now, "" when none is. */
  public String push(int id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
    }
    ids[count++] = id;
    String text = decode();
    if (text.length() <= prefix.length()
        || text.endsWith("\uFFFD") && count - prefixIndex < PATIENCE) {
      return "";
    }
    return advance(text);
  }

  /**
   * The text that is held back as it would read if no more ids came: U+FFFD for a character that is
   * not whole yet, or for one that is U+FFFD itself.
   */
  public String waiting() {
    String text = decode();
    return text.length() > prefix.length() ? newText(text) : "";
  }

  /** What is left once no more ids come, U+FFFD for a character that never became whole. */
  public String end() {
    String rest = waiting();
    count = 0;
    prefixIndex = 0;
    prefix = "";
    return rest;
  }

  private String advance(String text) {
    String rest = newText(text);
    System.arraycopy(ids, prefixIndex, ids, 0, count - prefixIndex);
    count -= prefixIndex;
    prefix = decode();
    prefixIndex = count;
    return rest;
  }

  private String newText(String text) {
    return text.substring(prefix.length());
  }

  private String decode() {
    return tokenizer.decode(Arrays.copyOf(ids, count), skipSpecialTokens);
  }
}
