package io.quoth.tokenizers;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Text to ids and back, exactly as the tokenizers library does it.
 *
 * <p>A text goes through a pipeline: added tokens are cut out, what lies between is normalized, cut
 * into pieces, and the model makes tokens of each piece; then truncation, special tokens, padding.
 * Halves of surrogate pairs that stand alone count as U+FFFD; U+0000 is a character like any other.
 * A text may be as long as memory allows: a call takes some 60 bytes of heap a character, up to 100
 * where the whole text is one word; encode longer ones in parts.
 *
 * <p>Immutable and safe to share between threads; {@code with…} methods give changed copies that
 * share everything large.
 */
public final class Tokenizer {
  private final Parts parts;

  /** Whether the model writes the byte alphabet itself, in place of the last pre-tokenizer. */
  final boolean fused;

  /** The pre-tokenizer whose marks the model puts itself, if it does. */
  final PreTokenizer.@Nullable Metaspace marking;

  private final ScratchPool scratch;
  private final TokenizerConfig config;

  // Built on first use; equal whoever builds them.
  private volatile @Nullable Blanks blanks;
  private final @Nullable Frame[] frames = new Frame[2];

  /** The components, null where there is none. */
  record Parts(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Model model,
      AddedTokens added,
      @Nullable PostProcessor postProcessor,
      @Nullable Decoder decoder,
      @Nullable Truncation truncation,
      @Nullable Padding padding) {
    Parts with(@Nullable Truncation truncation, @Nullable Padding padding) {
      return new Parts(
          normalizer, preTokenizer, model, added, postProcessor, decoder, truncation, padding);
    }

    Parts with(AddedTokens other) {
      return new Parts(
          normalizer, preTokenizer, model, other, postProcessor, decoder, truncation, padding);
    }

    Parts with(@Nullable Decoder other) {
      return new Parts(
          normalizer, preTokenizer, model, added, postProcessor, other, truncation, padding);
    }
  }

  Tokenizer(Parts parts) {
    this(parts, new ScratchPool(), TokenizerConfig.NONE);
  }

  private Tokenizer(Parts parts, ScratchPool scratch, TokenizerConfig config) {
    this.parts = parts;
    this.scratch = scratch;
    this.config = config;
    fused =
        parts.model instanceof Bpe bpe
            && bpe.knowsAllBytes()
            && last(parts.preTokenizer) instanceof PreTokenizer.ByteLevel;
    marking =
        parts.model instanceof Unigram
                && parts.preTokenizer instanceof PreTokenizer.Sequence(List<PreTokenizer> all)
                && all.size() == 2
                && all.get(0) instanceof PreTokenizer.WhitespaceSplit
                && all.get(1) instanceof PreTokenizer.Metaspace metaspace
            ? metaspace
            : null;
  }

  /**
   * The tokenizer of a model: its tokenizer.json, else vocab.json and merges.txt, tokenizer.model,
   * vocab.txt.
   *
   * @throws BadFileException when the folder has none of them, or a file is damaged
   * @throws io.quoth.base.UnsupportedModelException when a component is not known
   */
  public static Tokenizer load(ModelFolder folder) {
    return TokenizerFiles.load(folder);
  }

  /**
   * The tokenizer of a model as the reference's AutoTokenizer builds it: where the files name a
   * class with a pipeline of its own, only vocabulary, merges and post-processor of tokenizer.json
   * count, and some models (Llama 2, Phi-3, Pegasus) get other ids than their tokenizer.json gives.
   * It neither cuts nor pads, as the reference does where it is not asked to.
   *
   * @throws io.quoth.base.UnsupportedModelException when there is no tokenizer.json, or it is not
   *     known how the class is built
   */
  public static Tokenizer loadAsTransformers(ModelFolder folder) {
    return AsTransformers.load(folder);
  }

  /** Whether a folder has files that {@link #load} would read. */
  public static boolean isIn(ModelFolder folder) {
    return TokenizerFiles.areIn(folder);
  }

  /** Reads a tokenizer.json. */
  public static Tokenizer fromJson(Path file) {
    return TokenizerJson.read(Json.parse(file, TokenizerJson.LARGE));
  }

  /** Reads the text of a tokenizer.json; {@code source} stands for it in errors. */
  public static Tokenizer fromJson(byte[] utf8, String source) {
    return TokenizerJson.read(Json.parse(utf8, source, TokenizerJson.LARGE));
  }

  /**
   * Reads a tiktoken rank file: lines of a token in base64 and its rank.
   *
   * @param encoding which pattern and special tokens go with it
   */
  public static Tokenizer fromTiktoken(byte[] ranks, TiktokenEncoding encoding) {
    return Tiktoken.read(ranks, encoding);
  }

