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
    if (folder.has("tokenizer.json")) {
      return TokenizerJson.read(folder.json("tokenizer.json"));
    }
    if (folder.has("vocab.json") && folder.has("merges.txt")) {
      return byteLevelBpe(folder);
    }
    if (folder.has("tokenizer.model")) {
      boolean bos = true;
      boolean eos = false;
      if (folder.has("tokenizer_config.json")) {
        Json config = folder.json("tokenizer_config.json");
        bos = config.getBoolean("add_bos_token", true);
        eos = config.getBoolean("add_eos_token", false);
      }
      return Tokenizer.fromSentencePiece(
          folder.bytes("tokenizer.model"), bos, eos, folder.location() + "/tokenizer.model");
    }
    if (folder.has("vocab.txt")) {
      return wordPiece(folder);
    }
    throw new BadFileException(
        folder.location()
            + ": has no tokenizer; expected tokenizer.json, vocab.json and merges.txt,"
            + " tokenizer.model or vocab.txt; found "
            + folder.files());
  }

  /**
   * BERT's list of tokens, a line each, with BERT's pipeline; lower case unless the config says no.
   */
  private static Tokenizer wordPiece(ModelFolder folder) {
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
    var added = new ArrayList<AddedToken>();
    for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
      if (vocabulary.find(token) >= 0) {
        added.add(AddedToken.special(vocabulary.find(token), token));
      }
    }
    int cls = vocabulary.find("[CLS]");
    int sep = vocabulary.find("[SEP]");
    if (vocabulary.find("[UNK]") < 0 || cls < 0 || sep < 0) {
      throw new BadFileException(place + ": lacks [UNK], [CLS] or [SEP]; is it BERT's vocabulary?");
    }
    var normalizer = new Normalizer.Bert(true, true, null, lowercase);
    return new Tokenizer(
        new Tokenizer.Parts(
            normalizer,
            new PreTokenizer.Bert(),
            new WordPiece(vocabulary, "[UNK]", "##", 100),
            new AddedTokens(added, normalizer),
            new PostProcessor.Bert("[SEP]", sep, "[CLS]", cls),
            new Decoder.WordPiece("##", true),
            null,
            null));
  }

  /** GPT-2's two files, with GPT-2's pipeline. */
  private static Tokenizer byteLevelBpe(ModelFolder folder) {
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
    var added = new ArrayList<AddedToken>();
    if (vocabulary.find("<|endoftext|>") >= 0) {
      added.add(AddedToken.special(vocabulary.find("<|endoftext|>"), "<|endoftext|>"));
    }
    return new Tokenizer(
        new Tokenizer.Parts(
            null,
            new PreTokenizer.ByteLevel(false, true, true),
            model,
            new AddedTokens(List.copyOf(added), null),
            new PostProcessor.ByteLevel(true, false, true),
            new Decoder.ByteLevel(),
            null,
            null));
  }
}
