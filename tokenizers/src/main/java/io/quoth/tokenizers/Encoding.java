package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What became of a text, or of two: token by token, its id, how it reads, the range of the text it
 * covers, and the rest that models ask for. All arrays have one length.
 *
 * <p>Ranges are half open and count either code points, as the reference does, or chars of a Java
 * string. With pre-split words they count from the beginning of each word. Immutable and safe to
 * share; arrays that are handed out are the object's own and must not be changed.
 */
public final class Encoding {
  private final Arrays arrays;
  private final List<Encoding> overflowing;
  private final Tokenizer tokenizer;
  private final boolean cut;

  /** The arrays, while they are filled. */
  static final class Arrays {
    final int[] ids;
    final int[] types;
    final int[] words;
    final int[] special;
    final int[] attention;
    final int[] sequences;
    final int[] starts;
    final int[] ends;
    final int[] pointStarts;
    final int[] pointEnds;
    final @Nullable String[] texts;

    Arrays(int length, boolean points, boolean texts) {
      ids = new int[length];
      types = new int[length];
      words = new int[length];
      special = new int[length];
      attention = new int[length];
      sequences = new int[length];
      starts = new int[length];
      ends = new int[length];
      pointStarts = points ? new int[length] : starts;
      pointEnds = points ? new int[length] : ends;
      this.texts = new String[texts ? length : 0];
    }
  }

  Encoding(Arrays arrays, List<Encoding> overflowing, Tokenizer tokenizer, boolean cut) {
    this.arrays = arrays;
    this.overflowing = overflowing;
    this.tokenizer = tokenizer;
    this.cut = cut;
  }

  /** Number of tokens. */
  public int length() {
    return arrays.ids.length;
  }

  /** The ids. */
  public int[] ids() {
    return arrays.ids;
  }

  /**
   * How the tokens read, as they stand in the vocabulary; for added ones, the text that matched.
   */
  public List<String> tokens() {
    var tokens = new ArrayList<String>(length());
    for (int i = 0; i < length(); i++) {
      tokens.add(token(i));
    }
    return tokens;
  }

  /** How token {@code i} reads. */
  public String token(int i) {
    String text = i < arrays.texts.length ? arrays.texts[i] : null;
    return text != null ? text : tokenizer.token(arrays.ids[i]).orElse("");
  }

  /** The range of token {@code i} in code points. */
  public Span offset(int i) {
    return new Span(arrays.pointStarts[i], arrays.pointEnds[i]);
  }

  /** The ranges in code points; (0, 0) for special tokens. */
  public List<Span> offsets() {
    var spans = new ArrayList<Span>(length());
    for (int i = 0; i < length(); i++) {
      spans.add(offset(i));
    }
    return spans;
  }

  /** The range of token {@code i} in chars of the Java string. */
  public Span charOffset(int i) {
    return new Span(arrays.starts[i], arrays.ends[i]);
  }

  /** The ranges in chars of the Java string; (0, 0) for special tokens. */
  public List<Span> charOffsets() {
    var spans = new ArrayList<Span>(length());
    for (int i = 0; i < length(); i++) {
      spans.add(charOffset(i));
    }
    return spans;
  }

  /** The type ids: which text, in the way the model was trained on. */
  public int[] typeIds() {
    return arrays.types;
  }

  /** 1 for tokens, 0 for padding. */
  public int[] attentionMask() {
    return arrays.attention;
  }

  /** 1 for what was added to the text: special tokens of the template and padding. */
  public int[] specialTokensMask() {
    return arrays.special;
  }

  /** For each token the index of its word in its text, from 0; -1 for special tokens. */
  public int[] wordIds() {
    return arrays.words;
  }

  /** For each token which text it is of, 0 or 1; -1 for special tokens. */
  public int[] sequenceIds() {
    return arrays.sequences;
  }

  /** What was cut off, in windows of the same make. */
  public List<Encoding> overflowing() {
    return overflowing;
  }

  /** Whether the text was cut: there was more of it than the truncation allows. */
  public boolean isCut() {
    return cut;
  }

  /**
   * Where in the text {@code sequence} (0 or 1) the tokens of this encoding end, in chars: with
   * {@link #isCut} and truncation at the right, where it was cut. 0 when there are none.
   */
  public int endOf(int sequence) {
    int end = 0;
    for (int i = 0; i < length(); i++) {
      if (arrays.sequences[i] == sequence && arrays.special[i] == 0) {
        end = Math.max(end, arrays.ends[i]);
      }
    }
    return end;
  }

  /** The range of a token in chars, empty for special tokens. */
  public Optional<Span> tokenToChars(int token) {
    return arrays.sequences[token] < 0 ? Optional.empty() : Optional.of(charOffset(token));
  }

  /** The word of a token, empty for special tokens. */
  public OptionalInt tokenToWord(int token) {
    return arrays.words[token] < 0 ? OptionalInt.empty() : OptionalInt.of(arrays.words[token]);
  }

  /** The text of a token, 0 or 1, empty for special tokens. */
  public OptionalInt tokenToSequence(int token) {
    int sequence = arrays.sequences[token];
    return sequence < 0 ? OptionalInt.empty() : OptionalInt.of(sequence);
  }

  /** The token that covers char {@code at} of a text (0 or 1). */
  public OptionalInt charToToken(int at, int sequence) {
    for (int i = 0; i < length(); i++) {
      if (arrays.sequences[i] == sequence && at >= arrays.starts[i] && at < arrays.ends[i]) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /** The word that covers char {@code at} of a text (0 or 1). */
  public OptionalInt charToWord(int at, int sequence) {
    OptionalInt token = charToToken(at, sequence);
    return token.isPresent() ? tokenToWord(token.getAsInt()) : token;
  }

  /** The range of tokens of a word of a text (0 or 1). */
  public Optional<Span> wordToTokens(int word, int sequence) {
    int first = -1;
    int last = -1;
    for (int i = 0; i < length(); i++) {
      if (arrays.sequences[i] == sequence && arrays.words[i] == word) {
        first = first < 0 ? i : first;
        last = i;
      }
    }
    return first < 0 ? Optional.empty() : Optional.of(new Span(first, last + 1));
  }

  /** The range in chars of a word of a text (0 or 1). */
  public Optional<Span> wordToChars(int word, int sequence) {
    return wordToTokens(word, sequence)
        .map(span -> new Span(arrays.starts[span.start()], arrays.ends[span.end() - 1]));
  }

  @Override
  public String toString() {
    return tokens().toString();
  }
}
