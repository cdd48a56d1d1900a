package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One text on its way through added tokens, normalizer, pre-tokenizer and model. */
final class EncodingRun implements AddedTokens.Parts {
  private final Tokenizer tokenizer;
  private final Tokenizer.Parts parts;
  private final Tokens out;
  private final Scratch arrays;
  private final int word;
  private final int stop;
  private final int begin;
  private final Pieces pieces;
  private Text current = Text.EMPTY;
  private boolean normalized;
  private boolean ignoreSpecial;
  private EncodeOptions.SpecialTokens treatment = EncodeOptions.SpecialTokens.ALLOWED;
  boolean stopped;
  @Nullable List<Explanation> explanations;
  int piece;
  int skip;

  EncodingRun(Tokenizer tokenizer, Tokens out, Scratch arrays, int word, int stop) {
    this.tokenizer = tokenizer;
    parts = tokenizer.parts();
    this.out = out;
    this.arrays = arrays;
    this.word = word;
    this.stop = stop;
    begin = out.count;
    pieces = arrays.pieces;
  }

  void encode(Text text, EncodeOptions.SpecialTokens specialTokens) {
    treatment = specialTokens;
    ignoreSpecial = specialTokens == EncodeOptions.SpecialTokens.TEXT;
    current = text;
    parts.added().splitRaw(text, ignoreSpecial, this);
  }

  @Override
  public void text(int start, int end) {
    Text part = current.slice(start, end);
    if (normalized) {
      model(part);
      return;
    }
    Text whole = current;
    current = parts.normalizer() == null ? part : parts.normalizer().apply(part);
    normalized = true;
    parts.added().splitNormalized(current, ignoreSpecial, this);
    normalized = false;
    current = whole;
  }

  @Override
  public void token(AddedToken token, int start, int end) {
    if (token.special() && treatment == EncodeOptions.SpecialTokens.FORBIDDEN) {
      throw new BadArgumentException(
          "the text has the special token \""
              + token.content()
              + "\", which is forbidden here; allow special tokens, or treat them as text");
    }
    if (nextPiece()) {
      String text = new String(current.chars, start, end - start);
      int from = current.start(start);
      int to = current.end(end - 1);
      if (explanations != null) {
        explanations.add(
            new Explanation(text, new Span(from, to), List.of(), List.of(), List.of(text)));
      }
      if (text.equals(token.content())) {
        out.add(token.id(), from, to);
      } else {
        out.add(token.id(), from, to, text);
      }
    }
  }

  private void explain(Text cut, int start, int end, List<Explanation> explanations) {
    var symbols = new ArrayList<String>();
    var merges = new ArrayList<Explanation.Merge>();
    if (parts.model() instanceof Bpe bpe) {
      merges.addAll(bpe.explain(cut, start, end, tokenizer.fused, symbols, arrays));
    }
    int before = out.count;
    if (tokenizer.fused) {
      ((Bpe) parts.model()).byteLevel(cut, start, end, out, arrays);
    } else {
      parts.model().tokenize(cut, start, end, out, arrays);
    }
    var tokens = new ArrayList<String>();
    for (int i = before; i < out.count; i++) {
      String own = out.text(i);
      tokens.add(own != null ? own : tokenizer.token(out.ids[i]).orElse(""));
    }
    String piece = new String(cut.chars, start, end - start);
    explanations.add(
        new Explanation(
            tokenizer.fused ? ByteAlphabet.text(piece.getBytes(StandardCharsets.UTF_8)) : piece,
            new Span(cut.start(start), cut.end(end - 1)),
            List.copyOf(symbols),
            List.copyOf(merges),
            List.copyOf(tokens)));
  }

  /** Whether the next piece is wanted; counts it. */
  private boolean nextPiece() {
    stopped |= piece > 0 && out.count - begin >= stop;
    out.word(word >= 0 ? word : piece - skip);
    return piece++ >= skip && !stopped;
  }

  /** Cuts, and lets the model put the marks in front; false where that is not all. */
  private boolean marked(PreTokenizer.Metaspace last) {
    splitOnly(parts.preTokenizer(), pieces);
    if (!last.onlyMarks(pieces)) {
      pieces.reset(pieces.text());
      return false;
    }
    String mark = String.valueOf(last.replacement());
    Text cut = pieces.text();
    for (int i = 0; i < pieces.count(); i++) {
      if (nextPiece()) {
        ((Unigram) parts.model()).marked(mark, cut, pieces.start(i), pieces.end(i), out, arrays);
      }
    }
    return true;
  }

  private void model(Text text) {
    pieces.reset(text);
    if (tokenizer.marking != null && explanations == null && marked(tokenizer.marking)) {
      return;
    }
    if (tokenizer.fused) {
      splitOnly(parts.preTokenizer(), pieces);
    } else if (parts.preTokenizer() != null) {
      parts.preTokenizer().apply(pieces);
    }
    Text cut = pieces.text();
    for (int i = 0; i < pieces.count(); i++) {
      if (!nextPiece()) {
        continue;
      }
      if (explanations != null) {
        explain(cut, pieces.start(i), pieces.end(i), explanations);
      } else if (tokenizer.fused) {
        ((Bpe) parts.model()).byteLevel(cut, pieces.start(i), pieces.end(i), out, arrays);
      } else {
        parts.model().tokenize(cut, pieces.start(i), pieces.end(i), out, arrays);
      }
    }
  }

  /** The pre-tokenizer, but for what it writes at its end, which the model does itself. */
  private static void splitOnly(@Nullable PreTokenizer preTokenizer, Pieces pieces) {
    // No switch over patterns: the JDK links one anew at every start, for milliseconds.
    if (preTokenizer instanceof PreTokenizer.ByteLevel byteLevel) {
      byteLevel.split(pieces);
    } else if (preTokenizer instanceof PreTokenizer.Sequence sequence) {
      List<PreTokenizer> all = sequence.parts();
      for (PreTokenizer part : all.subList(0, all.size() - 1)) {
        part.apply(pieces);
      }
      splitOnly(all.get(all.size() - 1), pieces);
    } else if (!(preTokenizer instanceof PreTokenizer.Metaspace)) { // whose marks the model puts
      throw new AssertionError("not byte level, nor Metaspace");
    }
  }
}
