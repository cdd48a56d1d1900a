package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Reads tiktoken's rank files. Its rule: of all neighbours whose bytes together are a token, merge
 * those of lowest rank; a piece that is a token stays whole. With merges for every way in which a
 * token falls into two tokens, ranked by the whole, that is byte-pair encoding with {@code
 * ignore_merges}.
 */
final class Tiktoken {
  private Tiktoken() {}

  static Tokenizer read(byte[] file, TiktokenEncoding encoding) {
    Vocabulary vocabulary = vocabulary(file);
    var options = new Bpe.Options(0, null, "", "", false, false, true);
    var model = new Bpe(vocabulary, merges(vocabulary), options);
    if (!model.knowsAllBytes()) {
      throw new BadFileException(
          "the tiktoken rank file does not give a rank to every single byte");
    }
    var added = new ArrayList<AddedToken>();
    encoding.specialTokens().forEach((text, id) -> added.add(AddedToken.special(id, text)));
    for (AddedToken token : added) {
      if (vocabulary.token(token.id()) != null) {
        throw new BadFileException(
            "the tiktoken rank file has rank "
                + token.id()
                + ", which is the id of "
                + token.content()
                + " in "
                + encoding
                + "; is it the file of another encoding?");
      }
    }
    return new Tokenizer(
        new Tokenizer.Parts(
            null,
            new PreTokenizer.Sequence(
                List.of(
                    new PreTokenizer.Split(
                        Matches.Regex.of(encoding.scanner()), SplitBehavior.ISOLATED, false),
                    new PreTokenizer.ByteLevel(false, false, false))),
            model,
            new AddedTokens(added, null),
            null,
            new Decoder.ByteLevel(),
            null,
            null));
  }

  private static Vocabulary vocabulary(byte[] file) {
    var vocabulary = new Vocabulary(file.length / 12);
    int line = 1;
    for (int at = 0; at < file.length; line++) {
      int end = at;
      int blank = -1;
      while (end < file.length && file[end] != '\n') {
        blank = file[end] == ' ' ? end : blank;
        end++;
      }
      if (end > at) {
        add(file, at, blank, end, line, vocabulary);
      }
      at = end + 1;
    }
    return vocabulary;
  }

  private static void add(
      byte[] file, int start, int blank, int end, int line, Vocabulary vocabulary) {
    String problem = "line " + line + " of the tiktoken rank file: ";
    if (blank < 0) {
      throw new BadFileException(problem + "expected a token in base64, a blank and a rank");
    }
    try {
      byte[] token = Base64.getDecoder().decode(java.util.Arrays.copyOfRange(file, start, blank));
      String digits =
          new String(file, blank + 1, end - blank - 1, StandardCharsets.ISO_8859_1).strip();
      int rank = Integer.parseInt(digits);
      if (token.length == 0 || rank < 0 || rank > ModelJson.LARGEST_ID) {
        throw new BadFileException(problem + "has an empty token or the rank " + rank);
      }
      if (!vocabulary.add(ByteAlphabet.text(token), rank)) {
        throw new BadFileException(problem + "gives the rank " + rank + " a second time");
      }
    } catch (IllegalArgumentException e) {
      throw new BadFileException(problem + "is not base64 and a number: " + e.getMessage(), e);
    }
  }

  /** All ways in which a token falls into two. */
  private static MergeTable merges(Vocabulary vocabulary) {
    var merges = new MergeTable(vocabulary.size() * 3);
    for (int rank = 0; rank < vocabulary.idLimit(); rank++) {
      String token = vocabulary.token(rank);
      if (token == null || token.length() < 2) {
        continue;
      }
      char[] chars = token.toCharArray();
      for (int cut = 1; cut < chars.length; cut++) {
        int left = vocabulary.find(chars, 0, cut);
        int right = left < 0 ? -1 : vocabulary.find(chars, cut, chars.length);
        if (right >= 0) {
          merges.put(left, right, rank, rank);
        }
      }
    }
    return merges;
  }
}
