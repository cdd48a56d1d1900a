package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.UnsupportedModelException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the {@code model} of tokenizer.json. */
final class ModelJson {
  /** Ids beyond this are taken for damage: no vocabulary is that large, and room is made by id. */
  static final int LARGEST_ID = 5_000_000;

  private ModelJson() {}

  static Model read(Json json) {
    String type = json.has("type") ? json.getString("type") : guess(json);
    return switch (type) {
      case "BPE" -> bpe(json);
      case "WordPiece" ->
          new WordPiece(
              vocabulary(json.get("vocab")),
              json.getString("unk_token"),
              json.getString("continuing_subword_prefix"),
              json.get("max_input_chars_per_word").asLong());
      case "WordLevel" -> new WordLevel(vocabulary(json.get("vocab")), json.getString("unk_token"));
      case "Unigram" -> unigram(json);
      default ->
          throw new UnsupportedModelException(
              json.place()
                  + ": unknown model \""
                  + type
                  + "\"; known are [BPE, Unigram, WordLevel, WordPiece]");
    };
  }

  /** Old files name no type: the first whose fields are there. */
  private static String guess(Json json) {
    if (json.has("merges")) {
      return "BPE";
    }
    if (json.has("continuing_subword_prefix") && json.has("max_input_chars_per_word")) {
      return "WordPiece";
    }
    if (json.has("vocab") && json.get("vocab").isObject()) {
      return "WordLevel";
    }
    return "Unigram";
  }

  static Vocabulary vocabulary(Json json) {
    if (!json.isObject()) {
      throw json.error("expected an object of tokens and their ids");
    }
    var vocabulary = new Vocabulary(json.size());
    @SuppressWarnings("unchecked") // isObject() said so
    var members = (Map<String, Object>) java.util.Objects.requireNonNull(json.toJava());
    members.forEach((token, value) -> {
      long id = value instanceof Long number ? number : -1;
      if (id < 0 || id > LARGEST_ID) {
        throw json.error("the id of \"" + token + "\" is " + value + ", which is not an id");
      }
      if (!vocabulary.add(token, (int) id)) {
        throw json.error(
            "gives the id " + id + " to \"" + token + "\" and to another token as well");
      }
    });
    return vocabulary;
  }

  private static Bpe bpe(Json json) {
    double dropout = json.getDouble("dropout", 0);
    if (!(dropout >= 0 && dropout <= 1)) {
      throw json.get("dropout").error("expected a share from 0 to 1, found " + dropout);
    }
    var vocabulary = vocabulary(json.get("vocab"));
    var options =
        new Bpe.Options(
            dropout,
            json.find("unk_token").map(Json::asString).orElse(null),
            json.getString("continuing_subword_prefix", ""),
            json.getString("end_of_word_suffix", ""),
            json.getBoolean("fuse_unk", false),
            json.getBoolean("byte_fallback", false),
            json.getBoolean("ignore_merges", false));
    return new Bpe(vocabulary, merges(json.get("merges"), vocabulary, options.prefix()), options);
  }

  private static MergeTable merges(Json json, Vocabulary vocabulary, String prefix) {
    if (!(json.toJava() instanceof List<?> items)) {
      throw json.error("expected a list of merges");
    }
    var pairs = new ArrayList<String>(2 * items.size());
    for (int i = 0; i < items.size(); i++) {
      Object item = items.get(i);
      if (item instanceof String line) {
        if (!line.startsWith("#version")) {
          split(line, i, json.place(), pairs);
        }
      } else if (item instanceof List<?> two
          && two.size() == 2
          && two.get(0) instanceof String a
          && two.get(1) instanceof String b) {
        pairs.add(a);
        pairs.add(b);
      } else {
        throw json.item(i).error("expected \"a b\" or [\"a\", \"b\"], found " + json.item(i));
      }
    }
    return merges(pairs, vocabulary, prefix, json.place());
  }

  static void split(String line, int number, String place, List<String> pairs) {
    int blank = line.indexOf(' ');
    if (blank < 0 || line.indexOf(' ', blank + 1) >= 0) {
      throw new BadFileException(
          place + ": merge " + number + " is \"" + line + "\"; expected two tokens and one blank");
    }
    pairs.add(line.substring(0, blank));
    pairs.add(line.substring(blank + 1));
  }

  /** Merges of the tokens at 2i and 2i + 1. */
  static MergeTable merges(List<String> pairs, Vocabulary vocabulary, String prefix, String place) {
    int skip = prefix.length();
    var merges = new MergeTable(pairs.size() / 2);
    var whole = new StringBuilder();
    for (int i = 0; i < pairs.size(); i += 2) {
      String left = pairs.get(i);
      String right = pairs.get(i + 1);
      whole.setLength(0);
      whole.append(left).append(right, Math.min(skip, right.length()), right.length());
      int a = vocabulary.find(left);
      int b = vocabulary.find(right);
      int ab = vocabulary.find(whole);
      if (a < 0 || b < 0 || ab < 0) {
        throw new BadFileException(
            place
                + ": merge "
                + i / 2
                + " of \""
                + left
                + "\" and \""
                + right
                + "\" needs \""
                + (a < 0 ? left : b < 0 ? right : whole)
                + "\", which is not in the vocabulary");
      }
      merges.put(a, b, i / 2, ab);
    }
    return merges;
  }

  /**
   * The reference's JSON reader computes {@code digits / 10^n} in doubles, which may be off by the
   * last bit; and where two paths tie but for rounding, that bit decides. The digits are those of
   * the shortest spelling, in which such files are written.
   */
  private static double asTheReferenceReads(double score) {
    if (score == 0 || Double.isNaN(score) || Double.isInfinite(score)) {
      return score;
    }
    var decimal = new BigDecimal(Double.toString(Math.abs(score))).stripTrailingZeros();
    int places = decimal.scale();
    if (places < 0 || places > 22) {
      return score;
    }
    double read = decimal.unscaledValue().longValueExact() / Double.parseDouble("1e" + places);
    return score < 0 ? -read : read;
  }

  private static Unigram unigram(Json json) {
    Json vocab = json.get("vocab");
    if (!(vocab.toJava() instanceof List<?> items)) {
      throw vocab.error("expected a list of pieces and scores");
    }
    var vocabulary = new Vocabulary(items.size());
    var scores = new double[items.size()];
    for (int i = 0; i < scores.length; i++) {
      if (items.get(i) instanceof List<?> two
          && two.size() == 2
          && two.get(0) instanceof String piece
          && two.get(1) instanceof Number score) {
        vocabulary.add(piece, i);
        scores[i] = asTheReferenceReads(score.doubleValue());
      } else {
        throw vocab.item(i).error("expected [piece, score], found " + vocab.item(i));
      }
    }
    int unknown = json.getInt("unk_id", -1);
    if (unknown >= scores.length || json.has("unk_id") && unknown < 0) {
      throw json.get("unk_id")
          .error("is " + unknown + ", but the vocabulary has " + scores.length + " pieces");
    }
    return new Unigram(vocabulary, scores, unknown, json.getBoolean("byte_fallback", false));
  }
}
