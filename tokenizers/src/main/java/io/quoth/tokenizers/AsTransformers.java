package io.quoth.tokenizers;

import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds a tokenizer as the reference's AutoTokenizer does: where the files name a class that has
 * a pipeline of its own, only vocabulary, merges, post-processor and character map of
 * tokenizer.json count; normalizer, pre-tokenizer, decoder and the model's options come from the
 * class. So some models give other ids than their tokenizer.json.
 *
 * <p>Follows the constructors in {@code models/…/tokenization_….py} and {@code
 * tokenization_utils_tokenizers.py} of transformers 5.18.
 */
final class AsTransformers {
  private final ModelFolder folder;
  private final TokenizerConfigFiles files;
  private final @Nullable Json config;
  private final Tokenizer.Parts file;

  private AsTransformers(ModelFolder folder, Tokenizer tokenizer) {
    this.folder = folder;
    this.files = TokenizerConfigFiles.read(folder);
    this.config =
        folder.has(TokenizerConfigFiles.CONFIG) ? folder.json(TokenizerConfigFiles.CONFIG) : null;
    this.file = tokenizer.parts();
  }

  static Tokenizer load(ModelFolder folder) {
    Tokenizer tokenizer = Tokenizer.load(folder);
    if (!folder.has("tokenizer.json")) {
      throw new UnsupportedModelException(
          folder.location()
              + ": only a tokenizer.json can be read the way transformers does; the folder has"
              + " none");
    }
    return new AsTransformers(folder, tokenizer).rebuild();
  }

  private Tokenizer rebuild() {
    String name = files.config().tokenizerClass().orElse("TokenizersBackend");
    boolean asItStands = TransformersClass.isAsItStands(name) || isWronglyNamed();
    Pipeline pipeline =
        asItStands
            ? new Pipeline(file.normalizer(), file.preTokenizer(), file.model(), file.decoder())
            : pipeline(name);
    PostProcessor post =
        file.postProcessor() != null
            ? file.postProcessor()
            : PostProcessor.Template.around(-1, "", -1, "");
    var added =
        new AddedTokens(
            AddedTokens.number(added(asItStands), pipeline.model.vocabulary()),
            pipeline.normalizer);
    return new Tokenizer(
            new Tokenizer.Parts(
                pipeline.normalizer,
                pipeline.preTokenizer,
                pipeline.model,
                added,
                post,
                decoder(pipeline),
                null,
                null))
        .withConfig(files.config());
  }

  private boolean isWronglyNamed() {
    return folder.has("config.json")
        && folder
            .json("config.json")
            .find("model_type")
            .map(type -> TransformersClass.isWronglyNamed(type.asString()))
            .orElse(false);
  }

  /** What a class decides. */
  private record Pipeline(
      @Nullable Normalizer normalizer,
      @Nullable PreTokenizer preTokenizer,
      Model model,
      @Nullable Decoder decoder) {}

  /** With the tidying of blanks that the files ask for; byte-pair encoding is left alone. */
  private @Nullable Decoder decoder(Pipeline pipeline) {
    return pipeline.decoder == null
            || pipeline.model instanceof Bpe
            || !flag("clean_up_tokenization_spaces", false)
        ? pipeline.decoder
        : Decoder.tidied(pipeline.decoder);
  }

  private Pipeline pipeline(String name) {
    return switch (name) {
      case "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer" -> bert(false);
      case "MPNetTokenizer" -> bert(true);
      case "GPT2Tokenizer",
          "RobertaTokenizer",
          "BartTokenizer",
          "CodeGenTokenizer",
          "WhisperTokenizer" ->
          byteLevel(null);
      case "GPTNeoXTokenizer" -> byteLevel(new Normalizer.Form(UnicodeForm.NFC));
      case "Qwen2Tokenizer" -> qwen();
      case "CLIPTokenizer" -> clip();
      case "LlamaTokenizer" -> llama();
      case "GemmaTokenizer" -> gemma();
      case "T5Tokenizer" -> t5();
      case "XLMRobertaTokenizer" -> xlmRoberta();
      case "PegasusTokenizer" -> pegasus();
      case "AlbertTokenizer" -> albert();
      case "DebertaV2Tokenizer" -> debertaV2();
      default ->
          throw new UnsupportedModelException(
              folder.location()
                  + ": the files name the class "
                  + name
                  + ", and how transformers rebuilds it is not known here; known are "
                  + TransformersClass.names()
                  + ". Without the option the tokenizer.json counts as it stands");
    };
  }

  private Pipeline bert(boolean lowercase) {
    return new Pipeline(
        new Normalizer.Bert(
            true,
            flag("tokenize_chinese_chars", true),
            config == null ? null : config.find("strip_accents").map(Json::asBoolean).orElse(null),
            flag("do_lower_case", lowercase)),
        new PreTokenizer.Bert(),
        new WordPiece(words().vocabulary(), unknownToken(), "##", 100),
        new Decoder.WordPiece("##", true));
  }