  /**
   * Reads a SentencePiece {@code tokenizer.model}.
   *
   * @param addBos whether the post-processor puts the begin token before a text
   * @param addEos whether it puts the end token behind
   */
  public static Tokenizer fromSentencePiece(
      byte[] model, boolean addBos, boolean addEos, String source) {
    return SentencePieceFile.read(model, source).tokenizer(addBos, addEos, source);
  }

  /**
   * Builds the tokenizer of a GGUF file.
   *
   * @param keys the file's key-value pairs: strings, numbers, truth values and lists of them
   * @param source stands for the file in errors
   * @throws io.quoth.base.UnsupportedModelException when the file does not say how text is cut
   */
  public static Tokenizer fromGguf(Map<String, ?> keys, String source) {
    return GgufVocabulary.read(keys, source);
  }

  /**
   * Trains a vocabulary from nothing, with the usual pipeline of its kind: GPT-2's for byte-pair
   * encoding, BERT's for pieces of words, words between white space for whole words,
   * SentencePiece's for unigram models.
   *
   * @param texts read once, each on its own
   * @param progress told how far it is
   */
  public static Tokenizer train(
      TrainerOptions options, Iterable<String> texts, ProgressListener progress) {
    return new Training(options, progress).usual(texts);
  }

  /** Trains another vocabulary for the pipeline of this tokenizer, special tokens aside. */
  public Tokenizer trainAnew(
      TrainerOptions options, Iterable<String> texts, ProgressListener progress) {
    return new Training(options, progress)
        .train(texts, parts.normalizer, parts.preTokenizer, null, parts.decoder);
  }

  /**
   * This tokenizer as the text of a tokenizer.json, which the reference reads as the same. A
   * SentencePiece model is said with what the format has: ids are the same, but texts that spell a
   * control piece get the special token, and character maps may treat clusters of characters
   * otherwise; unknown pieces decode to their name.
   *
   * @throws io.quoth.base.UnsupportedModelException for what the format cannot say, by name: in
   *     SentencePiece models pieces that users defined or that are unused, whole words, marks
   *     behind words; tokens that stand twice in the vocabulary
   */
  public String toJson() {
    return TokenizerJsonWriter.write(parts);
  }

  Parts parts() {
    return parts;
  }

  /**
   * The same tokenizer cutting like this, or not at all.
   *
   * @throws BadArgumentException when the stride is more than what a text may have
   */
  public Tokenizer withTruncation(Optional<Truncation> truncation) {
    if (truncation.isPresent()) {
      int added = parts.postProcessor == null ? 0 : parts.postProcessor.added(false);
      int room = truncation.get().maxLength() - added;
      if (room >= 0 && room < truncation.get().stride()) {
        throw new BadArgumentException(
            "the stride of "
                + truncation.get().stride()
                + " is more than the "
                + room
                + " tokens that a text may have beside "
                + added
                + " special ones");
      }
    }
    return new Tokenizer(parts.with(truncation.orElse(null), parts.padding), scratch, config);
  }

  /** The same tokenizer padding like this, or not at all. */
  public Tokenizer withPadding(Optional<Padding> padding) {
    return new Tokenizer(parts.with(parts.truncation, padding.orElse(null)), scratch, config);
  }

  /**
   * The same tokenizer finding only these special tokens in texts; where a text spells another one,
   * it is text. {@link EncodeOptions#specialTokens} then says what becomes of those.
   *
   * @throws BadArgumentException when one of them is no special token
   */
  public Tokenizer withSpecialTokensInTexts(Set<String> allowed) {
    for (String token : allowed) {
      if (!parts.added.isSpecial(token)) {
        throw new BadArgumentException("\"" + token + "\" is no special token of this tokenizer");
      }
    }
    var found =
        parts.added.finding(
            token -> !token.special() || allowed.contains(token.content()), parts.normalizer);
    return new Tokenizer(parts.with(found), scratch, config);
  }

  /** How encodings are cut, if at all. */
  public Optional<Truncation> truncation() {
    return Optional.ofNullable(parts.truncation);
  }

  /** How encodings are padded, if at all. */
  public Optional<Padding> padding() {
    return Optional.ofNullable(parts.padding);
  }

  /**
   * What the files beside the vocabulary say about its use; {@link TokenizerConfig#NONE} for a
   * tokenizer that was read from one file.
   */
  public TokenizerConfig config() {
    return config;
  }

  /** The same tokenizer with another answer to {@link #config}. */
  public Tokenizer withConfig(TokenizerConfig other) {
    return new Tokenizer(parts, scratch, other);
  }

