package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.UnsupportedModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of SentencePiece proper: unigram, byte-pair encoding by score, words, characters.
 * Other than the models of tokenizer.json they see the whole text at once, compute in floats, know
 * pieces that the user defined (never split) and pieces that are no longer used (never given out).
 * Follows {@code unigram_model.cc}, {@code bpe_model.cc}, {@code word_model.cc}, {@code
 * char_model.cc}.
 */
final class SentencePiece implements Model {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;
  static final int BYTE = 6;

  static final int UNIGRAM = 1;
  static final int BPE = 2;
  private static final int WORD = 3;
  static final int CHARACTER = 4;

  /** {@code ▁}, a blank. */
  static final char MARK = '\u2581';

  private final int kind;
  private final Vocabulary vocabulary;
  private final float[] scores;
  private final byte[] types;
  private final int unknown;
  private final boolean byteFallback;
  private final float unknownScore;
  private final double userScore;
  private final Trie pieces = new Trie();
  private final Trie userDefined = new Trie();
  private final int[] bytes = new int[256];
  private int longest;

  private SentencePiece(
      int kind,
      Vocabulary vocabulary,
      float[] scores,
      byte[] types,
      boolean byteFallback,
      int unknown) {
    this.kind = kind;
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.types = types;
    this.byteFallback = byteFallback;
    this.unknown = unknown;
    float lowest = Float.MAX_VALUE;
    float highest = Float.MIN_NORMAL;
    for (int id = 0; id < scores.length; id++) {
      String piece = vocabulary.token(id);
      if (piece == null || piece.isEmpty()) {
        continue;
      }
      switch (types[id]) {
        case NORMAL, USER_DEFINED, UNUSED -> {
          pieces.add(piece, id);
          longest = Math.max(longest, piece.length());
        }
        default -> {}
      }
      if (types[id] == NORMAL) {
        lowest = Math.min(lowest, scores[id]);
        highest = Math.max(highest, scores[id]);
      } else if (types[id] == USER_DEFINED) {
        userDefined.add(piece, id);
      }
    }
    unknownScore = lowest - 10;
    userScore = highest;
    for (int b = 0; b < 256; b++) {
      bytes[b] = vocabulary.find(String.format("<0x%02X>", b));
    }
  }

  static SentencePiece of(SentencePieceFile file, String source) {
    if (file.modelType < UNIGRAM || file.modelType > CHARACTER) {
      throw new UnsupportedModelException(
          source + ": unknown SentencePiece model type " + file.modelType);
    }
    int size = file.pieces.size();
    var vocabulary = new Vocabulary(size);
    var scores = new float[size];
    var types = new byte[size];
    int unknown = -1;
    for (int id = 0; id < size; id++) {
      int type = file.types.get(id);
      float score = file.scores.get(id);
      if (type < NORMAL || type > BYTE || Float.isNaN(score)) {
        throw new BadFileException(
            source + ": piece " + id + " has the type " + type + " and the score " + score);
      }
      types[id] = (byte) type;
      scores[id] = score;
      vocabulary.add(file.pieces.get(id), id);
      unknown = type == UNKNOWN ? id : unknown;
    }
    if (unknown < 0) {
      throw new BadFileException(source + ": has no piece of type unknown");
    }
    return new SentencePiece(file.modelType, vocabulary, scores, types, file.byteFallback, unknown);
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The pieces that the user defined. */
  Trie userDefined() {
    return userDefined;
  }

  int unknown() {
    return unknown;
  }

  int kind() {
    return kind;
  }

  boolean byteFallback() {
    return byteFallback;
  }

  /** The type of the piece with this id. */
  int type(int id) {
    return types[id];
  }

  float score(int id) {
    return scores[id];
  }

  /** The type of the piece that reads like this; that of the unknown piece where there is none. */
  int type(String piece) {
    int id = vocabulary.find(piece);
    return id < 0 ? UNKNOWN : types[id];
  }

  /** The id of a control piece, or -1. */
  int control(String piece) {
    int id = vocabulary.find(piece);
    return id >= 0 && types[id] == CONTROL ? id : -1;
  }

  @Override
  public boolean isControl(int id) {
    return id >= 0 && id < types.length && (types[id] == CONTROL || types[id] == UNKNOWN);
  }

  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    int count =
        switch (kind) {
          case UNIGRAM -> unigram(text.chars, from, to, scratch);
          case BPE -> bpe(text.chars, from, to, scratch);
          case WORD -> words(text.chars, from, to, scratch);
          default -> characters(text.chars, from, to, scratch);
        };
    emit(text, from, count, out, scratch);
  }

