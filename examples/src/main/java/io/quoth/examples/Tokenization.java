package io.quoth.examples;

import io.quoth.AutoTokenizer;
import io.quoth.tokenizers.Encoding;
import io.quoth.tokenizers.Tokenizer;
import java.util.List;

/**
 * A tokenizer and its pieces. Models do not read letters or words but pieces that were frequent in
 * the texts their tokenizer was made from: a frequent word is one piece, a rare one several, and
 * what was never seen falls apart into bytes.
 */
public final class Tokenization {
  /** Four texts to try: a common word, a long one, an apostrophe, a crab of four bytes. */
  public static final List<String> TEXTS =
      List.of("hello", "antidisestablishmentarianism", "I'm fine.", "🦀");

  private Tokenization() {}

  /** Prints ids and pieces with GPT-2's tokenizer, or that of the model named. */
  public static void main(String[] args) {
    Tokenizer tok = AutoTokenizer.fromPretrained(args.length > 0 ? args[0] : "gpt2");

    int[] ids = tok.encode("Hello, world!").ids(); // GPT-2: [15496, 11, 995, 0]
    System.out.println(java.util.Arrays.toString(ids));
    System.out.println(tok.decode(ids)); // Hello, world!

    for (String text : TEXTS) {
      System.out.println(describe(tok, text));
    }
  }

  /** A text with its pieces and their ids on one line: {@code "hello" -> hello (31373)}. */
  public static String describe(Tokenizer tok, String text) {
    Encoding encoding = tok.encode(text);
    var line = new StringBuilder("\"" + text + "\" ->");
    for (int i = 0; i < encoding.ids().length; i++) {
      line.append(' ').append(encoding.tokens().get(i));
      line.append(" (").append(encoding.ids()[i]).append(')');
    }
    return line.toString();
  }
}
