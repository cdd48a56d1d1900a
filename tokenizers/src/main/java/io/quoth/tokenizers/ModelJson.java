package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import io.quoth.base.Json;
import io.quoth.base.JsonPull;
import io.quoth.base.UnsupportedModelException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/** Reads the {@code model} of tokenizer.json. */
final class ModelJson {
  /** Ids beyond this are taken for damage: no vocabulary is that large, and room is made by id. */
  static final int LARGEST_ID = 5_000_000;

  /** How many tokens there is room for to begin with. */
  private static final int EXPECTED = 1 << 13;

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
    JsonPull pull = json.pull();
    if (pull.next() != JsonPull.Kind.OBJECT) {
      throw json.error("expected an object of tokens and their ids");
    }
    var vocabulary = new Vocabulary(EXPECTED);
    while (pull.next() == JsonPull.Kind.NAME) {
      String token = pull.text();
      pull.next();
      long id = pull.whole(-1);
      if (id < 0 || id > LARGEST_ID) {
        throw json.error("the id of \"" + token + "\" is " + pull.text() + ", which is not an id");
      }
      if (!vocabulary.replace(token, (int) id)) {
        throw json.error(
            "gives the id " + id + " to \"" + token + "\" and to another token as well");
      }
    }
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
    JsonPull pull = json.pull();
    if (pull.next() != JsonPull.Kind.ARRAY) {
      throw json.error("expected a list of merges");
    }
    var merges = new MergeReader(vocabulary, prefix, json.place());
    int item = 0;
    for (; pull.next() != JsonPull.Kind.END; item++) {
      if (pull.kind() == JsonPull.Kind.TEXT) {
        merges.line(pull.chars(), pull.length());
      } else if (pull.kind() != JsonPull.Kind.ARRAY || !merges.pair(pull)) {
        throw json.item(item).error("expected \"a b\" or [\"a\", \"b\"], found " + json.item(item));
      }
    }
    return merges.table();
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
    var merges = new MergeReader(vocabulary, prefix, place);
    for (int i = 0; i < pairs.size(); i += 2) {
      merges.pair(pairs.get(i), pairs.get(i + 1));
    }
    return merges.table();
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
    var vocabulary = new Vocabulary(EXPECTED);
    double[] scores = new double[EXPECTED];
    int size = 0;
    Json vocab = json.get("vocab");
    JsonPull pull = vocab.pull();
    if (pull.next() != JsonPull.Kind.ARRAY) {
      throw vocab.error("expected a list of pieces and scores");
    }
    for (; pull.next() != JsonPull.Kind.END; size++) {
      boolean good = pull.kind() == JsonPull.Kind.ARRAY && pull.next() == JsonPull.Kind.TEXT;
      if (good) {
        vocabulary.add(pull.text(), size);
        pull.next();
        good = pull.kind() == JsonPull.Kind.WHOLE || pull.kind() == JsonPull.Kind.DECIMAL;
      }
      if (good) {
        scores = size == scores.length ? Arrays.copyOf(scores, size * 2) : scores;
        scores[size] = asTheReferenceReads(pull.decimal());
        good = pull.next() == JsonPull.Kind.END;
      }
      if (!good) {
        throw vocab.item(size).error("expected [piece, score], found " + vocab.item(size));
      }
    }
    scores = Arrays.copyOf(scores, size);
    int unknown = json.getInt("unk_id", -1);
    if (unknown >= scores.length || json.has("unk_id") && unknown < 0) {
      throw json.get("unk_id")
          .error("is " + unknown + ", but the vocabulary has " + scores.length + " pieces");
    }
    return new Unigram(vocabulary, scores, unknown, json.getBoolean("byte_fallback", false));
  }
}
