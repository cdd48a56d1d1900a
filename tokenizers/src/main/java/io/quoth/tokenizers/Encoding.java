package io.quoth.tokenizers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of a text, or of two: token by token, its id, how it reads, the range of the text it
 * covers, and the rest that models ask for. All arrays have one length.
 *
 * <p>Ranges are half open and count either code points, as the reference does, or chars of a Java
 * string. With pre-split words they count from the beginning of each word. Immutable and safe to
 * share; arrays that are handed out are the object's own and must not be changed. Ids, ranges and
 * words are kept as arrays; type ids, masks and sequence ids, which are alike over long stretches,
 * become arrays when first asked for.
 */
public final class Encoding {
  private final Arrays arrays;
  private final List<Stretch> stretches;
  private final List<Span> sequences;
  private final List<Encoding> overflowing;
  private final Tokenizer tokenizer;
  private final boolean cut;
  private volatile int @Nullable [] types;
  private volatile int @Nullable [] special;
  private volatile int @Nullable [] attention;
  private volatile int @Nullable [] sequenceIds;

  /** The arrays, while they are filled. */
  static final class Arrays {
    final int[] ids;
    final int[] words;
    final int[] starts;
    final int[] ends;
    final int[] pointStarts;
    final int[] pointEnds;
    final @Nullable String[] texts;

    Arrays(int length, boolean points, boolean texts) {
      ids = new int[length];
      words = new int[length];
      starts = new int[length];
      ends = new int[length];
      pointStarts = points ? new int[length] : starts;
      pointEnds = points ? new int[length] : ends;
      this.texts = new String[texts ? length : 0];
    }
  }

  /**
   * Tokens of one make, from the end of the stretch before.
   *
   * @param special whether they were added to the text
   */
  record Stretch(int end, int type, boolean special, boolean padding) {}

  /**
   * An encoding.
   *
   * @param stretches cover all tokens
   * @param sequences the tokens of each text; where they overlap the later one counts
   */
  Encoding(
      Arrays arrays,
      List<Stretch> stretches,
      List<Span> sequences,
      List<Encoding> overflowing,
      Tokenizer tokenizer,
      boolean cut) {
    this.arrays = arrays;
    this.stretches = stretches;
    this.sequences = sequences;
    this.overflowing = overflowing;
    this.tokenizer = tokenizer;
    this.cut = cut;
  }

  private int[] byStretch(ToIntFunction<Stretch> value) {
    var array = new int[length()];
    int from = 0;
    for (Stretch stretch : stretches) {
      java.util.Arrays.fill(array, from, stretch.end, value.applyAsInt(stretch));
      from = stretch.end;
    }
    return array;
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
    int[] known = types;
    if (known == null) {
      known = byStretch(Stretch::type);
      types = known;
    }
    return known;
  }

  /** 1 for tokens, 0 for padding. */
  public int[] attentionMask() {
    int[] known = attention;
    if (known == null) {
      known = byStretch(stretch -> stretch.padding ? 0 : 1);
      attention = known;
    }
    return known;
  }

  /** 1 for what was added to the text: special tokens of the template and padding. */
  public int[] specialTokensMask() {
    int[] known = special;
    if (known == null) {
      known = byStretch(stretch -> stretch.special ? 1 : 0);
      special = known;
    }
    return known;
  }

  /** For each token the index of its word in its text, from 0; -1 for special tokens. */
  public int[] wordIds() {
    return arrays.words;
  }

  /** For each token which text it is of, 0 or 1; -1 for special tokens. */
  public int[] sequenceIds() {
    int[] known = sequenceIds;
    if (known == null) {
      known = new int[length()];
      java.util.Arrays.fill(known, -1);
      for (int id = 0; id < sequences.size(); id++) {
        Span range = sequences.get(id);
        java.util.Arrays.fill(known, range.start(), range.end(), id);
      }
      sequenceIds = known;
    }
    return known;
  }

  /** Which text token {@code i} is of, or -1. */
  private int sequence(int i) {
    for (int id = sequences.size() - 1; id >= 0; id--) {
      if (i >= sequences.get(id).start() && i < sequences.get(id).end()) {
        return id;
      }
    }
    return -1;
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
    int from = 0;
    for (Stretch stretch : stretches) {
      for (int i = from; i < stretch.end && !stretch.special; i++) {
        if (sequence(i) == sequence) {
          end = Math.max(end, arrays.ends[i]);
        }
      }
      from = stretch.end;
    }
    return end;
  }

  /** The range of a token in chars, empty for special tokens. */
  public Optional<Span> tokenToChars(int token) {
    return sequence(token) < 0 ? Optional.empty() : Optional.of(charOffset(token));
  }

  /** The word of a token, empty for special tokens. */
  public OptionalInt tokenToWord(int token) {
    return arrays.words[token] < 0 ? OptionalInt.empty() : OptionalInt.of(arrays.words[token]);
  }

  /** The text of a token, 0 or 1, empty for special tokens. */
  public OptionalInt tokenToSequence(int token) {
    int sequence = sequence(token);
    return sequence < 0 ? OptionalInt.empty() : OptionalInt.of(sequence);
  }

  /** The token that covers char {@code at} of a text (0 or 1). */
  public OptionalInt charToToken(int at, int sequence) {
    for (int i = 0; i < length(); i++) {
      if (at >= arrays.starts[i] && at < arrays.ends[i] && sequence(i) == sequence) {
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
      if (arrays.words[i] == word && sequence(i) == sequence) {
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
