package io.quoth.tokenizers;

/** How many blanks the tokens of a vocabulary begin and end with: {@code Ġ} or white space. */
final class Blanks {
  private final byte[] leading;
  private final byte[] trailing;
  private final Tokenizer tokenizer;

  Blanks(Tokenizer tokenizer, int limit) {
    this.tokenizer = tokenizer;
    leading = new byte[limit];
    trailing = new byte[limit];
    for (int id = 0; id < limit; id++) {
      String token = tokenizer.token(id).orElse("");
      leading[id] = (byte) Math.min(127, leading(token));
      trailing[id] = (byte) Math.min(127, trailing(token));
    }
  }

  int leading(int id) {
    if (id < leading.length && leading[id] < 127) {
      return leading[id];
    }
    return leading(tokenizer.token(id).orElse(""));
  }

  int trailing(int id) {
    if (id < trailing.length && trailing[id] < 127) {
      return trailing[id];
    }
    return trailing(tokenizer.token(id).orElse(""));
  }

  static int leading(String token) {
    int n = 0;
    while (n < token.length() && blank(token.charAt(n))) {
      n++;
    }
    return n;
  }

  static int trailing(String token) {
    int n = 0;
    while (n < token.length() && blank(token.charAt(token.length() - 1 - n))) {
      n++;
    }
    return n;
  }

  private static boolean blank(char c) {
    return c == '\u0120' || Unicode.isWhitespace(c);
  }
}
