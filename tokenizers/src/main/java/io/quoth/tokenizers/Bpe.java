package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding (Sennrich et al. 2016) as the reference does it: begin with single characters,
 * then merge the neighbours whose merge has the lowest rank, the leftmost first, until nothing
 * merges.
 *
 * <p>Two alphabets: {@link #tokenize} begins with the characters of the piece; {@link #byteLevel}
 * with its UTF-8 bytes as {@link ByteAlphabet} writes them, without writing them.
 */
final class Bpe implements Model {
  /** Pieces of up to so many symbols search all pairs for the best; longer ones keep a heap. */
  private static final int SHORT = 64;

  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final Options options;
  private final int unknown;
  private final int[] fallback;
  private final int[] bytes = new int[256];
  private final int[] lastBytes = new int[256];
  private final WordCache cache = new WordCache();
  private final WordCache byteCache = new WordCache();
  private final @Nullable Joins joins;

  /** Whether every unknown character becomes bytes. */
  private final boolean fallsBack;

  /**
   * What tokenizer.json says beside vocabulary and merges.
   *
   * @param dropout share of merges left out at random, 0 for none
   * @param unknownToken what stands for characters that are not in the vocabulary
   * @param prefix put before each character but the first of a word; empty for none
   * @param suffix put after the last character of a word; empty for none
   */
  record Options(
      double dropout,
      @Nullable String unknownToken,
      String prefix,
      String suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {
    static final Options PLAIN = new Options(0, null, "", "", false, false, false);
  }

  Bpe(Vocabulary vocabulary, MergeTable merges, Options options) {
    this(vocabulary, merges, options, true);
  }

  /** The same vocabulary and merges with other options. */
  Bpe withOptions(Options other) {
    return new Bpe(vocabulary, merges, other);
  }

  /** The same with long pieces done whole: the oracle for {@link #inParts}. */
  Bpe inOnePiece() {
    return new Bpe(vocabulary, merges, options, false);
  }

  private Bpe(Vocabulary vocabulary, MergeTable merges, Options options, boolean inParts) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.options = options;
    unknown = options.unknownToken == null ? -1 : vocabulary.find(options.unknownToken);
    fallback = new int[256];
    for (int b = 0; b < 256; b++) {
      fallback[b] = vocabulary.find(String.format("<0x%02X>", b));
      String character = String.valueOf(ByteAlphabet.toChar(b));
      bytes[b] = vocabulary.find(character);
      lastBytes[b] =
          options.suffix.isEmpty() ? bytes[b] : vocabulary.find(character + options.suffix);
    }
    fallsBack = options.byteFallback && Arrays.stream(fallback).allMatch(id -> id >= 0);
    joins = inParts ? joins() : null;
  }

  /**
   * Between which chars a merge can happen at all: nothing ever joins what lies on both sides of
   * any other place, so that a long piece falls into parts that can be done, and remembered, one by
   * one. A set of pairs of chars, hashed to bits: it may say yes too often.
   */
  private static final class Joins {
    private static final int BITS = 1 << 20;
    private final long[] bits = new long[BITS / 64];

    void add(char before, char behind) {
      int bit = bit(before, behind);
      bits[bit >>> 6] |= 1L << bit;
    }

    boolean contains(char before, char behind) {
      int bit = bit(before, behind);
      return (bits[bit >>> 6] >>> bit & 1) != 0;
    }

    private static int bit(char before, char behind) {
      return (before << 16 | behind) * 0x9E3779B1 >>> 12;
    }
  }

  /** Null where characters of a word do not stand for themselves, or bytes may join. */
  private @Nullable Joins joins() {
    if (!options.prefix.isEmpty() || !options.suffix.isEmpty() || options.dropout > 0) {
      return null;
    }
    var isByte = new java.util.BitSet();
    for (int id : fallback) {
      if (id >= 0 && options.byteFallback) {
        isByte.set(id);
      }
    }
    var found = new Joins();
    var bytesJoin = new boolean[1];
    merges.forEach((left, right, _, _) -> {
      String before = vocabulary.token(left);
      String behind = vocabulary.token(right);
      bytesJoin[0] |= isByte.get(left) || isByte.get(right);
      if (before != null && behind != null && !before.isEmpty() && !behind.isEmpty()) {
        found.add(before.charAt(before.length() - 1), behind.charAt(0));
      }
    });
    return bytesJoin[0] ? null : found;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** The merges in order, each its two tokens; those of one rank by the ids of their tokens. */
  List<List<String>> mergeList() {
    var sorted = new ArrayList<int[]>(merges.size());
    merges.forEach((left, right, rank, _) -> sorted.add(new int[] {rank, left, right}));
    sorted.sort(Arrays::compare);
    return sorted.stream().map(merge -> names(List.of(merge[1], merge[2]))).toList();
  }

  Options options() {
    return options;
  }

  /** Whether every byte has its token, so that pieces need not be written as byte characters. */
  boolean knowsAllBytes() {
    return options.prefix.isEmpty()
        && (options.suffix.isEmpty() || !options.ignoreMerges)
        && Arrays.stream(bytes).allMatch(id -> id >= 0)
        && Arrays.stream(lastBytes).allMatch(id -> id >= 0);
  }

  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    boolean cached = to - from <= WordCache.LONGEST && options.dropout == 0;
    int slot = cached ? WordCache.slot(text.chars, from, to) : 0;
    WordCache.Word word = cached ? cache.get(slot, text.chars, from, to) : null;
    if (word != null) {
      word.emit(text, from, out);
      return;
    }
    if (options.ignoreMerges && options.dropout == 0) {
      int id = vocabulary.find(text.chars, from, to);
      if (id >= 0) {
        out.add(id, text.start(from), text.end(to - 1));
        return;
      }
    }
    if (!cached && joins != null && inParts(text, from, to, joins, out, scratch)) {
      return;
    }
    boolean regular = characters(text.chars, from, to, scratch);
    int count = merge(scratch, scratch.count);
    if (regular && to - from == scratch.length) {
      emit(text, from, count, out, scratch);
    } else {
      scratch.mapBytes(text.chars, from, to);
      emitBytes(text, from, count, out, scratch);
    }
    if (cached && regular && to - from == scratch.length) {
      cache.put(slot, WordCache.word(text.chars, from, to, count, scratch));
    }
  }

  /**
   * Does a long piece part by part. Unknown characters may have to do with what stands beside them:
   * then it gives up and takes back what it wrote.
   */
  private boolean inParts(Text text, int from, int to, Joins joins, Tokens out, Scratch scratch) {
    int before = out.count;
    char[] chars = text.chars;
    for (int begin = from, at = from + 1; at <= to; at++) {
      if (at < to
          && (Character.isLowSurrogate(chars[at]) || joins.contains(chars[at - 1], chars[at]))) {
        continue;
      }
      if (!part(text, begin, at, out, scratch)) {
        out.count = before;
        return false;
      }
      begin = at;
    }
    return true;
  }

  private boolean part(Text text, int from, int to, Tokens out, Scratch scratch) {
    boolean cached = to - from <= WordCache.LONGEST;
    int slot = cached ? WordCache.slot(text.chars, from, to) : 0;
    WordCache.Word word = cached ? byteCache.get(slot, text.chars, from, to) : null;
    if (word != null) {
      word.emit(text, from, out);
      return true;
    }
    if (!characters(text.chars, from, to, scratch)) {
      if (!fallsBack) {
        return false;
      }
      scratch.mapBytes(text.chars, from, to);
      emitBytes(text, from, merge(scratch, scratch.count), out, scratch);
      return true;
    }
    int count = merge(scratch, scratch.count);
    emit(text, from, count, out, scratch);
    if (cached) {
      byteCache.put(slot, WordCache.word(text.chars, from, to, count, scratch));
    }
    return true;
  }

  /** As {@link #tokenize}, but the symbols are the piece's bytes. Needs {@link #knowsAllBytes}. */
  void byteLevel(Text text, int from, int to, Tokens out, Scratch scratch) {
    boolean cached = to - from <= WordCache.LONGEST && options.dropout == 0;
    int slot = cached ? WordCache.slot(text.chars, from, to) : 0;
    WordCache.Word word = cached ? byteCache.get(slot, text.chars, from, to) : null;
    if (word != null) {
      word.emit(text, from, out);
      return;
    }
    int length = bytes(text.chars, from, to, scratch);
    int count = -1;
    if (options.ignoreMerges && options.dropout == 0) {
      int id = wholePiece(length, scratch);
      if (id >= 0) {
        scratch.symbols[0] = id;
        scratch.lengths[0] = length;
        count = 1;
      }
    }
    if (count < 0) {
      count = merge(scratch, length);
    }
    emitBytes(text, from, count, out, scratch);
    if (cached) {
      byteCache.put(slot, wordOfBytes(text.chars, from, to, count, scratch));
    }
  }

  /** Lengths are in chars. */
  private static void emit(Text text, int from, int count, Tokens out, Scratch scratch) {
    int at = from;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      out.add(scratch.symbols[i], text.start(at), text.end(end - 1));
      at = end;
    }
  }

  /** Lengths are in bytes; the scratch knows which char each belongs to. */
  private static void emitBytes(Text text, int from, int count, Tokens out, Scratch scratch) {
    int last = scratch.mapped - 1;
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      int start = scratch.charStarts[Math.min(at, last)];
      int stop = scratch.charEnds[Math.min(Math.max(end - 1, at), last)];
      out.add(scratch.symbols[i], text.start(from + start), text.end(from + stop - 1));
      at = end;
    }
  }

  /** A word for the cache out of symbols whose lengths are in bytes. */
  private static WordCache.Word wordOfBytes(
      char[] chars, int from, int to, int count, Scratch scratch) {
    int[] spans = new int[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int end = at + scratch.lengths[i];
      spans[i] = scratch.charStarts[at] << 16 | scratch.charEnds[end - 1];
      at = end;
    }
    return new WordCache.Word(
        Arrays.copyOfRange(chars, from, to), Arrays.copyOf(scratch.symbols, count), spans);
  }

  /** Pieces of more symbols are not explained step by step. */
  private static final int EXPLAINED = 512;

  /**
   * The steps from single symbols to tokens: those the piece begins with, and each merge. Empty for
   * a piece that is in the vocabulary whole where that ends the matter.
   */
  List<Explanation.Merge> explain(
      Text text, int from, int to, boolean byteLevel, List<String> start, Scratch scratch) {
    int n;
    if (byteLevel) {
      n = bytes(text.chars, from, to, scratch);
      if (options.ignoreMerges && wholePiece(n, scratch) >= 0) {
        return List.of();
      }
    } else {
      if (options.ignoreMerges && vocabulary.find(text.chars, from, to) >= 0) {
        return List.of();
      }
      characters(text.chars, from, to, scratch);
      n = scratch.count;
    }
    if (n > EXPLAINED) {
      return List.of();
    }
    var ids = new ArrayList<Integer>();
    for (int i = 0; i < n; i++) {
      ids.add(scratch.symbols[i]);
    }
    start.addAll(names(ids));
    var steps = new ArrayList<Explanation.Merge>();
    while (true) {
      int best = -1;
      long bestMerge = MergeTable.NONE;
      for (int i = 0; i + 1 < ids.size(); i++) {
        long merge = merges.get(ids.get(i), ids.get(i + 1));
        if (merge < bestMerge) {
          bestMerge = merge;
          best = i;
        }
      }
      if (best < 0) {
        return steps;
      }
      List<String> two = names(ids.subList(best, best + 2));
      ids.set(best, (int) bestMerge);
      ids.remove(/* index */ best + 1);
      steps.add(
          new Explanation.Merge(two.get(0), two.get(1), (int) (bestMerge >>> 32), names(ids)));
    }
  }

  private List<String> names(List<Integer> ids) {
    var names = new ArrayList<String>(ids.size());
    for (int id : ids) {
      String token = vocabulary.token(id);
      names.add(token == null ? "" : token);
    }
    return List.copyOf(names);
  }

  /** One symbol a byte. */
  private int bytes(char[] chars, int from, int to, Scratch scratch) {
    int length = scratch.mapBytes(chars, from, to);
    scratch.reserve(length);
    int[] symbols = scratch.symbols;
    int at = 0;
    for (int i = from; i < to; i++) {
      int c = chars[i];
      if (Character.isHighSurrogate((char) c) && i + 1 < to) {
        c = Character.toCodePoint((char) c, chars[++i]);
      }
      if (c < 0x80) {
        symbols[at++] = bytes[c];
      } else if (c < 0x800) {
        symbols[at++] = bytes[0xC0 | c >> 6];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      } else if (c < 0x10000) {
        symbols[at++] = bytes[0xE0 | c >> 12];
        symbols[at++] = bytes[0x80 | c >> 6 & 0x3F];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      } else {
        symbols[at++] = bytes[0xF0 | c >> 18];
        symbols[at++] = bytes[0x80 | c >> 12 & 0x3F];
        symbols[at++] = bytes[0x80 | c >> 6 & 0x3F];
        symbols[at++] = bytes[0x80 | c & 0x3F];
      }
    }
    Arrays.fill(scratch.lengths, 0, length, 1);
    if (!options.suffix.isEmpty()) {
      int c = chars[to - 1];
      // The low six bits of a low surrogate are those of its code point.
      symbols[length - 1] = lastBytes[c < 0x80 ? c : 0x80 | c & 0x3F];
    }
    return length;
  }

  /** The token that the bytes spell as a whole, or -1. */
  private int wholePiece(int length, Scratch scratch) {
    if (length > 1000) {
      return -1; // no vocabulary has words like that, and building the key would cost
    }
    var text = scratch.text;
    text.setLength(0);
    for (int i = 0; i < length; i++) {
      text.append(vocabulary.token(scratch.symbols[i]));
    }
    return vocabulary.find(text);
  }

  /**
   * One symbol a character, with prefix and suffix; unknown ones become bytes, the unknown token or
   * nothing. Lengths are in chars when all are known, else in bytes; returns which.
   */
  private boolean characters(char[] chars, int from, int to, Scratch scratch) {
    scratch.reserve(to - from);
    int n = 0;
    for (int i = from; i < to; ) {
      int width = Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
      int id = character(chars, i, width, i == from, i + width == to, scratch);
      if (id < 0) {
        unknownCharacters(chars, from, to, scratch);
        return false;
      }
      scratch.symbols[n] = id;
      scratch.lengths[n++] = width;
      i += width;
    }
    scratch.count = n;
    scratch.length = to - from;
    return true;
  }

  private int character(
      char[] chars, int at, int width, boolean first, boolean last, Scratch scratch) {
    boolean prefixed = !first && !options.prefix.isEmpty();
    boolean suffixed = last && !options.suffix.isEmpty();
    if (!prefixed && !suffixed) {
      return vocabulary.find(chars, at, at + width);
    }
    var text = scratch.text;
    text.setLength(0);
    if (prefixed) {
      text.append(options.prefix);
    }
    text.append(chars, at, width);
    if (suffixed) {
      text.append(options.suffix);
    }
    return vocabulary.find(text);
  }

  /**
   * The slow way of {@link #characters}. A pending unknown is written only at the next known
   * character, so that byte tokens overtake it: the reference's way.
   */
  private void unknownCharacters(char[] chars, int from, int to, Scratch scratch) {
    int n = 0;
    int pending = 0;
    for (int i = from; i < to; ) {
      int width = Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
      int utf8 = width == 2 ? 4 : Utf8.length(chars[i]);
      int id = character(chars, i, width, i == from, i + width == to, scratch);
      if (id >= 0) {
        n = flush(pending, n, scratch);
        pending = 0;
        n = append(id, utf8, n, scratch);
      } else {
        int added =
            options.byteFallback
                ? appendBytes(chars, i, width, i == from, i + width == to, n, scratch)
                : -1;
        if (added >= 0) {
          n = added;
        } else if (options.unknownToken != null) {
          if (unknown < 0) {
            throw new BadFileException(
                "the unknown token \""
                    + options.unknownToken
                    + "\" of the BPE model is not in its vocabulary, and the text has a character"
                    + " that is not there either");
          }
          if (pending > 0 && !options.fuseUnknown) {
            n = flush(pending, n, scratch);
            pending = 0;
          }
          pending += utf8;
        }
      }
      i += width;
    }
    scratch.count = flush(pending, n, scratch);
    scratch.length = -1;
  }

  private int flush(int pending, int n, Scratch scratch) {
    return pending > 0 ? append(unknown, pending, n, scratch) : n;
  }

  private static int append(int id, int length, int n, Scratch scratch) {
    scratch.reserve(n + 1);
    scratch.symbols[n] = id;
    scratch.lengths[n] = length;
    return n + 1;
  }

  /** Writes a character as byte tokens; -1 when one of them is missing. */
  private int appendBytes(
      char[] chars, int at, int width, boolean first, boolean last, int n, Scratch scratch) {
    String text =
        (first ? "" : options.prefix) + new String(chars, at, width) + (last ? options.suffix : "");
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (fallback[b & 0xFF] < 0) {
        return -1;
      }
    }
    for (byte b : utf8) {
      n = append(fallback[b & 0xFF], 1, n, scratch);
    }
    return n;
  }

  /** Merges the first {@code n} symbols of the scratch and returns how many are left. */
  private int merge(Scratch scratch, int n) {
    return n <= SHORT && options.dropout == 0 ? mergeShort(scratch, n) : mergeLong(scratch, n);
  }

  private int mergeShort(Scratch scratch, int n) {
    int[] symbols = scratch.symbols;
    int[] lengths = scratch.lengths;
    long[] pairs = scratch.pairs;
    for (int i = 0; i + 1 < n; i++) {
      pairs[i] = merges.get(symbols[i], symbols[i + 1]);
    }
    while (n > 1) {
      int best = 0;
      for (int i = 1; i + 1 < n; i++) {
        if (pairs[i] < pairs[best]) {
          best = i;
        }
      }
      if (pairs[best] == MergeTable.NONE) {
        break;
      }
      symbols[best] = (int) pairs[best];
      lengths[best] += lengths[best + 1];
      int rest = n - best - 2;
      System.arraycopy(symbols, best + 2, symbols, best + 1, rest);
      System.arraycopy(lengths, best + 2, lengths, best + 1, rest);
      System.arraycopy(pairs, best + 1, pairs, best, rest);
      n--;
      if (best + 1 < n) {
        pairs[best] = merges.get(symbols[best], symbols[best + 1]);
      }
      if (best > 0) {
        pairs[best - 1] = merges.get(symbols[best - 1], symbols[best]);
      }
    }
    return n;
  }

  /** A heap of {@code rank << 32 | position}; a symbol of length 0 is gone. */
  private int mergeLong(Scratch scratch, int n) {
    scratch.reserveLinks(n);
    var heap = scratch.heap;
    heap.clear();
    int[] symbols = scratch.symbols;
    int[] lengths = scratch.lengths;
    int[] next = scratch.next;
    int[] previous = scratch.previous;
    for (int i = 0; i < n; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < n ? i + 1 : -1;
    }
    for (int i = 0; i + 1 < n; i++) {
      push(i, scratch);
    }
    var skipped = new LongHeap();
    while (!heap.isEmpty()) {
      long top = heap.pop();
      if (options.dropout > 0 && ThreadLocalRandom.current().nextDouble() < options.dropout) {
        skipped.push(top);
        continue;
      }
      while (!skipped.isEmpty()) {
        heap.push(skipped.pop());
      }
      int at = (int) top;
      int right = lengths[at] == 0 ? -1 : next[at];
      if (right < 0) {
        continue;
      }
      long merge = merges.get(symbols[at], symbols[right]);
      if (merge == MergeTable.NONE || merge >>> 32 != top >>> 32) {
        continue; // one of the two has changed since
      }
      symbols[at] = (int) merge;
      lengths[at] += lengths[right];
      lengths[right] = 0;
      next[at] = next[right];
      if (next[at] >= 0) {
        previous[next[at]] = at;
        push(at, scratch);
      }
      if (previous[at] >= 0) {
        push(previous[at], scratch);
      }
    }
    int count = 0;
    for (int i = 0; i < n; i++) {
      if (lengths[i] > 0) {
        symbols[count] = symbols[i];
        lengths[count++] = lengths[i];
      }
    }
    return count;
  }

  private void push(int at, Scratch scratch) {
    long merge = merges.get(scratch.symbols[at], scratch.symbols[scratch.next[at]]);
    if (merge != MergeTable.NONE) {
      scratch.heap.push(merge & 0xFFFFFFFF00000000L | at);
    }
  }
}
