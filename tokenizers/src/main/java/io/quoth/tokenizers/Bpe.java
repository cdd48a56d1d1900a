package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Byte-pair encoding (Sennrich et al. 2016) as the reference does it: begin with single characters,
 * then merge the neighbours whose merge has the lowest rank, the leftmost first, until nothing
 * merges.
 *
 * <p>Two alphabets: {@link #tokenize} begins with the characters of the piece; {@link #byteLevel}
 * with its UTF-8 bytes as {@link ByteAlphabet} writes them, without writing them. {@link
 * BpeSymbols} makes the symbols, {@link Merger} merges them, {@link Joins} cuts long pieces, {@link
 * ShortWords} remembers words.
 */
final class Bpe implements Model {
  private final Vocabulary vocabulary;
  private final MergeTable merges;
  private final Options options;
  private final boolean mayCut;
  private final BpeSymbols symbols;
  private final Merger merger;

  /** Built when first a long piece comes; equal whoever builds them. */
  private volatile @Nullable Joins charJoins;

  private volatile @Nullable Joins byteJoins;

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
    symbols = new BpeSymbols(vocabulary, options);
    merger = new Merger(merges, options.dropout);
    mayCut =
        inParts
            && options.prefix.isEmpty()
            && options.suffix.isEmpty()
            && options.dropout == 0
            && !symbols.fallbackMerges(merges);
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
    var steps = new MergeSteps(merges, vocabulary);
    return sorted.stream().map(merge -> steps.names(List.of(merge[1], merge[2]))).toList();
  }

  Options options() {
    return options;
  }

  /** Whether every byte has its token, so that pieces need not be written as byte characters. */
  boolean knowsAllBytes() {
    return options.prefix.isEmpty()
        && (options.suffix.isEmpty() || !options.ignoreMerges)
        && symbols.knowsAllBytes();
  }

  @Override
  public void tokenize(Text text, int from, int to, Tokens out, Scratch scratch) {
    if (scratch.words.emit(ShortWords.WHOLE, text, from, to, out)) {
      return;
    }
    if (options.ignoreMerges && options.dropout == 0) {
      int id = vocabulary.find(text.chars, from, to);
      if (id >= 0) {
        out.add(id, text.start(from), text.end(to - 1));
        return;
      }
    }
    if (mayCut && to - from > ShortWords.LONGEST) {
      Joins joins = charJoins;
      if (joins == null) {
        joins = new Joins(merges, vocabulary, false);
        charJoins = joins;
      }
      if (inParts(text, from, to, joins, out, scratch)) {
        return;
      }
    }
    characters(ShortWords.WHOLE, text, from, to, out, scratch);
  }

  /** A piece, or part of one, from its characters on. */
  private void characters(int kind, Text text, int from, int to, Tokens out, Scratch scratch) {
    boolean known = symbols.characters(text.chars, from, to, scratch);
    int count = merger.merge(scratch, scratch.count);
    if (known) {
      scratch.placeChars(count);
    } else {
      scratch.mapBytes(text.chars, from, to);
      scratch.placeBytes(count);
    }
    emit(kind, text, from, to, count, out, scratch);
  }

  /**
   * Does a long piece part by part. Unknown characters may have to do with what stands beside them,
   * unless they become bytes: then it gives up and takes back what it wrote.
   */
  private boolean inParts(Text text, int from, int to, Joins joins, Tokens out, Scratch scratch) {
    int before = out.count;
    char[] chars = text.chars;
    for (int begin = from, at = from + 1; at <= to; at++) {
      if (at < to && joins.at(chars, at)) {
        continue;
      }
      if (!scratch.words.emit(ShortWords.PART, text, begin, at, out)) {
        if (!symbols.fallsBack() && !symbols.knows(chars, begin, at)) {
          out.count = before;
          return false;
        }
        characters(ShortWords.PART, text, begin, at, out, scratch);
      }
      begin = at;
    }
    return true;
  }

  /** As {@link #tokenize}, but the symbols are the piece's bytes. Needs {@link #knowsAllBytes}. */
  void byteLevel(Text text, int from, int to, Tokens out, Scratch scratch) {
    if (scratch.words.emit(ShortWords.WHOLE, text, from, to, out)) {
      return;
    }
    if (options.ignoreMerges && options.dropout == 0) {
      int id = symbols.wholePiece(text.chars, from, to, scratch);
      if (id >= 0) {
        scratch.symbols[0] = id;
        scratch.starts[0] = 0;
        scratch.ends[0] = to - from;
        emit(ShortWords.WHOLE, text, from, to, 1, out, scratch);
        return;
      }
    }
    if (mayCut && to - from > ShortWords.LONGEST_WIDE) {
      bytesInParts(text, from, to, out, scratch);
    } else {
      bytes(ShortWords.WHOLE, text, from, to, out, scratch);
    }
  }

  private void bytesInParts(Text text, int from, int to, Tokens out, Scratch scratch) {
    Joins joins = byteJoins;
    if (joins == null) {
      joins = new Joins(merges, vocabulary, true);
      byteJoins = joins;
    }
    char[] chars = text.chars;
    for (int begin = from, at = from + 1; at <= to; at++) {
      if (at < to && joins.at(chars, at)) {
        continue;
      }
      int kind = begin == from && at == to ? ShortWords.WHOLE : ShortWords.PART;
      if (!scratch.words.emit(kind, text, begin, at, out)) {
        bytes(kind, text, begin, at, out, scratch);
      }
      begin = at;
    }
  }

  /** A piece, or part of one, from its bytes on. */
  private void bytes(int kind, Text text, int from, int to, Tokens out, Scratch scratch) {
    int length = symbols.bytes(text.chars, from, to, scratch);
    int count = merger.merge(scratch, length);
    scratch.placeBytes(count);
    emit(kind, text, from, to, count, out, scratch);
  }

  /** Writes the tokens that the scratch holds, and remembers them. */
  private void emit(int kind, Text text, int from, int to, int count, Tokens out, Scratch scratch) {
    int[] starts = scratch.starts;
    int[] ends = scratch.ends;
    for (int i = 0; i < count; i++) {
      out.add(scratch.symbols[i], text.start(from + starts[i]), text.end(from + ends[i] - 1));
    }
    if (options.dropout == 0) {
      scratch.words.put(kind, text.chars, from, to, scratch, count);
    }
  }

  /**
   * The steps from single symbols to tokens: those the piece begins with, and each merge. Empty for
   * a piece that is in the vocabulary whole where that ends the matter.
   */
  List<Explanation.Merge> explain(
      Text text, int from, int to, boolean byteLevel, List<String> start, Scratch scratch) {
    int n;
    if (byteLevel) {
      if (options.ignoreMerges && symbols.wholePiece(text.chars, from, to, scratch) >= 0) {
        return List.of();
      }
      n = symbols.bytes(text.chars, from, to, scratch);
    } else {
      if (options.ignoreMerges && vocabulary.find(text.chars, from, to) >= 0) {
        return List.of();
      }
      symbols.characters(text.chars, from, to, scratch);
      n = scratch.count;
    }
    return new MergeSteps(merges, vocabulary).explain(scratch.symbols, n, start);
  }
}
