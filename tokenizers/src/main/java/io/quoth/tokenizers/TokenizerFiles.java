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
    throw new BadFileException(
        folder.location()
            + ": has no tokenizer; expected tokenizer.json, vocab.json and merges.txt, or"
            + " tokenizer.model; found "
            + folder.files());
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
            new PostProcessor.ByteLevel(false, true, true),
            new Decoder.ByteLevel(),
            null,
            null));
  }
}
