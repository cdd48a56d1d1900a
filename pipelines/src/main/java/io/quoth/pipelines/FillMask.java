package io.quoth.pipelines;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderOutput.Rows;
import io.quoth.models.Task;
import io.quoth.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Words for the gaps of a text, which the model's mask token marks. */
public final class FillMask implements Pipeline {
  /** Guesses for a gap where nobody says how many. */
  public static final int TOP = 5;

  private final TextModel text;
  private final String maskToken;
  private final int maskId;

  private FillMask(TextModel text, String maskToken, int maskId) {
    this.text = text;
    this.maskToken = maskToken;
    this.maskId = maskId;
  }

  /**
   * What could stand in a gap.
   *
   * @param score its probability
   * @param id the token
   * @param token the token as text
   * @param sequence the whole text with it; special tokens stand in it where there are more gaps
   */
  public record Guess(float score, int id, String token, String sequence) {}

  /**
   * The gaps of a text, from left to right.
   *
   * @param gaps for each the best guesses, best first
   * @param truncated whether the text was longer than the model takes
   */
  public record Result(List<List<Guess>> gaps, boolean truncated) {
    /** Keeps the lists as they are now. */
    public Result {
      gaps = gaps.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Loads a masked model.
   *
   * @throws BadFileException when its tokenizer has no mask token
   */
  public static FillMask load(ModelFolder folder, Ops ops, ProgressListener progress) {
    var text = TextModel.load(folder, Task.MASKED_LM, ops, progress);
    try {
      String mask = maskToken(folder, text);
      int id =
          text.tokenizer()
              .id(mask)
              .orElseThrow(() ->
                  new BadFileException(
                      folder.location()
                          + ": the mask token "
                          + mask
                          + " is not in the vocabulary"));
      return new FillMask(text, mask, id);
    } catch (RuntimeException | Error e) {
      text.close();
      throw e;
    }
  }

  private static String maskToken(ModelFolder folder, TextModel text) {
    Optional<String> named = text.tokenizer().config().specialTokens().mask();
    if (named.isPresent()) {
      return named.get();
    }
    // A folder without the files that name it.
    for (String usual : List.of("[MASK]", "<mask>")) {
      if (text.tokenizer().id(usual).isPresent()) {
        return usual;
      }
    }
    throw new BadFileException(folder.location() + ": its tokenizer names no mask token");
  }

  @Override
  public String task() {
    return "fill-mask";
  }

  /** What marks a gap: {@code [MASK]}, {@code <mask>}. */
  public String maskToken() {
    return maskToken;
  }

  /** The best guesses for the gaps of a text. */
  public Result fill(String input) {
    return fill(input, TOP);
  }

  /** The best guesses for the gaps of a text. */
  public Result fill(String input, int top) {
    return fill(List.of(input), top).getFirst();
  }

  /**
   * The best guesses for the gaps of texts.
   *
   * @param top how many for each gap
   * @throws BadArgumentException when a text has no gap, or it was cut off
   */
  public List<Result> fill(List<String> inputs, int top) {
    if (top < 1) {
      throw new BadArgumentException("top is " + top + "; it must be at least 1");
    }
    var results = new ArrayList<Result>();
    for (String input : inputs) {
      results.add(fill(text.encode(input), top));
    }
    return results;
  }

  private Result fill(Encoding encoding, int top) {
    int[] ids = encoding.ids();
    var batch = new Batch();
    batch.add(ids, text.types(encoding), Batch.Want.NONE);
    var gaps = new ArrayList<Integer>();
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == maskId) {
        gaps.add(i);
        batch.want(i, true);
      }
    }
    if (gaps.isEmpty()) {
      throw new BadArgumentException(
          "there is no "
              + maskToken
              + " in the text"
              + (encoding.isCut() ? " up to where it was cut off" : "")
              + "; it marks the gap to fill");
    }
    Rows logits = text.model().forward(batch).logits();
    var guesses = new ArrayList<List<Guess>>();
    for (int gap = 0; gap < gaps.size(); gap++) {
      float[] scores = Scores.softmax(TextModel.row(logits, gap));
      var some = new ArrayList<Guess>();
      for (int id : Scores.top(scores, top)) {
        int[] filled = ids.clone();
        filled[gaps.get(gap)] = id;
        some.add(
            new Guess(
                scores[id],
                id,
                text.tokenizer().decode(new int[] {id}),
                text.tokenizer().decode(filled, gaps.size() == 1)));
      }
      guesses.add(some);
    }
    return new Result(guesses, encoding.isCut());
  }

  @Override
  public void close() {
    text.close();
  }
}
