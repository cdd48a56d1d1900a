package io.quoth.pipelines;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderOutput.Rows;
import io.quoth.models.Task;
import io.quoth.tokenizers.EncodeOptions;
import io.quoth.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The stretch of a text that answers a question. Long texts are read in windows that overlap.
 *
 * <p>Two differences from the reference: a stretch found in several windows counts once, with its
 * best score, where the reference adds the scores up; and an answer never ends inside a word.
 */
public final class QuestionAnswering implements Pipeline {
  private final TextModel text;

  private QuestionAnswering(TextModel text) {
    this.text = text;
  }

  /**
   * How to read and what to answer.
   *
   * @param top how many answers at most
   * @param maxAnswerTokens tokens of an answer at most
   * @param maxLength tokens of a window at most, question and special ones included; no more than
   *     the model takes
   * @param stride by how many tokens of the text windows overlap at most
   * @param noAnswer whether the empty answer, that the text does not tell, is one of those to be
   *     had
   */
  public record Options(int top, int maxAnswerTokens, int maxLength, int stride, boolean noAnswer) {
    /** The reference's settings: the best answer, of 15 tokens, in windows of 384. */
    public static final Options DEFAULT = new Options(1, 15, 384, 128, false);

    /** Checks. */
    public Options {
      if (top < 1 || maxAnswerTokens < 1 || maxLength < 1 || stride < 0) {
        throw new BadArgumentException(
            "top, maxAnswerTokens and maxLength must be at least 1, stride at least 0: found "
                + List.of(top, maxAnswerTokens, maxLength, stride));
      }
    }

    /** These, with so many answers. */
    public Options top(int count) {
      return new Options(count, maxAnswerTokens, maxLength, stride, noAnswer);
    }

    /** These, with answers of so many tokens. */
    public Options maxAnswerTokens(int tokens) {
      return new Options(top, tokens, maxLength, stride, noAnswer);
    }

    /** These, with windows of so many tokens that overlap by so many. */
    public Options windows(int length, int overlap) {
      return new Options(top, maxAnswerTokens, length, overlap, noAnswer);
    }

    /** These, with the empty answer or without it. */
    public Options noAnswer(boolean allowed) {
      return new Options(top, maxAnswerTokens, maxLength, stride, allowed);
    }
  }

  /**
   * A stretch of the text.
   *
   * @param text the stretch; empty for no answer
   * @param score the probability of its beginning times that of its end
   * @param start its first char in the text
   * @param end one past its last char
   */
  public record Answer(String text, float score, int start, int end) {}

