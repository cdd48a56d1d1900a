package io.quoth.tokenizers;

import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a tokenizer as tokenizer.json, the fields in the order in which the reference writes them.
 */
final class TokenizerJsonWriter {
  private TokenizerJsonWriter() {}

  static String write(Tokenizer.Parts tokenizer) {
    Tokenizer.Parts parts = SentencePieceJson.parts(tokenizer);
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("version", "1.0");
    json.put("truncation", truncation(parts.truncation()));
    json.put("padding", padding(parts.padding()));
    var added = new ArrayList<Object>();
    for (AddedToken token : parts.added().tokens()) {
      added.add(
          map(
              "id", token.id(),
              "content", token.content(),
              "single_word", token.singleWord(),
              "lstrip", token.lstrip(),
              "rstrip", token.rstrip(),
              "normalized", token.normalized(),
              "special", token.special()));
    }
    json.put("added_tokens", added);
    json.put("normalizer", parts.normalizer() == null ? null : normalizer(parts.normalizer()));
    json.put(
        "pre_tokenizer", parts.preTokenizer() == null ? null : preTokenizer(parts.preTokenizer()));
    json.put(
        "post_processor",
        parts.postProcessor() == null ? null : postProcessor(parts.postProcessor()));
    json.put("decoder", parts.decoder() == null ? null : decoder(parts.decoder()));
    json.put("model", model(parts.model(), outOfTurn(parts)));
    return Json.writePretty(json);
  }

  /** Keys and values in turn. */
  private static Map<String, @Nullable Object> map(@Nullable Object... keysAndValues) {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return map;
  }

  private static Map<String, @Nullable Object> type(String name, @Nullable Object... more) {
    var map = map("type", name);
    map.putAll(map(more));
    return map;
  }

  private static @Nullable Object truncation(@Nullable Truncation truncation) {
    return truncation == null
        ? null
        : map(
            "direction", direction(truncation.direction()),
            "max_length", truncation.maxLength(),
            "strategy",
                switch (truncation.strategy()) {
                  case LONGEST_FIRST -> "LongestFirst";
                  case ONLY_FIRST -> "OnlyFirst";
                  case ONLY_SECOND -> "OnlySecond";
                },
            "stride", truncation.stride());
  }

  private static @Nullable Object padding(@Nullable Padding padding) {
    return padding == null
        ? null
        : map(
            "strategy", padding.length() == 0 ? "BatchLongest" : map("Fixed", padding.length()),
            "direction", direction(padding.direction()),
            "pad_to_multiple_of", padding.multipleOf() == 0 ? null : padding.multipleOf(),
            "pad_id", padding.padId(),
            "pad_type_id", padding.padTypeId(),
            "pad_token", padding.padToken());
  }

  private static String direction(Direction direction) {
    return direction == Direction.LEFT ? "Left" : "Right";
  }

  private static Object pattern(Matches matches) {
    return switch (matches) {
      case Matches.Literal(String text) -> map("String", text);
      case Matches.Regex regex ->
          map(
              "Regex",
              regex.scanner() == Scanner.CL100K ? Scanner.CL100K_ONIGURUMA : regex.source());
      case Matches.Characters _ -> throw new AssertionError("has its own component");
    };
  }

  private static Object normalizer(Normalizer normalizer) {
    return switch (normalizer) {
      case Normalizer.Sequence(List<Normalizer> all) ->
          type(
              "Sequence",
              "normalizers",
              all.stream().map(TokenizerJsonWriter::normalizer).toList());
      case Normalizer.Bert bert ->
          type(
              "BertNormalizer",
              "clean_text",
              bert.cleanText(),
              "handle_chinese_chars",
              bert.handleChineseChars(),
              "strip_accents",
              bert.stripAccents(),
              "lowercase",
              bert.lowercase());
      case Normalizer.Form(UnicodeForm form) -> type(form.name());
      case Normalizer.Lowercase _ -> type("Lowercase");
      case Normalizer.StripAccents _ -> type("StripAccents");
      case Normalizer.Nmt _ -> type("Nmt");
      case Normalizer.ByteLevel _ -> type("ByteLevel");
      case Normalizer.Strip(boolean left, boolean right) ->
          type("Strip", "strip_left", left, "strip_right", right);
      case Normalizer.Replace(Matches matches, String content) ->
          type("Replace", "pattern", pattern(matches), "content", content);
      case Normalizer.Prepend(String text) -> type("Prepend", "prepend", text);
      case Normalizer.Precompiled(CharsMap map) ->
          type(
              "Precompiled",
              "precompiled_charsmap",
              Base64.getEncoder().encodeToString(map.blob()));
      case Normalizer.SentencePiece _ -> throw new AssertionError("said by others");
    };
  }

