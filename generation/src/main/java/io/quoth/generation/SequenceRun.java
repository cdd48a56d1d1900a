package io.quoth.generation;

import io.quoth.base.QuothException;
import io.quoth.kernels.Batch;
import io.quoth.kernels.SequenceState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sequence on its way: its tokens, its state in the model, its text, and whether it ended. */
final class SequenceRun implements AutoCloseable {
  private final Plan plan;
  private final TokenIds tokens;
  private final SequenceState state;
  private final Sampler sampler;
  private final int[] ends;
  private final @Nullable TextOutput output;
  private final StringBuilder text = new StringBuilder();
  private final List<StepScores> scores = new ArrayList<>();
  private @Nullable Candidates raw;
  private @Nullable FinishReason finishReason;
  private String newText = "";

  private final long called;
  private long begun;
  private long firstToken;
  private long ended;

  /**
   * A sequence that begins with {@code prompt}.
   *
   * @param state empty; closed with this
   * @param output what makes text of its ids, or null for ids alone
   * @param called when it was asked for, by {@link System#nanoTime}
   */
  SequenceRun(
      Plan plan, int[] prompt, SequenceState state, @Nullable TextOutput output, long called) {
    this.plan = plan;
    this.state = state;
    this.output = output;
    this.called = called;
    tokens = new TokenIds(prompt, prompt.length, Math.min(plan.maxLength(), prompt.length + 4096));
    sampler = plan.sampler();
    ends = plan.ends();
    begun = called;
    if (prompt.length >= plan.maxLength()) {
      finish(FinishReason.LENGTH);
    }
  }

  /** Whether nothing more will come. */
  boolean ended() {
    return finishReason != null;
  }

  /** How many ids the model has not seen yet. */
  int waiting() {
    return tokens.length() - state.length();
  }

  /** Puts the next ids into a batch, at most {@code most}; whether its last row gets logits. */
  boolean fill(Batch batch, int most) {
    int from = state.length();
    if (from == 0) {
      begun = System.nanoTime();
    }
    int to = Math.min(tokens.length(), from + most);
    boolean last = to == tokens.length();
    batch.add(
        state,
        tokens.array(),
        from,
        to,
        tokens.promptLength(),
        last ? Batch.Want.LAST : Batch.Want.NONE);
    return last;
  }

  /** Chooses the next token by the logits behind the last one. */
  void choose(float[] logits, int at, Candidates candidates) {
    candidates.reset(logits, at);
    for (int i = 0; i < plan.chain().size() && candidates.size() > 0; i++) {
      plan.chain().get(i).process(candidates, tokens);
    }
    requireChoice(candidates);
    int id = sampler.sample(candidates);
    if (plan.scores() > 0) {
      keepScores(id, logits, at, candidates);
    }
    accept(id);
  }

  private void requireChoice(Candidates candidates) {
    boolean some = false;
    for (int i = 0; i < candidates.size(); i++) {
      float score = candidates.score(candidates.id(i));
      if (!(score < Float.POSITIVE_INFINITY)) {
        throw new QuothException(
            "the score of id "
                + candidates.id(i)
                + " behind "
                + tokens.length()
                + " tokens is "
                + score
                + ": the weights are damaged or too large");
      }
      some |= score > Float.NEGATIVE_INFINITY;
    }
    if (!some) {
      throw new QuothException(
          "every token behind the first "
              + tokens.length()
              + " is forbidden: the settings leave nothing to choose from");
    }
  }

  private void keepScores(int id, float[] logits, int at, Candidates candidates) {
    Candidates all = raw;
    if (all == null) {
      all = new Candidates(candidates.vocabSize());
      raw = all;
    }
    all.reset(logits, at);
    all.normalize();
    candidates.normalize();
    scores.add(StepScores.of(id, plan.scores(), all, candidates));
  }

  private void accept(int id) {
    if (tokens.length() == tokens.promptLength()) {
      firstToken = System.nanoTime();
    }
    tokens.add(id);
    newText = "";
    boolean end = Arrays.binarySearch(ends, id) >= 0;
    if (output != null && !end) {
      newText = output.push(id);
    }
    if (end) {
      finish(FinishReason.EOS);
    } else if (output != null && output.stopped()) {
      finish(FinishReason.STOP_STRING);
    } else if (tokens.length() >= plan.maxLength()) {
      finish(FinishReason.LENGTH);
    } else {
      text.append(newText);
    }
  }

  private void finish(FinishReason reason) {
    finishReason = reason;
    ended = System.nanoTime();
    if (output != null) {
      newText += output.end();
    }
    text.append(newText);
  }

  /** Ends it where it is, if it has not ended. */
  void cancel() {
    if (!ended()) {
      newText = "";
      finish(FinishReason.CANCELLED);
    }
  }

  /** How many ids are new. */
  int generated() {
    return tokens.length() - tokens.promptLength();
  }

  /** The newest token. */
  GeneratedToken newest() {
    return new GeneratedToken(tokens.get(tokens.length() - 1), newText);
  }

  /** What came of it; it must have ended. */
  GenerationResult result(String kernels) {
    FinishReason reason = finishReason;
    if (reason == null) {
      throw new IllegalStateException("generation has not ended yet");
    }
    long first = generated() > 0 ? firstToken : ended;
    return new GenerationResult(
        tokens.generated(),
        text.toString(),
        reason,
        tokens.promptLength(),
        new Timings(
            Duration.ofNanos(first - begun),
            Duration.ofNanos(ended - first),
            Duration.ofNanos(first - called)),
        plan.seed(),
        scores,
        kernels);
  }

  @Override
  public void close() {
    state.close();
  }
}
