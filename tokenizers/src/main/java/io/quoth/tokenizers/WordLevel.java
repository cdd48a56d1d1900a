package io.quoth.tokenizers;

import io.quoth.base.BadFileException;

/** A piece is a token, or the unknown one. */
record WordLevel(Vocabulary vocabulary, String unknownToken) implements Model {
  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    int id = vocabulary.find(text.chars, from, to);
    if (id < 0) {
      id = vocabulary.find(unknownToken);
      if (id < 0) {
        throw new BadFileException(
            "the unknown token \""
                + unknownToken
                + "\" of the WordLevel model is not in its vocabulary, and the text has a word"
                + " that is not there either");
      }
    }
    out.add(id, text.start(from), text.end(to - 1));
  }
}
