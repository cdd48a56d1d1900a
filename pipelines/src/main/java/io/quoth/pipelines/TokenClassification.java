package io.quoth.pipelines;

import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import io.quoth.models.Task;
import io.quoth.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/** Stretches of a text that have a class: names of people and places, parts of speech. */
public final class TokenClassification implements Pipeline {
  private static final int WINDOW = 256;

  /** The class of what is nothing. */
  private static final String OUTSIDE = "O";

  private final TextModel text;

  private TokenClassification(TextModel text) {
    this.text = text;
  }

  /** How tokens become entities. */
  public enum Aggregation {
    /** Each token is one. */
    NONE,
    /** Neighbours of one class are one; {@code B-} begins another. */
    SIMPLE,
    /** As SIMPLE over words, which have the class of their first token. */
    FIRST,
    /** As SIMPLE over words, which have the class of the mean of their tokens' scores. */
    AVERAGE,
    /** As SIMPLE over words, which have the class of their surest token. */
    MAX
  }

  /**
   * A stretch of a text.
   *
   * @param label its class; without {@code B-} and {@code I-} unless each token stands alone
   * @param score the probability of the class, the mean over its tokens or words
   * @param word the stretch as the text has it
   * @param start its first char in the text
   * @param end one past its last char
   */
  public record Entity(String label, float score, String word, int start, int end) {}

  /**
   * The entities of a text.
   *
   * @param entities in the order of the text
   * @param truncated whether the text was longer than the model takes, and its end not looked at
   */
  public record Result(List<Entity> entities, boolean truncated) {
    /** Keeps the list as it is now. */
    public Result {
      entities = List.copyOf(entities);
    }
  }

  /** Loads a model with a head for token classification. */
  public static TokenClassification load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return new TokenClassification(
        TextModel.load(folder, Task.TOKEN_CLASSIFICATION, ops, progress));
  }

  @Override
  public String task() {
    return "token-classification";
  }

  /** The entities of a text, put together by {@link Aggregation#SIMPLE}. */
  public Result classify(String input) {
    return classify(List.of(input), Aggregation.SIMPLE).getFirst();
  }

  /**
   * The entities of texts.
   *
   * @throws io.quoth.base.BadArgumentException when a text is empty
   */
  public List<Result> classify(List<String> inputs, Aggregation aggregation) {
    List<Encoding> encodings = text.encode(inputs);
    var results = new ArrayList<Result>();
    text.run(
        encodings,
        (input, output, batch, sequence) -> {
          Encoding encoding = encodings.get(input);
          var tokens = new ArrayList<Piece>();
          for (int i = 0; i < encoding.length(); i++) {
            if (encoding.specialTokensMask()[i] == 0) {
              float[] logits = TextModel.row(output.logits(), batch.start(sequence) + i);
              var at = encoding.charOffset(i);
              int word = encoding.wordIds()[i];
              tokens.add(Piece.of(Scores.softmax(logits), word, at.start(), at.end()));
            }
          }
          results.add(
              new Result(entities(inputs.get(input), tokens, aggregation), encoding.isCut()));
        });
    return results;
  }

  /** The entities of a stream of texts as they come; memory does not grow with their number. */
  public Stream<Result> classify(Stream<String> inputs, Aggregation aggregation) {
    return inputs
        .gather(Gatherers.windowFixed(WINDOW))
        .flatMap(some -> classify(some, aggregation).stream());
  }

  /** A token or word with the probabilities of its classes and the class that was chosen. */
  private record Piece(float[] scores, int label, float score, int word, int start, int end) {
    static Piece of(float[] scores, int word, int start, int end) {
      int label = Scores.argmax(scores);
      return new Piece(scores, label, scores[label], word, start, end);
    }
  }

  private List<Entity> entities(String input, List<Piece> tokens, Aggregation aggregation) {
    List<Piece> pieces =
        switch (aggregation) {
          case NONE, SIMPLE -> tokens;
          case FIRST, AVERAGE, MAX -> words(tokens, aggregation);
        };
    var entities = new ArrayList<Entity>();
    if (aggregation == Aggregation.NONE) {
      for (Piece piece : pieces) {
        add(label(piece), List.of(piece), input, entities);
      }
      return entities;
    }
    var group = new ArrayList<Piece>();
    for (Piece piece : pieces) {
      boolean goesOn =
          !group.isEmpty()
              && !label(piece).startsWith("B-")
              && tag(label(piece)).equals(tag(label(group.getLast())));
      if (!goesOn && !group.isEmpty()) {
        add(tag(label(group.getFirst())), group, input, entities);
        group.clear();
      }
      group.add(piece);
    }
    if (!group.isEmpty()) {
      add(tag(label(group.getFirst())), group, input, entities);
    }
    return entities;
  }

  private String label(Piece piece) {
    return text.labels().get(piece.label);
  }

  /** The class without the mark of its place. */
  private static String tag(String label) {
    return label.startsWith("B-") || label.startsWith("I-") ? label.substring(2) : label;
  }

  private static void add(String label, List<Piece> group, String input, List<Entity> entities) {
    if (label.equals(OUTSIDE)) {
      return;
    }
    double sum = 0;
    for (Piece piece : group) {
      sum += piece.score;
    }
    int start = group.getFirst().start;
    int end = group.getLast().end;
    float score = (float) (sum / group.size());
    entities.add(new Entity(label, score, input.substring(start, end), start, end));
  }

  private static List<Piece> words(List<Piece> tokens, Aggregation aggregation) {
    var words = new ArrayList<Piece>();
    int from = 0;
    for (int to = 1; to <= tokens.size(); to++) {
      if (to == tokens.size() || tokens.get(to).word != tokens.get(from).word) {
        words.add(word(tokens.subList(from, to), aggregation));
        from = to;
      }
    }
    return words;
  }

  private static Piece word(List<Piece> tokens, Aggregation aggregation) {
    Piece first = tokens.getFirst();
    float[] scores =
        switch (aggregation) {
          case AVERAGE -> average(tokens);
          case MAX -> surest(tokens).scores;
          default -> first.scores;
        };
    return Piece.of(scores, first.word, first.start, tokens.getLast().end);
  }

  private static Piece surest(List<Piece> tokens) {
    Piece best = tokens.getFirst();
    for (Piece token : tokens) {
      best = token.score > best.score ? token : best;
    }
    return best;
  }

  private static float[] average(List<Piece> tokens) {
    double[] sums = new double[tokens.getFirst().scores.length];
    for (Piece token : tokens) {
      Arrays.setAll(sums, i -> sums[i] + token.scores[i]);
    }
    float[] means = new float[sums.length];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (sums[i] / tokens.size());
    }
    return means;
  }

  @Override
  public void close() {
    text.close();
  }
}