  /** Runs of unknowns become one token, or each its bytes. */
  private void emit(Text text, int from, int count, Tokens out, Scratch scratch) {
    int at = from;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      int id = vocabulary.find(text.chars, at, end);
      if (id >= 0 && id != unknown && !(kind == UNIGRAM && types[id] == UNUSED)) {
        out.add(id, text.start(at), text.end(end - 1));
      } else if (byteFallback) {
        writeBytes(text, at, end, out);
      } else {
        while (i + 1 < count) {
          int next = vocabulary.find(text.chars, end, end + scratch.lengths[i + 1]);
          if (next >= 0 && next != unknown) {
            break;
          }
          end += scratch.lengths[++i];
        }
        out.add(unknown, text.start(at), text.end(end - 1), new String(text.chars, at, end - at));
      }
      at = end;
    }
  }

  /** The last byte has the range of the characters, the others none. */
  private void writeBytes(Text text, int from, int to, Tokens out) {
    byte[] utf8 = new String(text.chars, from, to - from).getBytes(StandardCharsets.UTF_8);
    int start = text.start(from);
    for (int i = 0; i < utf8.length; i++) {
      int id = bytes[utf8[i] & 0xFF];
      int end = i + 1 == utf8.length ? text.end(to - 1) : start;
      if (id < 0) {
        out.add(unknown, start, end, String.format("<0x%02X>", utf8[i] & 0xFF));
      } else {
        out.add(id, start, end);
      }
    }
  }

  private static int width(char[] chars, int at, int to) {
    return Character.isHighSurrogate(chars[at]) && at + 1 < to ? 2 : 1;
  }

  /** The longest user-defined piece at a place, else one character: its length in chars. */
  private int symbol(char[] chars, int at, int to) {
    int node = Trie.ROOT;
    int best = 0;
    for (int i = at; i < to; i++) {
      node = userDefined.next(node, chars[i]);
      if (node < 0) {
        break;
      }
      if (userDefined.value(node) >= 0) {
        best = i + 1 - at;
      }
    }
    return best;
  }

  private int characters(char[] chars, int from, int to, Scratch scratch) {
    int count = 0;
    for (int at = from; at < to; ) {
      int user = symbol(chars, at, to);
      int length = user > 0 ? user : width(chars, at, to);
      scratch.reserve(count + 1);
      scratch.lengths[count++] = length;
      at += length;
    }
    return count;
  }

  /** Each mark begins a word. */
  private static int words(char[] chars, int from, int to, Scratch scratch) {
    int count = 0;
    for (int at = from; at < to; ) {
      int end = at + 1;
      while (end < to && chars[end] != MARK) {
        end++;
      }
      scratch.reserve(count + 1);
      scratch.lengths[count++] = end - at;
      at = end;
    }
    return count;
  }

  /** Viterbi, as {@link Unigram}, but in floats; user-defined pieces score about nothing. */
  private int unigram(char[] chars, int from, int to, Scratch scratch) {
    int n = to - from;
    scratch.reserveLattice(n + 1);
    float[] best = scratch.bestFloats(n + 1);
    int[] begin = scratch.begin;
    Arrays.fill(begin, 0, n + 1, -1);
    best[0] = 0;
    for (int at = 0; at < n; ) {
      int width = width(chars, from + at, to);
      float here = best[at];
      boolean single = false;
      int node = Trie.ROOT;
      int utf8 = 0;
      for (int i = at; i < n; i++) {
        char c = chars[from + i];
        node = pieces.next(node, c);
        if (node < 0) {
          break;
        }
        utf8 += Character.isSurrogate(c) ? 2 : Utf8.length(c);
        int id = pieces.value(node);
        if (id < 0 || types[id] == UNUSED) {
          continue;
        }
        double own = types[id] == USER_DEFINED ? utf8 * (float) userScore - 0.1 : scores[id];
        double score = own + here;
        int end = i + 1;
        if (begin[end] < 0 || score > best[end]) {
          best[end] = (float) score;
          begin[end] = at;
        }
        single |= end - at == width;
      }
      if (!single) {
        int end = at + width;
        float score = unknownScore + here;
        if (begin[end] < 0 || score > best[end]) {
          best[end] = score;
          begin[end] = at;
        }
      }
      at += width;
    }
    return collect(n, scratch);
  }

  private static int collect(int n, Scratch scratch) {
    int count = 0;
    for (int end = n; end > 0; end = scratch.begin[end]) {
      count++;
    }
    scratch.reserve(count);
    int i = count;
    for (int end = n; end > 0; end = scratch.begin[end]) {
      scratch.lengths[--i] = end - scratch.begin[end];
    }
    return count;
  }

  /**
   * Merges the neighbours that make the piece of highest score, the leftmost first. Symbol i covers
   * the chars from its place in {@code symbols} on; user-defined ones have a negative length.
   */
  private int bpe(char[] chars, int from, int to, Scratch scratch) {
    int n = split(chars, from, to, scratch);
    scratch.reserveLinks(n);
    int[] starts = scratch.symbols;
    int[] lengths = scratch.lengths;
    int[] next = scratch.next;
    int[] previous = scratch.previous;
    scratch.heap.clear();
    for (int i = 0; i < n; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < n ? i + 1 : -1;
    }
    var splits = new HashMap<String, Integer>();
    for (int i = 0; i + 1 < n; i++) {
      push(chars, i, splits, scratch);
    }
    while (!scratch.heap.isEmpty()) {
      long top = scratch.heap.pop();
      int left = (int) top;
      if (lengths[left] == 0 || next[left] < 0 || rank(chars, left, scratch) != top >> 32) {
        continue;
      }
      int right = next[left];
      lengths[left] += lengths[right];
      lengths[right] = 0;
      next[left] = next[right];
      if (next[left] >= 0) {
        previous[next[left]] = left;
        push(chars, left, splits, scratch);
      }
      if (previous[left] >= 0) {
        push(chars, previous[left], splits, scratch);
      }
    }
    return resegment(chars, n, starts, lengths, splits, scratch);
  }

  private int split(char[] chars, int from, int to, Scratch scratch) {
    int n = 0;
    for (int at = from; at < to; ) {
      int user = symbol(chars, at, to);
      int length = user > 0 ? user : width(chars, at, to);
      scratch.reserve(n + 1);
      scratch.symbols[n] = at;
      scratch.lengths[n++] = user > 0 ? -length : length;
      at += length;
    }
    return n;
  }

  private static final long NO_RANK = Long.MAX_VALUE;

  /** Orders the merge of a symbol and the next: the higher the score, the smaller. */
  private long rank(char[] chars, int left, Scratch scratch) {
    int right = scratch.next[left];
    int a = scratch.lengths[left];
    int b = scratch.lengths[right];
    if (a < 0 || b < 0 || a + b > longest) {
      return NO_RANK;
    }
    int start = scratch.symbols[left];
    int id = vocabulary.find(chars, start, start + a + b);
    if (id < 0 || types[id] != NORMAL && types[id] != USER_DEFINED && types[id] != UNUSED) {
      return NO_RANK;
    }
    int bits = Float.floatToIntBits(-scores[id] + 0f);
    return bits >= 0 ? bits : bits ^ 0x7FFFFFFF;
  }

  private void push(char[] chars, int left, Map<String, Integer> splits, Scratch scratch) {
    long rank = rank(chars, left, scratch);
    if (rank != NO_RANK) {
      int start = scratch.symbols[left];
      int length = scratch.lengths[left] + scratch.lengths[scratch.next[left]];
      if (types[vocabulary.find(chars, start, start + length)] == UNUSED) {
        splits.put(new String(chars, start, length), scratch.lengths[left]);
      }
      scratch.heap.push(rank << 32 | left);
    }
  }

  /** Pieces that are no longer used fall back into what they were merged from. */
  private int resegment(
      char[] chars,
      int n,
      int[] starts,
      int[] lengths,
      Map<String, Integer> splits,
      Scratch scratch) {
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (lengths[i] != 0) {
        starts[count] = starts[i];
        lengths[count++] = Math.abs(lengths[i]);
      }
    }
    if (splits.isEmpty()) {
      return count;
    }
    var flat = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      fall(chars, starts[i], lengths[i], splits, flat);
    }
    scratch.reserve(flat.size());
    for (int i = 0; i < flat.size(); i++) {
      scratch.lengths[i] = flat.get(i);
    }
    return flat.size();
  }

  private void fall(
      char[] chars, int start, int length, Map<String, Integer> splits, List<Integer> out) {
    int id = vocabulary.find(chars, start, start + length);
    Integer left =
        id >= 0 && types[id] == UNUSED ? splits.get(new String(chars, start, length)) : null;
    if (left == null) {
      out.add(length);
      return;
    }
    fall(chars, start, left, splits, out);
    fall(chars, start + left, length - left, splits, out);
  }
}
