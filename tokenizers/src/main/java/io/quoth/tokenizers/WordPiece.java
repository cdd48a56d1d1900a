package io.quoth.tokenizers;

import io.quoth.base.BadFileException;

/**
 * BERT's model: the longest piece of the vocabulary, then the longest that continues it, and so on;
 * where that fails the whole word is unknown.
 */
final class WordPiece implements Model {
  private final Vocabulary vocabulary;
  private final String unknownToken;
  private final String prefix;
  private final long maxCharacters;
  private final Trie trie = new Trie();
  private final int continuation;

  /**
   * A model.
   *
   * @param prefix what pieces that continue a word begin with, {@code ##}
   * @param maxCharacters words of more characters are unknown
   */
  WordPiece(Vocabulary vocabulary, String unknownToken, String prefix, long maxCharacters) {
    this.vocabulary = vocabulary;
    this.unknownToken = unknownToken;
    this.prefix = prefix;
    this.maxCharacters = maxCharacters;
    for (int id = 0; id < vocabulary.idLimit(); id++) {
      String token = vocabulary.token(id);
      if (token != null) {
        trie.add(token, vocabulary.find(token));
      }
    }
    continuation = trie.walk(prefix);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  String unknownToken() {
    return unknownToken;
  }

  String prefix() {
    return prefix;
  }

  long maxCharacters() {
    return maxCharacters;
  }

  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    if (scratch.words.emit(ShortWords.WHOLE, text, from, to, out)) {
      return;
    }
    int count = split(text.chars, from, to, scratch);
    scratch.placeChars(count);
    for (int i = 0; i < count; i++) {
      int start = from + scratch.starts[i];
      out.add(scratch.symbols[i], text.start(start), text.end(from + scratch.ends[i] - 1));
    }
    scratch.words.put(ShortWords.WHOLE, text.chars, from, to, scratch, count);
  }

  private int split(char[] chars, int from, int to, Scratch scratch) {
    if (Character.codePointCount(chars, from, to - from) > maxCharacters) {
      return unknown(from, to, scratch);
    }
    int count = 0;
    for (int at = from; at < to; ) {
      int node = at == from ? Trie.ROOT : continuation;
      int end = -1;
      int id = -1;
      for (int i = at; i < to && node >= 0; i++) {
        node = trie.next(node, chars[i]);
        if (node >= 0 && trie.value(node) >= 0) {
          end = i + 1;
          id = trie.value(node);
        }
      }
      if (end < 0) {
        return unknown(from, to, scratch);
      }
      scratch.reserve(count + 1);
      scratch.symbols[count] = id;
      scratch.lengths[count++] = end - at;
      at = end;
    }
    return count;
  }

  private int unknown(int from, int to, Scratch scratch) {
    int id = vocabulary.find(unknownToken);
    if (id < 0) {
      throw new BadFileException(
          "the unknown token \""
              + unknownToken
              + "\" of the WordPiece model is not in its vocabulary, and the text has a word that"
              + " is not there either");
    }
    scratch.symbols[0] = id;
    scratch.lengths[0] = to - from;
    return 1;
  }
}
