package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * SentencePiece's unigram model (Kudo 2018): of all ways to cut a piece, the one whose scores add
 * up to most; on a tie the one found first, whose last token starts earliest.
 *
 * <p>Characters without a token of their own cost the lowest score less 10; runs of them are one
 * unknown token, or its bytes.
 */
final class Unigram implements Model {
  private static final double UNKNOWN_PENALTY = 10;

  private final Vocabulary vocabulary;
  private final double[] scores;
  private final int unknown;
  private final boolean byteFallback;
  private final int[] fallback = new int[256];
  private final double unknownScore;
  private final Trie trie = new Trie();

  /**
   * A model.
   *
   * @param scores by id
   * @param unknown the id of the unknown token, or -1
   */
  Unigram(Vocabulary vocabulary, double[] scores, int unknown, boolean byteFallback) {
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.unknown = unknown;
    this.byteFallback = byteFallback;
    double lowest = Double.POSITIVE_INFINITY;
    for (int id = 0; id < scores.length; id++) {
      lowest = Math.min(lowest, scores[id]);
      String token = vocabulary.token(id);
      if (token != null && !token.isEmpty()) {
        trie.add(token, id);
      }
    }
    unknownScore = lowest - UNKNOWN_PENALTY;
    for (int b = 0; b < 256; b++) {
      fallback[b] = vocabulary.find(String.format("<0x%02X>", b));
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  double[] scores() {
    return scores;
  }

  int unknown() {
    return unknown;
  }

  boolean byteFallback() {
    return byteFallback;
  }

  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    if (scratch.words.emit(ShortWords.WHOLE, text, from, to, out)) {
      return;
    }
    int count = tokenizeAnew(text, from, to, out, scratch);
    if (count > 0) {
      scratch.words.put(ShortWords.WHOLE, text.chars, from, to, scratch, count);
    }
  }

  /**
   * As {@link #tokenize}, of a piece with a mark in front that is not written yet. The text is not
   * scattered, and what stands before the piece is done with.
   */
  void marked(String mark, Text text, int from, int to, Tokens out, Scratch scratch) {
    if (scratch.words.emit(ShortWords.MARKED, text, from, to, out)) {
      return;
    }
    Text piece = Objects.requireNonNull(text.slice(from, to).prepended(mark));
    int count = tokenizeAnew(piece, piece.from, to, out, scratch);
    if (count > 0) {
      scratch.words.put(ShortWords.MARKED, text.chars, from, to, scratch, count);
    }
  }

  /** Leaves the tokens in the scratch too and returns their number; 0 when some are unknown. */
  private int tokenizeAnew(Text text, int from, int to, Tokens out, Scratch scratch) {
    int count = bestPath(text.chars, from, to, scratch);
    boolean known = true;
    int at = from;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      int id = scratch.symbols[i];
      if (id >= 0) {
        out.add(id, text.start(at), text.end(end - 1));
      } else {
        known = false;
        unknown(text, at, end, out);
      }
      at = end;
    }
    scratch.placeChars(count);
    return known ? count : 0;
  }

  /** Leaves the tokens in the scratch, those that read as no token of the vocabulary as -1. */
  private int bestPath(char[] chars, int from, int to, Scratch scratch) {
    int n = to - from;
    scratch.reserveLattice(n + 1);
    double[] best = scratch.best;
    int[] begin = scratch.begin;
    int[] token = scratch.token;
    Arrays.fill(begin, 0, n + 1, -1);
    best[0] = 0;
    for (int at = 0; at < n; ) {
      int width = Character.isHighSurrogate(chars[from + at]) && at + 1 < n ? 2 : 1;
      double here = best[at];
      boolean single = false;
      int node = Trie.ROOT;
      for (int i = at; i < n; i++) {
        node = trie.next(node, chars[from + i]);
        if (node < 0) {
          break;
        }
        int id = trie.value(node);
        if (id >= 0) {
          int end = i + 1;
          double score = scores[id] + here;
          if (begin[end] < 0 || score > best[end]) {
            best[end] = score;
            begin[end] = at;
            token[end] = id;
          }
          single |= end - at == width;
        }
      }
      if (!single) {
        int end = at + width;
        double score = unknownScore + here;
        if (begin[end] < 0 || score > best[end]) {
          if (unknown < 0) {
            throw new BadFileException(
                "the Unigram model has no unk_id, and the text has a character that is not in its"
                    + " vocabulary: U+"
                    + Integer.toHexString(Character.codePointAt(chars, from + at, to)));
          }
          best[end] = score;
          begin[end] = at;
          token[end] = unknown;
        }
      }
      at += width;
    }
    return collect(chars, from, n, scratch);
  }

  /** Walks back from the end; runs of unknowns become one token. */
  private int collect(char[] chars, int from, int n, Scratch scratch) {
    scratch.reserve(n);
    int count = 0;
    for (int end = n; end > 0; ) {
      int start = scratch.begin[end];
      int id = scratch.token[end];
      if (id == unknown) {
        while (start > 0 && scratch.token[start] == unknown) {
          start = scratch.begin[start];
        }
        id = vocabulary.find(chars, from + start, from + end);
      }
      scratch.symbols[count] = id;
      scratch.lengths[count++] = end - start;
      end = start;
    }
    for (int i = 0, j = count - 1; i < j; i++, j--) {
      int id = scratch.symbols[i];
      scratch.symbols[i] = scratch.symbols[j];
      scratch.symbols[j] = id;
      int length = scratch.lengths[i];
      scratch.lengths[i] = scratch.lengths[j];
      scratch.lengths[j] = length;
    }
    return count;
  }

  private void unknown(Text text, int from, int to, Tokens out) {
    String characters = new String(text.chars, from, to - from);
    int start = text.start(from);
    int end = text.end(to - 1);
    byte[] utf8 = characters.getBytes(StandardCharsets.UTF_8);
    if (byteFallback) {
      boolean all = true;
      for (byte b : utf8) {
        all &= fallback[b & 0xFF] >= 0;
      }
      if (all) {
        for (byte b : utf8) {
          out.add(fallback[b & 0xFF], start, end);
        }
        return;
      }
    }
    out.add(unknown, start, end, characters);
  }
}