  private Pipeline byteLevel(@Nullable Normalizer normalizer) {
    return new Pipeline(
        normalizer,
        new PreTokenizer.ByteLevel(flag("add_prefix_space", false), true, true),
        pairs().withOptions(Bpe.Options.PLAIN),
        new Decoder.ByteLevel());
  }

  private Pipeline qwen() {
    return new Pipeline(
        new Normalizer.Form(UnicodeForm.NFC),
        new PreTokenizer.Sequence(
            List.of(
                new PreTokenizer.Split(
                    Matches.Regex.of(Scanner.QWEN2), SplitBehavior.ISOLATED, false),
                new PreTokenizer.ByteLevel(flag("add_prefix_space", false), true, false))),
        pairs().withOptions(Bpe.Options.PLAIN),
        new Decoder.ByteLevel());
  }

  private Pipeline clip() {
    var pattern =
        Matches.Regex.of(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]"
                + "|[^\\s\\p{L}\\p{N}]+");
    return new Pipeline(
        new Normalizer.Sequence(
            List.of(
                new Normalizer.Form(UnicodeForm.NFC),
                new Normalizer.Replace(Matches.Regex.of("\\s+"), " "),
                new Normalizer.Lowercase())),
        new PreTokenizer.Sequence(
            List.of(
                new PreTokenizer.Split(pattern, SplitBehavior.REMOVED, true),
                new PreTokenizer.ByteLevel(false, true, true))),
        pairs().withOptions(new Bpe.Options(0, unknownToken(), "", "</w>", false, false, false)),
        // The class turns the ends of words into blanks once all is decoded.
        new Decoder.Sequence(
            List.of(
                new Decoder.ByteLevel(),
                new Decoder.Replace(new Matches.Literal("</w>"), " "),
                new Decoder.Strip(' ', Integer.MAX_VALUE, Integer.MAX_VALUE))));
  }

  private Pipeline llama() {
    boolean prefix = flag("add_prefix_space", true);
    var scheme =
        !prefix
            ? PreTokenizer.PrependScheme.NEVER
            : flag("legacy", false)
                ? PreTokenizer.PrependScheme.ALWAYS
                : PreTokenizer.PrependScheme.FIRST;
    return new Pipeline(
        null,
        new PreTokenizer.Metaspace(SentencePiece.MARK, scheme, false),
        pairs().withOptions(new Bpe.Options(0, null, "", "", true, true, false)),
        marksToBlanks(prefix));
  }

  private Pipeline gemma() {
    return new Pipeline(
        new Normalizer.Replace(new Matches.Literal(" "), String.valueOf(SentencePiece.MARK)),
        new PreTokenizer.Split(new Matches.Literal(" "), SplitBehavior.MERGED_WITH_PREVIOUS, false),
        pairs().withOptions(new Bpe.Options(0, unknownToken(), "", "", true, true, false)),
        marksToBlanks(false));
  }

  private static Decoder marksToBlanks(boolean prefix) {
    var parts = new ArrayList<Decoder>();
    parts.add(new Decoder.Replace(new Matches.Literal(String.valueOf(SentencePiece.MARK)), " "));
    parts.add(new Decoder.ByteFallback());
    parts.add(new Decoder.Fuse());
    if (prefix) {
      parts.add(new Decoder.Strip(' ', 1, 0));
    }
    return new Decoder.Sequence(parts);
  }

  private Pipeline t5() {
    return pieces(charsMap(), true, PreTokenizer.PrependScheme.ALWAYS, 2);
  }

  private Pipeline xlmRoberta() {
    return pieces(charsMap(), true, alwaysOrNever(), 3);
  }

  private Pipeline pegasus() {
    Normalizer map = charsMap();
    var blanks = new Normalizer.Replace(Matches.Regex.of(" {2,}"), " ");
    var first = map != null ? map : new Normalizer.Replace(Matches.Regex.of("\\n"), " ");
    return pieces(
        new Normalizer.Sequence(List.of(first, blanks)),
        false,
        PreTokenizer.PrependScheme.ALWAYS,
        unigram().vocabulary().find(unknownToken()));
  }

  private Pipeline albert() {
    var normalizers = new ArrayList<Normalizer>();
    normalizers.add(new Normalizer.Replace(new Matches.Literal("``"), "\""));
    normalizers.add(new Normalizer.Replace(new Matches.Literal("''"), "\""));
    if (!flag("keep_accents", false)) {
      normalizers.add(new Normalizer.Form(UnicodeForm.NFKD));
      normalizers.add(new Normalizer.StripAccents());
    }
    if (flag("do_lower_case", true)) {
      normalizers.add(new Normalizer.Lowercase());
    }
    Normalizer map = charsMap();
    if (map != null) {
      normalizers.add(map);
    }
    return pieces(new Normalizer.Sequence(normalizers), true, alwaysOrNever(), 1);
  }

  private Pipeline debertaV2() {
    var normalizers = new ArrayList<Normalizer>();
    if (flag("do_lower_case", false)) {
      normalizers.add(new Normalizer.Lowercase());
    }
    normalizers.add(new Normalizer.Replace(Matches.Regex.of("\\s{2,}|[\\n\\r\\t]"), " "));
    normalizers.add(new Normalizer.Form(UnicodeForm.NFC));
    normalizers.add(new Normalizer.Strip(false, true));
    var cuts = new ArrayList<PreTokenizer>();
    if (flag("split_by_punct", false)) {
      cuts.add(new PreTokenizer.Punctuation(SplitBehavior.ISOLATED));
    }
    var scheme =
        flag("add_prefix_space", true)
            ? PreTokenizer.PrependScheme.ALWAYS
            : PreTokenizer.PrependScheme.FIRST;
    cuts.add(new PreTokenizer.Metaspace(SentencePiece.MARK, scheme, true));
    int unknown = unigram().vocabulary().find(unknownToken());
    return new Pipeline(
        new Normalizer.Sequence(normalizers),
        new PreTokenizer.Sequence(cuts),
        unigram(unknown < 0 ? 1 : unknown),
        new Decoder.Metaspace(SentencePiece.MARK, scheme));
  }

  private PreTokenizer.PrependScheme alwaysOrNever() {
    return flag("add_prefix_space", true)
        ? PreTokenizer.PrependScheme.ALWAYS
        : PreTokenizer.PrependScheme.NEVER;
  }

  private Pipeline pieces(
      @Nullable Normalizer normalizer,
      boolean splitsBlanks,
      PreTokenizer.PrependScheme scheme,
      int unknown) {
    var marks = new PreTokenizer.Metaspace(SentencePiece.MARK, scheme, true);
    return new Pipeline(
        normalizer,
        splitsBlanks
            ? new PreTokenizer.Sequence(List.of(new PreTokenizer.WhitespaceSplit(), marks))
            : marks,
        unigram(unknown),
        new Decoder.Metaspace(SentencePiece.MARK, scheme));
  }

  /** The first character map of tokenizer.json. */
  private @Nullable Normalizer charsMap() {
    List<Normalizer> all =
        file.normalizer() instanceof Normalizer.Sequence(List<Normalizer> parts)
            ? parts
            : file.normalizer() == null ? List.of() : List.of(file.normalizer());
    return all.stream().filter(Normalizer.Precompiled.class::isInstance).findFirst().orElse(null);
  }

  private boolean flag(String key, boolean otherwise) {
    return config == null ? otherwise : config.getBoolean(key, otherwise);
  }

  private String unknownToken() {
    return files.config().specialTokens().unk().orElse("None");
  }

  private Bpe pairs() {
    if (file.model() instanceof Bpe bpe) {
      return bpe;
    }
    throw wrongModel("BPE");
  }

  private WordPiece words() {
    if (file.model() instanceof WordPiece words) {
      return words;
    }
    throw wrongModel("WordPiece");
  }

  private Unigram unigram() {
    if (file.model() instanceof Unigram unigram) {
      return unigram;
    }
    throw wrongModel("Unigram");
  }

  private Unigram unigram(int unknown) {
    Unigram own = unigram();
    if (unknown < 0 || unknown >= own.scores().length) {
      throw new UnsupportedModelException(
          folder.location()
              + ": the unknown token of the class "
              + files.config().tokenizerClass().orElse("")
              + " is not in the vocabulary of tokenizer.json");
    }
    return new Unigram(own.vocabulary(), own.scores(), unknown, false);
  }

  private UnsupportedModelException wrongModel(String wanted) {
    return new UnsupportedModelException(
        folder.location()
            + ": the files name the class "
            + files.config().tokenizerClass().orElse("")
            + ", which needs a "
            + wanted
            + " model; tokenizer.json has another. Without the option it counts as it stands");
  }

  /**
   * The added tokens in the order in which the reference adds them: those of tokenizer.json where
   * it counts as it stands; those of the files by id; then special tokens that are still missing;
   * at last the special ones again, which makes them special.
   */
  private List<AddedToken> added(boolean asItStands) {
    var described = new TreeMap<Integer, AddedToken>();
    files.added().forEach(token -> described.put(token.id(), token));
    if (config == null || !config.has("added_tokens_decoder")) {
      file.added().tokens().forEach(token -> described.put(token.id(), token));
    }
    var byContent = new LinkedHashMap<String, AddedToken>(files.flags());
    described.values().forEach(token -> byContent.put(token.content(), token));
    var tokens = new LinkedHashMap<String, AddedToken>();
    if (asItStands) {
      file.added().tokens().forEach(token -> tokens.put(token.content(), token));
    }
    described.values().forEach(token -> tokens.put(token.content(), token));
    for (String special : named()) {
      AddedToken flags = byContent.get(special);
      tokens.put(
          special, flags == null ? AddedToken.special(-1, special) : flags.withSpecial(true));
    }
    return new ArrayList<>(tokens.values());
  }

  private List<String> named() {
    SpecialTokens tokens = files.config().specialTokens();
    var named = new ArrayList<String>();
    for (Optional<String> one :
        List.of(
            tokens.bos(),
            tokens.eos(),
            tokens.unk(),
            tokens.sep(),
            tokens.pad(),
            tokens.cls(),
            tokens.mask())) {
      one.ifPresent(named::add);
    }
    named.addAll(tokens.others().values());
    named.addAll(tokens.additional());
    return named;
  }
}