  /** The kind of its model: BPE, WordPiece, WordLevel, Unigram or SentencePiece. */
  public String model() {
    return switch (parts.model) {
      case Bpe _ -> "BPE";
      case WordPiece _ -> "WordPiece";
      case WordLevel _ -> "WordLevel";
      case Unigram _ -> "Unigram";
      case SentencePiece _ -> "SentencePiece";
    };
  }

  /** The added tokens, special ones among them, in order. */
  public List<AddedToken> addedTokens() {
    return parts.added.tokens();
  }

  /** Number of different tokens, added ones included. Ids may go beyond it where there are gaps. */
  public int vocabSize() {
    Vocabulary vocabulary = parts.model.vocabulary();
    int size = vocabulary.size();
    for (AddedToken token : parts.added.tokens()) {
      if (vocabulary.find(token.content()) < 0) {
        size++;
      }
    }
    return size;
  }

  /** The id of a token. */
  public OptionalInt id(String token) {
    AddedToken added = parts.added.find(token);
    int id = added != null ? added.id() : parts.model.vocabulary().find(token);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** How the token of an id reads in the vocabulary; empty for an id that no token has. */
  public Optional<String> token(int id) {
    return Optional.ofNullable(text(id));
  }

  /** The same, or null. */
  @Nullable String text(int id) {
    String added = parts.added.token(id);
    return added != null ? added : parts.model.vocabulary().token(id);
  }

  /** Whether an id is of a special token: control, not text. */
  public boolean isSpecial(int id) {
    return parts.model.isControl(id) || token(id).filter(parts.added::isSpecial).isPresent();
  }

  /**
   * What a token contributes to text, in bytes: what stop strings are matched against. Bytes of
   * several tokens may make one character. Nothing for an id that no token has.
   */
  public byte[] bytes(int id) {
    return token(id).map(token -> TokenBytes.of(token, parts.decoder)).orElse(new byte[0]);
  }

  /** Encodes a text with {@link EncodeOptions#DEFAULT}. */
  public Encoding encode(String text) {
    return encode(TextInput.of(text), EncodeOptions.DEFAULT);
  }

  /** Encodes a text. */
  public Encoding encode(String text, EncodeOptions options) {
    return encode(TextInput.of(text), options);
  }

  /** Encodes two texts, for models that look at both. */
  public Encoding encode(String first, String second, EncodeOptions options) {
    return encode(TextInput.of(first, second), options);
  }

  /**
   * Encodes a text or two.
   *
   * @throws BadArgumentException when truncation cannot do what it is asked to, or special tokens
   *     stand in the text and are forbidden
   */
  public Encoding encode(TextInput input, EncodeOptions options) {
    Scratch arrays = scratch.take();
    try {
      Rough rough = rough(input, options, arrays.tokens, arrays);
      if (parts.padding != null) {
        rough.draft.pad(parts.padding.target(rough.draft.length()), parts.padding);
      }
      return rough.draft.build(this, rough.cut);
    } finally {
      scratch.give(arrays);
    }
  }

  /** Encodes many inputs on all cores; padded to one length when the tokenizer pads. */
  public List<Encoding> encodeBatch(List<TextInput> inputs, EncodeOptions options) {
    var encodings = new Encoding[inputs.size()];
    if (parts.padding == null || parts.padding.length() > 0) {
      inParallel(encodings.length, i -> encodings[i] = encode(inputs.get(i), options));
      return List.of(encodings);
    }
    var drafts = new Rough[encodings.length];
    inParallel(drafts.length, i -> drafts[i] = kept(inputs.get(i), options));
    int longest = Arrays.stream(drafts).mapToInt(rough -> rough.draft.length()).max().orElse(0);
    int target = parts.padding.target(longest);
    inParallel(
        drafts.length,
        i -> {
          drafts[i].draft.pad(target, parts.padding);
          encodings[i] = drafts[i].draft.build(this, drafts[i].cut);
        });
    return List.of(encodings);
  }

  /**
   * Does 0 to {@code n} on all cores: each takes the next few when it is done with those before, so
   * that they end together however long a text takes. A parallel stream over the texts themselves
   * deals out quarters.
   */
  private static void inParallel(int n, IntConsumer work) {
    int threads = ForkJoinPool.getCommonPoolParallelism() + 1;
    int few = Math.clamp(n / (threads * 64L), 1, 64);
    var next = new AtomicInteger();
    IntStream.range(0, Math.min(threads, (n + few - 1) / few))
        .parallel()
        .forEach(_ -> {
          for (int from; (from = next.getAndAdd(few)) < n; ) {
            for (int i = from; i < Math.min(n, from + few); i++) {
              work.accept(i);
            }
          }
        });
  }

  /** The ids of a text with {@link EncodeOptions#DEFAULT}. */
  public int[] ids(String text) {
    return ids(text, EncodeOptions.DEFAULT);
  }

  /**
   * The ids that {@link #encode(String, EncodeOptions)} gives, at less cost: nothing else is made.
   */
  public int[] ids(String text, EncodeOptions options) {
    if (parts.truncation != null || parts.padding != null) {
      return encode(text, options).ids();
    }
    Scratch arrays = scratch.take();
    try {
      Tokens tokens = arrays.ids;
      tokens.clear();
      encode(text, -1, tokens, options, Integer.MAX_VALUE, false, arrays);
      return parts.postProcessor == null
          ? Arrays.copyOf(tokens.ids, tokens.count)
          : frame(options.addSpecialTokens()).around(tokens);
    } finally {
      scratch.give(arrays);
    }
  }

  /** What the post-processor makes of a single text: its ids, with -1 where the text stands. */
  private record Frame(int[] ids) {
    int[] around(Tokens tokens) {
      int length = 0;
      for (int id : ids) {
        length += id < 0 ? tokens.count : 1;
      }
      var all = new int[length];
      int at = 0;
      for (int id : ids) {
        if (id < 0) {
          System.arraycopy(tokens.ids, 0, all, at, tokens.count);
          at += tokens.count;
        } else {
          all[at++] = id;
        }
      }
      return all;
    }
  }

  private Frame frame(boolean addSpecial) {
    int slot = addSpecial ? 1 : 0;
    Frame known = frames[slot];
    if (known == null) {
      var text = new Tokens(false);
      text.add(-1, 0, 0);
      List<Draft> texts = List.of(Draft.of(text, 0, 1, 0));
      known =
          new Frame(postProcess(texts, EncodeOptions.DEFAULT.withSpecialTokens(addSpecial)).ids());
      frames[slot] = known;
    }
    return known;
  }

  /** The ids of many texts, on all cores. */
  public List<int[]> idsBatch(List<String> texts, EncodeOptions options) {
    if (parts.padding != null) {
      var inputs = texts.stream().map(TextInput::of).toList();
      return encodeBatch(inputs, options).stream().map(Encoding::ids).toList();
    }
    var ids = new int[texts.size()][];
    inParallel(ids.length, i -> ids[i] = ids(texts.get(i), options));
    return List.of(ids);
  }

  /** An encoding before padding, and whether its texts were cut. */
  private record Rough(Draft draft, boolean cut) {}

  /** One whose tokens are its own. */
  private Rough kept(TextInput input, EncodeOptions options) {
    Scratch arrays = scratch.take();
    try {
      return rough(input, options, new Tokens[] {new Tokens(true), new Tokens(true)}, arrays);
    } finally {
      scratch.give(arrays);
    }
  }

  private Rough rough(TextInput input, EncodeOptions options, Tokens[] out, Scratch arrays) {
    var texts = new ArrayList<Draft>(2);
    boolean cut = false;
    int length = 0;
    boolean fromEnd = parts.truncation != null && parts.truncation.direction() == Direction.LEFT;
    for (int i = 0; i < (input.second().isPresent() ? 2 : 1); i++) {
      List<String> words = i == 0 ? input.first() : input.second().get();
      Tokens tokens = out[i];
      tokens.clear();
      int stop = stopAfter(i);
      for (int word = 0; word < words.size(); word++) {
        int index = input.words() ? word : -1;
        cut |= encode(words.get(word), index, tokens, options, stop, fromEnd, arrays);
      }
      texts.add(Draft.of(tokens, 0, tokens.count, i));
      length += tokens.count;
    }
    truncate(texts, options);
    for (Draft text : texts) {
      length -= text.length();
    }
    return new Rough(postProcess(texts, options), cut || length > 0);
  }

  /**
   * With truncation the reference stops a text once it has as many tokens as are wanted; not the
   * first of two when only the second is cut.
   */
  private int stopAfter(int text) {
    Truncation truncation = parts.truncation;
    if (truncation == null
        || text == 0 && truncation.strategy() == Truncation.Strategy.ONLY_SECOND) {
      return Integer.MAX_VALUE;
    }
    return truncation.maxLength();
  }

  private Draft postProcess(List<Draft> texts, EncodeOptions options) {
    List<Draft> pieces = texts;
    if (parts.postProcessor != null) {
      for (int i = 0; i < texts.size(); i++) {
        Draft text = texts.get(i);
        text.sequence(i);
        int sequence = i;
        text.overflow().forEach(rest -> rest.sequence(sequence));
        text.types(i);
      }
      pieces = parts.postProcessor.process(texts, options.addSpecialTokens());
    } else if (texts.size() > 1) {
      for (int i = 0; i < texts.size(); i++) {
        texts.get(i).sequence(i);
      }
    }
    if (pieces.size() == 1) {
      return pieces.get(0);
    }
    var whole = Draft.special(new int[0], List.of(), 0);
    pieces.forEach(whole::merge);
    return whole;
  }

  private void truncate(List<Draft> texts, EncodeOptions options) {
    if (parts.truncation != null) {
      int added =
          options.addSpecialTokens() && parts.postProcessor != null
              ? parts.postProcessor.added(texts.size() == 2)
              : 0;
      Truncator.truncate(texts, parts.truncation, added);
    }
  }

  /**
   * One text; {@code word} is its index among pre-split words, or -1. Returns whether it stopped.
   */
  private boolean encode(
      String text,
      int word,
      Tokens out,
      EncodeOptions options,
      int stop,
      boolean fromEnd,
      Scratch arrays) {
    int first = out.count;
    boolean backwards = fromEnd && stop != Integer.MAX_VALUE;
    var run = new EncodingRun(this, out, arrays, word, backwards ? Integer.MAX_VALUE : stop);
    if (backwards) {
      run.skip = skipped(text, options, stop, arrays);
    }
    run.encode(Text.of(text, arrays), options.specialTokens());
    out.countPoints(text, first);
    return run.stopped || run.skip > 0;
  }

  /** How many pieces at the beginning are not needed for {@code stop} tokens at the end. */
  private int skipped(String text, EncodeOptions options, int stop, Scratch arrays) {
    var all = new Tokens(true);
    var run = new EncodingRun(this, all, arrays, -1, Integer.MAX_VALUE);
    run.encode(Text.of(text, arrays), options.specialTokens());
    if (all.count < stop || run.piece == 0) {
      return 0;
    }
    return stop == 0 ? run.piece - 1 : all.words[all.count - stop];
  }

  private static @Nullable PreTokenizer last(@Nullable PreTokenizer preTokenizer) {
    return preTokenizer instanceof PreTokenizer.Sequence(List<PreTokenizer> all)
        ? all.isEmpty() ? null : last(all.get(all.size() - 1))
        : preTokenizer;
  }

  /** How each piece of a text becomes tokens; nothing is added, padded or cut. */
  public List<Explanation> explain(String text) {
    var explanations = new ArrayList<Explanation>();
    Scratch arrays = scratch.take();
    try {
      var run = new EncodingRun(this, new Tokens(true), arrays, -1, Integer.MAX_VALUE);
      run.explanations = explanations;
      run.encode(Text.of(text), EncodeOptions.SpecialTokens.ALLOWED);
    } finally {
      scratch.give(arrays);
    }
    return explanations;
  }

  /** The text of ids, special tokens included. Ids that no token has are passed over. */
  public String decode(int[] ids) {
    return decode(ids, false);
  }

  /** The text of ids, with or without special tokens. Ids that no token has are passed over. */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    var tokens = new ArrayList<String>(ids.length);
    for (int id : ids) {
      String added = parts.added.spelling(id);
      String token = added != null ? added : parts.model.vocabulary().token(id);
      boolean skip =
          skipSpecialTokens
              && token != null
              && (parts.added.isSpecial(token) || parts.model.isControl(id));
      if (token != null && !skip) {
        tokens.add(token);
      }
    }
    return parts.decoder == null
        ? String.join(" ", tokens)
        : String.join("", parts.decoder.decode(tokens));
  }

  /**
   * Decodes ids one by one as they come. Where {@link #decode} takes blanks before punctuation away
   * ({@code clean_up_tokenization_spaces}), a stream leaves them: it takes nothing back.
   */
  public TextStream stream(boolean skipSpecialTokens) {
    Decoder plain = Decoder.untidied(parts.decoder);
    if (Objects.equals(plain, parts.decoder)) {
      return new TextStream(this, skipSpecialTokens);
    }
    return new TextStream(new Tokenizer(parts.with(plain), scratch, config), skipSpecialTokens);
  }

  Blanks blanks() {
    Blanks known = blanks;
    if (known == null) {
      int limit = parts.model.vocabulary().idLimit();
      for (AddedToken token : parts.added.tokens()) {
        limit = Math.max(limit, token.id() + 1);
      }
      known = new Blanks(this, limit);
      blanks = known;
    }
    return known;
  }
}