  private static Object preTokenizer(PreTokenizer preTokenizer) {
    return switch (preTokenizer) {
      case PreTokenizer.Sequence(List<PreTokenizer> all) ->
          type(
              "Sequence",
              "pretokenizers",
              all.stream().map(TokenizerJsonWriter::preTokenizer).toList());
      case PreTokenizer.Bert _ -> type("BertPreTokenizer");
      case PreTokenizer.ByteLevel b -> byteLevel(b.addPrefixSpace(), b.trimOffsets(), b.useRegex());
      case PreTokenizer.Whitespace _ -> type("Whitespace");
      case PreTokenizer.WhitespaceSplit _ -> type("WhitespaceSplit");
      case PreTokenizer.UnicodeScripts _ -> type("UnicodeScripts");
      case PreTokenizer.CharDelimiterSplit(int delimiter) ->
          type("CharDelimiterSplit", "delimiter", Character.toString(delimiter));
      case PreTokenizer.Digits(boolean individual) ->
          type("Digits", "individual_digits", individual);
      case PreTokenizer.Punctuation(SplitBehavior behavior) ->
          type("Punctuation", "behavior", behavior.spelling);
      case PreTokenizer.Metaspace m -> metaspace(m.replacement(), m.prependScheme(), m.split());
      case PreTokenizer.Split(Matches matches, SplitBehavior behavior, boolean invert) ->
          type(
              "Split",
              "pattern",
              pattern(matches),
              "behavior",
              behavior.spelling,
              "invert",
              invert);
      case PreTokenizer.FixedLength(int length) -> type("FixedLength", "length", length);
    };
  }

  private static Object byteLevel(boolean prefix, boolean trim, boolean regex) {
    return type("ByteLevel", "add_prefix_space", prefix, "trim_offsets", trim, "use_regex", regex);
  }

  private static Object metaspace(
      char replacement, PreTokenizer.PrependScheme scheme, boolean split) {
    return type(
        "Metaspace",
        "replacement",
        String.valueOf(replacement),
        "prepend_scheme",
        scheme.spelling,
        "split",
        split);
  }

  private static Object postProcessor(PostProcessor processor) {
    return switch (processor) {
      case PostProcessor.Sequence(List<PostProcessor> all) ->
          type(
              "Sequence",
              "processors",
              all.stream().map(TokenizerJsonWriter::postProcessor).toList());
      case PostProcessor.Bert(String sep, int sepId, String cls, int clsId) ->
          type("BertProcessing", "sep", List.of(sep, sepId), "cls", List.of(cls, clsId));
      case PostProcessor.Roberta r ->
          type(
              "RobertaProcessing",
              "sep",
              List.of(r.sep(), r.sepId()),
              "cls",
              List.of(r.cls(), r.clsId()),
              "trim_offsets",
              r.trimOffsets(),
              "add_prefix_space",
              r.addPrefixSpace());
      case PostProcessor.ByteLevel b ->
          byteLevel(b.addPrefixSpace(), b.trimOffsets(), b.useRegex());
      case PostProcessor.Template t -> {
        var specials = new java.util.TreeMap<String, Object>();
        t.specials()
            .forEach((name, special) ->
                specials.put(
                    name, map("id", name, "ids", special.ids(), "tokens", special.tokens())));
        yield type(
            "TemplateProcessing",
            "single",
            pieces(t.single()),
            "pair",
            pieces(t.pair()),
            "special_tokens",
            specials);
      }
    };
  }

  private static List<Object> pieces(List<PostProcessor.Piece> pieces) {
    var out = new ArrayList<Object>();
    for (PostProcessor.Piece piece : pieces) {
      out.add(
          switch (piece) {
            case PostProcessor.Piece.Text(int sequence, int type) ->
                map("Sequence", map("id", sequence == 0 ? "A" : "B", "type_id", type));
            case PostProcessor.Piece.Name(String name, int type) ->
                map("SpecialToken", map("id", name, "type_id", type));
          });
    }
    return out;
  }

