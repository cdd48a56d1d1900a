package io.quoth.tokenizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.quoth.base.Json;
import io.quoth.base.ProgressListener;
import io.quoth.testkit.TestData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trained vocabularies and merges equal the reference's as far as it agrees with itself. */
class TrainerTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bpe-bytelevel-1000",
        "bpe-bytelevel-5000",
        "bpe-bytelevel-minfreq20",
        "bpe-bytelevel-no-initial",
        "bpe-max-token-length-5",
        "bpe-metaspace",
        "bpe-prefix",
        "bpe-specials-in-text",
        "bpe-suffix",
        "bpe-tiny-corpus",
        "bpe-whitespace-1500",
        "bpe-whitespace-limit60-initial",
        "bpe-whitespace-limit60",
        "wordlevel-1000",
        "wordlevel-minfreq50",
        "wordlevel-ties",
        "wordpiece-1000",
        "wordpiece-limit100",
        "wordpiece-minfreq10-prefix"
      })
  void trainsTheReferencesVocabulary(String name) {
    Json json = golden(name);
    List<String> lines = corpus(json);
    Normalizer normalizer = json.find("normalizer").map(TokenizerJson::normalizer).orElse(null);
    PreTokenizer pre = json.find("pre_tokenizer").map(TokenizerJson::preTokenizer).orElse(null);
    var trainer = new Trainer(options(json), ProgressListener.NONE);
    Model model = trainer.train(trainer.count(normalizer, pre, lines));
    String agree = json.get("reference_repeats").getString("agree");
    Map<String, Integer> expected = new HashMap<>();
    Json vocab = json.get("model").get("vocab");
    vocab.keys().forEach(token -> expected.put(token, vocab.getInt(token)));
    Map<String, Integer> found = new HashMap<>();
    Vocabulary vocabulary = model.vocabulary();
    for (int id = 0; id < vocabulary.idLimit(); id++) {
      found.put(String.valueOf(vocabulary.token(id)), id);
    }
    if (agree.equals("exact")) {
      assertThat(found).isEqualTo(expected);
      if (json.get("model").has("merges")) {
        var merges = new ArrayList<String>();
        for (Json merge : json.get("model").get("merges").items()) {
          merges.add(merge.item(0).asString() + " " + merge.item(1).asString());
        }
        assertThat(((Bpe) model).mergeList().stream().map(m -> m.get(0) + " " + m.get(1)).toList())
            .isEqualTo(merges);
      }
    } else {
      var missing = new TreeSet<>(expected.keySet());
      missing.removeAll(found.keySet());
      int tolerated =
          agree.equals("token set")
              ? 0
              : json.get("reference_repeats").getInt("tokens_not_in_all", 0);
      var more = new TreeSet<>(found.keySet());
      more.removeAll(expected.keySet());
      assertThat(missing).as("and more: " + more).hasSizeLessThanOrEqualTo(tolerated);
      assertThat(found).hasSameSizeAs(expected);
    }
  }

  /**
   * The reference's pieces with its scores, but for the last decimals: sums are added in another
   * order, and so does the reference from run to run.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "unigram-1500-nfkc",
        "unigram-2000",
        "unigram-maxpiece4",
        "unigram-shrink9-iters1"
      })
  void trainsTheReferencesUnigramModel(String name) {
    Json json = golden(name);
    Normalizer normalizer = json.find("normalizer").map(TokenizerJson::normalizer).orElse(null);
    PreTokenizer pre = TokenizerJson.preTokenizer(json.get("pre_tokenizer"));
    var trainer = new Trainer(options(json), ProgressListener.NONE);
    Map<String, Long> counts = trainer.count(normalizer, pre, corpus(json));
    var found = (Unigram) trainer.train(counts);
    var expected = (Unigram) ModelJson.read(json.get("model"));
    assertThat(found.scores()).hasSameSizeAs(expected.scores());
    assertThat(found.unknown()).isEqualTo(expected.unknown());
    for (int id = 0; id < expected.scores().length; id++) {
      String piece = String.valueOf(expected.vocabulary().token(id));
      int own = found.vocabulary().find(piece);
      assertThat(own).as("id of \"%s\"", piece).isNotNegative();
      // Characters that did not last get the lowest score and a ten-thousandth more each, in an
      // order that the reference leaves to chance.
      boolean character = piece.codePointCount(0, piece.length()) == 1;
      assertThat(found.scores()[own])
          .as("score of \"%s\"", piece)
          .isCloseTo(expected.scores()[id], within(character ? 0.05 : 1e-9));
    }
    double ratio = likelihood(found, counts) / likelihood(expected, counts);
    assertThat(ratio).isCloseTo(1, within(1e-4));
  }

  /** The logarithm of the probability of all words, each cut in the best way. */
  private static double likelihood(Unigram model, Map<String, Long> counts) {
    double[] scores = model.scores();
    var scratch = new Scratch();
    double[] sum = new double[1];
    counts.forEach((word, count) -> {
      var tokens = new Tokens(true);
      Text text = Text.of(word);
      model.tokenize(text, text.from, text.to, tokens, scratch);
      for (int i = 0; i < tokens.count; i++) {
        sum[0] += count * scores[tokens.ids[i]];
      }
    });
    return sum[0];
  }

  private static Json golden(String name) {
    String path = "golden/trainers/" + name + ".json.gz";
    return Json.parse(TestData.bytes(TestData.shared(path)), name);
  }

  private static List<String> corpus(Json json) {
    List<String> lines = TestData.lines(TestData.shared("golden/trainers/corpus.txt.gz"));
    return json.has("lines") ? lines.subList(0, json.getInt("lines")) : lines;
  }

  @Test
  void aTrainedTokenizerEncodesWhatItWasTrainedOn() {
    List<String> texts = List.of("the cat sat on the mat", "the dog sat on the log");
    for (TrainerOptions options :
        List.of(
            TrainerOptions.byteLevelBpe(300, List.of("<|endoftext|>")),
            TrainerOptions.wordPiece(60, List.of("[UNK]")),
            TrainerOptions.wordLevel(20, List.of("[UNK]")),
            TrainerOptions.unigram(60, List.of("<unk>")))) {
      Tokenizer tokenizer = Tokenizer.train(options, texts, ProgressListener.NONE);
      Tokenizer read =
          Tokenizer.fromJson(
              tokenizer.toJson().getBytes(java.nio.charset.StandardCharsets.UTF_8), "trained");
      int[] ids = read.encode("the cat sat on the log").ids();
      assertThat(ids).isEqualTo(tokenizer.encode("the cat sat on the log").ids());
      assertThat(read.decode(ids)).isEqualTo("the cat sat on the log");
      assertThat(read.id(options.specialTokens().get(0))).hasValue(0);
    }
  }

  private static TrainerOptions options(Json json) {
    Json options = json.get("trainer_options");
    TrainerOptions.Kind kind =
        switch (json.getString("trainer")) {
          case "BpeTrainer" -> TrainerOptions.Kind.BPE;
          case "WordPieceTrainer" -> TrainerOptions.Kind.WORD_PIECE;
          case "UnigramTrainer" -> TrainerOptions.Kind.UNIGRAM;
          default -> TrainerOptions.Kind.WORD_LEVEL;
        };
    List<String> initial = List.of();
    if (options.has("initial_alphabet")) {
      initial =
          options.get("initial_alphabet").isString()
              ? TrainerOptions.byteLevelBpe(1, List.of()).initialAlphabet()
              : GoldenCase.strings(options.get("initial_alphabet"));
    }
    return new TrainerOptions(
        kind,
        options.getInt("vocab_size", 30000),
        options.getInt("min_frequency", 0),
        options.find("special_tokens").map(GoldenCase::strings).orElse(List.of()),
        options.getInt("limit_alphabet", 0),
        initial,
        options.getString(
            "continuing_subword_prefix", kind == TrainerOptions.Kind.WORD_PIECE ? "##" : ""),
        options.getString("end_of_word_suffix", ""),
        options.getInt("max_token_length", 0),
        options.getString("unk_token", json.get("model_options").getString("unk_token", "")),
        new TrainerOptions.Unigram(
            options.getDouble("shrinking_factor", 0.75),
            options.getInt("max_piece_length", 16),
            options.getInt("n_sub_iterations", 2),
            1_000_000));
  }
}
