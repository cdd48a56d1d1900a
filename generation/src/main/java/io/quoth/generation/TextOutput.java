package io.quoth.generation;

import io.quoth.tokenizers.TextStream;
import io.quoth.tokenizers.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The text of one sequence as it grows: gives out what is certain, holds back what could still
 * become a stop string, and knows when one is there.
 *
 * <p>As in the reference, a stop string is looked for in the bytes of the tokens, special ones and
 * the prompt's included, and counts when it ends inside the newest token. Where to cut is found in
 * the decoded text.
 */
final class TextOutput {
  private final Tokenizer tokenizer;
  private final TextStream stream;
  private final StopMatcher bytes;
  private final StopMatcher chars;
  private final boolean stops;
  private final StringBuilder held = new StringBuilder();

  /** The end of the prompt that its stream still holds back. */
  private String promptWaiting;

  private boolean stopped;
  private boolean cut;

  /** The text behind {@code prompt}, none of which is given out. */
  TextOutput(Tokenizer tokenizer, int[] prompt, List<String> stopStrings) {
    this.tokenizer = tokenizer;
    stream = tokenizer.stream(true);
    stops = !stopStrings.isEmpty();
    bytes = new StopMatcher(stopStrings.stream().map(TextOutput::bytes).toList());
    chars = new StopMatcher(stopStrings.stream().map(text -> text.chars().toArray()).toList());
    for (int id : prompt) {
      feedBytes(id);
      stream.push(id).chars().forEach(chars::push);
    }
    promptWaiting = stream.waiting();
  }

  private static int[] bytes(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int[] symbols = new int[utf8.length];
    for (int i = 0; i < utf8.length; i++) {
      symbols[i] = utf8[i] & 0xFF;
    }
    return symbols;
  }

  private boolean feedBytes(int id) {
    boolean found = false;
    if (stops) {
      for (byte b : tokenizer.bytes(id)) {
        found |= bytes.push(b & 0xFF) > 0;
      }
    }
    return found;
  }

  /** Takes a new id; the text that is certain now. */
  String push(int id) {
    stopped |= feedBytes(id);
    return filter(withoutPrompt(stream.push(id)));
  }

  /** Whether a stop string has come up. */
  boolean stopped() {
    return stopped;
  }

  /** No more ids come: the text that was held back, if no stop string cut it. */
  String end() {
    String rest = filter(withoutPrompt(stream.end())) + held;
    held.setLength(0);
    return rest;
  }

  /** A character that the prompt began and new tokens made whole is given out, U+FFFD is not. */
  private String withoutPrompt(String text) {
    String waiting = promptWaiting;
    if (text.isEmpty() || waiting.isEmpty()) {
      return text;
    }
    promptWaiting = "";
    if (!text.startsWith(waiting)) {
      return text;
    }
    waiting.chars().forEach(chars::push);
    return text.substring(waiting.length());
  }

  private String filter(String text) {
    if (cut) {
      return "";
    }
    if (!stops) {
      return text;
    }
    for (int i = 0; i < text.length(); i++) {
      held.append(text.charAt(i));
      int found = chars.push(text.charAt(i));
      if (found > 0) {
        stopped = true;
        cut = true;
        return take(Math.max(0, held.length() - found), true);
      }
    }
    return take(Math.max(0, held.length() - chars.pending()), false);
  }

  private String take(int length, boolean last) {
    String text = held.substring(0, length);
    held.delete(0, last ? held.length() : length);
    return text;
  }
}