  private static Object decoder(Decoder decoder) {
    return switch (decoder) {
      case Decoder.Sequence(List<Decoder> all) ->
          type("Sequence", "decoders", all.stream().map(TokenizerJsonWriter::decoder).toList());
      case Decoder.BpeSuffix(String suffix) -> type("BPEDecoder", "suffix", suffix);
      case Decoder.ByteLevel _ -> byteLevel(true, true, true);
      case Decoder.ByteFallback _ -> type("ByteFallback");
      case Decoder.Fuse _ -> type("Fuse");
      case Decoder.Strip(int content, int start, int stop) ->
          type("Strip", "content", Character.toString(content), "start", start, "stop", stop);
      case Decoder.Metaspace(char mark, PreTokenizer.PrependScheme scheme) ->
          metaspace(mark, scheme, true);
      case Decoder.Ctc(String pad, String delimiter, boolean cleanup) ->
          type("CTC", "pad_token", pad, "word_delimiter_token", delimiter, "cleanup", cleanup);
      case Decoder.WordPiece(String prefix, boolean cleanup) ->
          type("WordPiece", "prefix", prefix, "cleanup", cleanup);
      case Decoder.Replace(Matches matches, String content) ->
          type("Replace", "pattern", pattern(matches), "content", content);
      case Decoder.SentencePiece _ -> throw new AssertionError("said by others");
    };
  }

  /**
   * Added tokens whose ids are not those that a reader would count out for them; such a token must
   * stand in the model's vocabulary, which decides. None where the counting gives the same.
   */
  private static List<AddedToken> outOfTurn(Tokenizer.Parts parts) {
    List<AddedToken> tokens = parts.added().tokens();
    if (AddedTokens.number(tokens, parts.model().vocabulary()).equals(tokens)) {
      return List.of();
    }
    if (parts.model() instanceof Unigram) {
      throw new UnsupportedModelException(
          "the added tokens have ids with gaps, which a tokenizer.json of a unigram model cannot"
              + " say");
    }
    return tokens;
  }

  private static Object model(Model model, List<AddedToken> more) {
    return switch (model) {
      case Bpe bpe -> {
        Bpe.Options o = bpe.options();
        yield type(
            "BPE",
            "dropout",
            o.dropout() == 0 ? null : o.dropout(),
            "unk_token",
            o.unknownToken(),
            "continuing_subword_prefix",
            o.prefix().isEmpty() ? null : o.prefix(),
            "end_of_word_suffix",
            o.suffix().isEmpty() ? null : o.suffix(),
            "fuse_unk",
            o.fuseUnknown(),
            "byte_fallback",
            o.byteFallback(),
            "ignore_merges",
            o.ignoreMerges(),
            "vocab",
            vocabulary(bpe.vocabulary(), more),
            "merges",
            bpe.mergeList());
      }
      case WordPiece words ->
          type(
              "WordPiece",
              "unk_token",
              words.unknownToken(),
              "continuing_subword_prefix",
              words.prefix(),
              "max_input_chars_per_word",
              words.maxCharacters(),
              "vocab",
              vocabulary(words.vocabulary(), more));
      case WordLevel(Vocabulary vocabulary, String unknown) ->
          type("WordLevel", "vocab", vocabulary(vocabulary, more), "unk_token", unknown);
      case Unigram unigram -> {
        var pieces = new ArrayList<Object>();
        double[] scores = unigram.scores();
        for (int id = 0; id < scores.length; id++) {
          pieces.add(List.of(String.valueOf(unigram.vocabulary().token(id)), scores[id]));
        }
        yield type(
            "Unigram",
            "unk_id",
            unigram.unknown() < 0 ? null : unigram.unknown(),
            "vocab",
            pieces,
            "byte_fallback",
            unigram.byteFallback());
      }
      case SentencePiece _ -> throw new AssertionError("said by others");
    };
  }

  private static Map<String, Integer> vocabulary(Vocabulary vocabulary, List<AddedToken> more) {
    var map = new LinkedHashMap<String, Integer>();
    for (int id = 0; id < vocabulary.idLimit(); id++) {
      String token = vocabulary.token(id);
      if (token != null && map.put(token, id) != null) {
        throw new UnsupportedModelException(
            "the token \""
                + token
                + "\" stands twice in this vocabulary, which a tokenizer.json cannot say");
      }
    }
    more.forEach(token -> map.put(token.content(), token.id()));
    return map;
  }
}
