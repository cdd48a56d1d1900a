package io.quoth.generation;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What was generated, and how.
 *
 * @param ids the new ids, the one that ended the text included; the prompt's are not
 * @param text the new text, without special tokens and without a stop string and what follows it;
 *     "" for a model without a tokenizer
 * @param finishReason why it ended
 * @param promptTokens ids of the prompt
 * @param timings how long it took
 * @param seed the seed of the draws, whoever chose it; empty for greedy
 * @param scores of each new token, where {@link GenerationConfig#scores} asked for them
 * @param kernels what computed
 */
public record GenerationResult(
    int[] ids,
    String text,
    FinishReason finishReason,
    int promptTokens,
    Timings timings,
    OptionalLong seed,
    List<StepScores> scores,
    String kernels) {
  /** Keeps list and array as they are now. */
  public GenerationResult {
    ids = ids.clone();
    scores = List.copyOf(scores);
  }

  /** A copy of the new ids. */
  @Override
  public int[] ids() {
    return ids.clone();
  }

  /** How many ids are new. */
  public int generatedTokens() {
    return ids.length;
  }

  /** Tokens of the prompt a second. */
  public double promptTokensPerSecond() {
    return rate(promptTokens, timings.prompt());
  }

  /** New tokens a second; the first belongs to the prompt's time. */
  public double generatedTokensPerSecond() {
    return rate(Math.max(0, ids.length - 1), timings.generation());
  }

  private static double rate(int tokens, Duration time) {
    return time.isZero() ? 0 : tokens / (time.toNanos() * 1e-9);
  }
}