  /** Loads a model with a head for question answering. */
  public static QuestionAnswering load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return new QuestionAnswering(TextModel.load(folder, Task.QUESTION_ANSWERING, ops, progress));
  }

  @Override
  public String task() {
    return "question-answering";
  }

  /** The best answer. */
  public Answer answer(String question, String context) {
    return answer(question, context, Options.DEFAULT).getFirst();
  }

  /**
   * The best answers, best first.
   *
   * @throws BadArgumentException when question or text are empty, or the question leaves no room
   */
  public List<Answer> answer(String question, String context, Options options) {
    if (question.isBlank() || context.isBlank()) {
      throw new BadArgumentException("a question and a text are needed; one of them is empty");
    }
    Encoding whole =
        text.tokenizer()
            .withTruncation(Optional.empty())
            .encode(question, context, EncodeOptions.DEFAULT);
    List<Window> windows = windows(whole, options);
    int[] types = text.types(whole);
    var inputs =
        windows.stream()
            .map(window -> new TextModel.Input(window.of(whole.ids()), window.of(types)))
            .toList();
    var found = new ArrayList<Answer>();
    float[] noAnswer = {1f};
    text.runInputs(
        inputs,
        (input, output, batch, sequence) -> {
          Window window = windows.get(input);
          int row = batch.start(sequence);
          float[] starts = probabilities(window, output.get("start_logits"), row);
          float[] ends = probabilities(window, output.get("end_logits"), row);
          noAnswer[0] = Math.min(noAnswer[0], starts[0] * ends[0]);
          collect(window, starts, ends, context, options, found);
        });
    if (options.noAnswer()) {
      found.add(new Answer("", noAnswer[0], 0, 0));
    }
    found.sort(Comparator.comparingDouble(answer -> -answer.score));
    return List.copyOf(found.subList(0, Math.min(options.top(), found.size())));
  }

  /**
   * A part of the text between what stands before and behind it.
   *
   * @param places for each token of the window its place in the whole
   */
  private record Window(Encoding whole, int[] places) {
    int length() {
      return places.length;
    }

    boolean isText(int token) {
      return whole.sequenceIds()[places[token]] == 1;
    }

    int[] of(int[] all) {
      return Arrays.stream(places).map(place -> all[place]).toArray();
    }
  }

  private List<Window> windows(Encoding whole, Options options) {
    int length = Math.min(options.maxLength(), text.maxLength());
    int[] sequences = whole.sequenceIds();
    int[] ofText = IntStream.range(0, sequences.length).filter(i -> sequences[i] == 1).toArray();
    if (ofText.length == 0) {
      throw new BadArgumentException("the text has no tokens; it holds nothing that can be read");
    }
    int others = whole.length() - ofText.length;
    int room = length - others;
    if (room < 1) {
      throw new BadArgumentException(
          "the question takes "
              + others
              + " of the "
              + length
              + " tokens; the text needs room too");
    }
    // An overlap must leave something new in each window.
    int step = room - Math.min(options.stride(), room / 2);
    var windows = new ArrayList<Window>();
    for (int from = 0; ; from += step) {
      int first = from;
      int last = Math.min(ofText.length, from + room);
      int[] places =
          IntStream.range(0, sequences.length)
              .filter(i -> sequences[i] != 1 || i >= ofText[first] && i <= ofText[last - 1])
              .toArray();
      windows.add(new Window(whole, places));
      if (last == ofText.length) {
        return windows;
      }
    }
  }

  /**
   * The softmax over the tokens of the text and the first token, which stands for no answer; 0 for
   * all others.
   */
  private static float[] probabilities(Window window, Rows logits, int row) {
    float[] masked = new float[window.length()];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = i == 0 || window.isText(i) ? logits.get(row + i, 0) : Float.NEGATIVE_INFINITY;
    }
    return Scores.softmax(masked);
  }

  private static void collect(
      Window window,
      float[] starts,
      float[] ends,
      String context,
      Options options,
      List<Answer> found) {
    var own = new ArrayList<Answer>();
    for (int s = 0; s < starts.length; s++) {
      if (!window.isText(s)) {
        continue;
      }
      int last = Math.min(ends.length, s + options.maxAnswerTokens());
      for (int e = s; e < last && window.isText(e); e++) {
        float score = starts[s] * ends[e];
        if (own.size() < options.top() || score > own.getLast().score) {
          insert(answer(window, s, e, score, context), own, options.top());
        }
      }
    }
    own.forEach(answer -> insert(answer, found, Integer.MAX_VALUE));
  }

  /** Keeps a list sorted, each stretch once and no more than {@code most} of them. */
  private static void insert(Answer answer, List<Answer> sorted, int most) {
    for (int i = 0; i < sorted.size(); i++) {
      Answer other = sorted.get(i);
      if (other.start == answer.start && other.end == answer.end) {
        if (other.score >= answer.score) {
          return;
        }
        sorted.remove(i);
        break;
      }
    }
    int at = 0;
    while (at < sorted.size() && sorted.get(at).score >= answer.score) {
      at++;
    }
    sorted.add(at, answer);
    if (sorted.size() > most) {
      sorted.removeLast();
    }
  }

  /** From the beginning of the first token's word to the end of the last one's. */
  private static Answer answer(Window window, int first, int last, float score, String context) {
    Encoding whole = window.whole;
    int start = window.places[first];
    int end = window.places[last];
    while (sameWord(whole, start, start - 1)) {
      start--;
    }
    while (sameWord(whole, end, end + 1)) {
      end++;
    }
    int from = whole.charOffset(start).start();
    int to = whole.charOffset(end).end();
    return new Answer(context.substring(from, to), score, from, to);
  }

  private static boolean sameWord(Encoding whole, int token, int neighbour) {
    return neighbour >= 0
        && neighbour < whole.length()
        && whole.sequenceIds()[neighbour] == 1
        && whole.wordIds()[neighbour] == whole.wordIds()[token];
  }

  @Override
  public void close() {
    text.close();
  }
}
