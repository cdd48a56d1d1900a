package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.ModelFolder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Finds and reads the tokenizer of a model folder. */
final class TokenizerFiles {
  private TokenizerFiles() {}

  static boolean areIn(ModelFolder folder) {
    return folder.has("tokenizer.json")
        || folder.has("vocab.json") && folder.has("merges.txt")
        || folder.has("tokenizer.model")
        || folder.has("vocab.txt");
  }

  static Tokenizer load(ModelFolder folder) {
    TokenizerConfigFiles files = TokenizerConfigFiles.read(folder);
    return vocabulary(folder, files).withConfig(files.config());
  }

  private static Tokenizer vocabulary(ModelFolder folder, TokenizerConfigFiles files) {
    if (folder.has("tokenizer.json")) {
      String place = folder.location() + "/tokenizer.json";
      return TokenizerJson.read(
          Json.parse(folder.bytes("tokenizer.json"), place, TokenizerJson.LARGE));
    }
    if (folder.has("vocab.json") && folder.has("merges.txt")) {
      return byteLevelBpe(folder, files);
    }
    if (folder.has("tokenizer.model")) {
      return sentencePiece(folder, files);
    }
    if (folder.has("vocab.txt")) {
      return wordPiece(folder, files);
    }
    throw new BadFileException(
        folder.location()
            + ": has no tokenizer; expected tokenizer.json, vocab.json and merges.txt,"
            + " tokenizer.model or vocab.txt; found "
            + folder.files());
  }

  private static Tokenizer sentencePiece(ModelFolder folder, TokenizerConfigFiles files) {
    boolean bos = true;
    boolean eos = false;
    if (folder.has("tokenizer_config.json")) {
      Json config = folder.json("tokenizer_config.json");
      bos = config.getBoolean("add_bos_token", true);
      eos = config.getBoolean("add_eos_token", false);
    }
    String place = folder.location() + "/tokenizer.model";
    var file = SentencePieceFile.read(folder.bytes("tokenizer.model"), place);
    // Looked for in the text as it stands: normalized, they would begin with a mark.
    var added = files.added().stream().map(AddedToken::raw).toList();
    return file.tokenizer(bos, eos, place, added);
  }

  /** The tokens of the vocabulary that are special, then what the files add. */
  private static List<AddedToken> added(
      List<String> special, Vocabulary vocabulary, TokenizerConfigFiles files) {
    var added = new ArrayList<AddedToken>();
    for (String token : special) {
      if (vocabulary.find(token) >= 0) {
        added.add(AddedToken.special(vocabulary.find(token), token));
      }
    }
    added.addAll(files.added());
    return AddedTokens.number(added, vocabulary);
  }

  /**
   * BERT's list of tokens, a line each, with BERT's pipeline; lower case unless the config says no.
   */
  private static Tokenizer wordPiece(ModelFolder folder, TokenizerConfigFiles files) {
    String place = folder.location() + "/vocab.txt";
    String text = new String(folder.bytes("vocab.txt"), StandardCharsets.UTF_8);
    String[] lines = text.split("\n");
    var vocabulary = new Vocabulary(lines.length);
    for (int id = 0; id < lines.length; id++) {
      String line = lines[id];
      vocabulary.add(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, id);
    }
    boolean lowercase =
        !folder.has("tokenizer_config.json")
            || folder.json("tokenizer_config.json").getBoolean("do_lower_case", true);
    SpecialTokens names = files.config().specialTokens();
    String unk = names.unk().orElse("[UNK]");
    String cls = names.cls().orElse("[CLS]");
    String sep = names.sep().orElse("[SEP]");
    if (vocabulary.find(unk) < 0 || vocabulary.find(cls) < 0 || vocabulary.find(sep) < 0) {
      throw new BadFileException(
          place + ": lacks " + unk + ", " + cls + " or " + sep + "; is it BERT's vocabulary?");
    }
    var special =
        List.of(names.pad().orElse("[PAD]"), unk, cls, sep, names.mask().orElse("[MASK]"));
    var normalizer = new Normalizer.Bert(true, true, null, lowercase);
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            new PreTokenizer.Bert(),
            new WordPiece(vocabulary, unk, "##", 100),
            new AddedTokens(added(special, vocabulary, files), normalizer),
            new PostProcessor.Bert(sep, vocabulary.find(sep), cls, vocabulary.find(cls)),
            new Decoder.WordPiece("##", true),
            null,
            null));
  }

  /** GPT-2's two files, with GPT-2's pipeline. */
  private static Tokenizer byteLevelBpe(ModelFolder folder, TokenizerConfigFiles files) {
    Json vocab = folder.json("vocab.json");
    Vocabulary vocabulary = ModelJson.vocabulary(vocab);
    String place = folder.location() + "/merges.txt";
    var pairs = new ArrayList<String>();
    String text = new String(folder.bytes("merges.txt"), StandardCharsets.UTF_8);
    int number = 0;
    for (String line : text.split("\r?\n")) {
      if (!line.isEmpty() && !line.startsWith("#version")) {
        ModelJson.split(line, number++, place, pairs);
      }
    }
    var model =
        new Bpe(vocabulary, ModelJson.merges(pairs, vocabulary, "", place), Bpe.Options.PLAIN);
    var added = added(List.of("<|endoftext|>"), vocabulary, files);
    return new Tokenizer(
        new Tokenizer.Parts(
            null,
            new PreTokenizer.ByteLevel(false, true, true),
            model,
            new AddedTokens(added, null),
            new PostProcessor.ByteLevel(true, false, true),
            new Decoder.ByteLevel(),
            null,
            null));
  }
}
