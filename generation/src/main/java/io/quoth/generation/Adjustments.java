package io.quoth.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Processors that change scores by what was said so far, or forbid and force tokens. They follow
 * transformers' {@code generation/logits_process.py}.
 */
final class Adjustments {
  private Adjustments() {}

  /** Divides all scores: above 1 flatter, below 1 sharper. */
  record Temperature(float temperature) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      for (int i = 0; i < c.size(); i++) {
        int id = c.id(i);
        c.put(id, c.score(id) / temperature);
      }
    }

    @Override
    public String name() {
      return "temperature";
    }
  }

  /**
   * Makes each token that occurred less likely, once however often it did: a score below 0 is
   * multiplied, others divided (Keskar et al. 2019).
   */
  record RepetitionPenalty(float penalty) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.clearMarks();
      for (int i = 0; i < tokens.length(); i++) {
        int id = tokens.get(i);
        if (c.mark(id)) {
          float score = c.score(id);
          c.setScore(id, score < 0 ? score * penalty : score / penalty);
        }
      }
    }

    @Override
    public String name() {
      return "repetition_penalty";
    }
  }

  /** Forbids what would repeat {@code size} tokens in a row. */
  record NoRepeatNgram(int size) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      int prefix = size - 1;
      int end = tokens.length() - prefix;
      for (int start = 0; start < end; start++) {
        int i = 0;
        while (i < prefix && tokens.get(start + i) == tokens.get(end + i)) {
          i++;
        }
        if (i == prefix) {
          c.setScore(tokens.get(start + prefix), Float.NEGATIVE_INFINITY);
        }
      }
    }

    @Override
    public String name() {
      return "no_repeat_ngram_size";
    }
  }

  /**
   * A sequence of tokens and what is added to its last one's score where the others came before.
   */
  record Bias(List<Integer> sequence, float bias) {
    Bias {
      sequence = List.copyOf(sequence);
    }
  }

  /** Adds to the scores of tokens that would complete given sequences. */
  static final class SequenceBias implements LogitsProcessor {
    private final String name;
    private final int[] targets;
    private final int[][][] prefixes;
    private final float[][] biases;

    SequenceBias(String name, List<Bias> all) {
      this.name = name;
      Map<Integer, List<Bias>> byTarget = new LinkedHashMap<>();
      for (Bias bias : all) {
        byTarget.computeIfAbsent(bias.sequence().getLast(), _ -> new ArrayList<>()).add(bias);
      }
      targets = byTarget.keySet().stream().mapToInt(Integer::intValue).toArray();
      prefixes = new int[targets.length][][];
      biases = new float[targets.length][];
      for (int t = 0; t < targets.length; t++) {
        List<Bias> here = byTarget.getOrDefault(targets[t], List.of());
        prefixes[t] = new int[here.size()][];
        biases[t] = new float[here.size()];
        for (int i = 0; i < here.size(); i++) {
          var sequence = here.get(i).sequence();
          prefixes[t][i] =
              sequence.subList(0, sequence.size() - 1).stream()
                  .mapToInt(Integer::intValue)
                  .toArray();
          biases[t][i] = here.get(i).bias();
        }
      }
    }

    @Override
    public void process(Candidates c, TokenIds tokens) {
      for (int t = 0; t < targets.length; t++) {
        float sum = 0;
        for (int i = 0; i < biases[t].length; i++) {
          int[] prefix = prefixes[t][i];
          // The reference passes over what is longer than all that was said, its last included.
          boolean fits = prefix.length == 0 || prefix.length < tokens.length();
          if (fits && tokens.endsWith(prefix, prefix.length)) {
            sum += biases[t][i];
          }
        }
        if (sum != 0) {
          c.setScore(targets[t], c.score(targets[t]) + sum);
        }
      }
    }

    @Override
    public String name() {
      return name;
    }
  }

  /** Forbids tokens while the sequence is shorter than {@code length}, prompt included or not. */
  record Below(String name, int length, boolean countPrompt, int[] ids) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      int now = tokens.length() - (countPrompt ? 0 : tokens.promptLength());
      if (now < length) {
        forbid(c, ids);
      }
    }
  }

  /** Forbids tokens always. */
  record Suppress(int[] ids) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      forbid(c, ids);
    }

    @Override
    public String name() {
      return "suppress_tokens";
    }
  }

  /** Forbids tokens as the first new one; a forced begin of one token is passed over. */
  record BeginSuppress(int[] ids, boolean forcedBegin) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      int begin = tokens.promptLength();
      if (tokens.length() == (begin == 1 && forcedBegin ? 2 : begin)) {
        forbid(c, ids);
      }
    }

    @Override
    public String name() {
      return "begin_suppress_tokens";
    }
  }

  /** Leaves only {@code ids} as the token at index {@code at}, the prompt's first being 0. */
  record Force(String name, int at, int[] ids) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      if (tokens.length() == at) {
        c.force(ids);
      }
    }
  }

  /** Raises the end tokens more and more from {@code start} new tokens on. */
  record DecayLength(int start, double factor, int[] ids) implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      int excess = tokens.length() - tokens.promptLength() - start;
      if (excess > 0) {
        float rise = (float) (StrictMath.pow(factor, excess) - 1);
        for (int id : ids) {
          float score = c.score(id);
          if (Float.isFinite(score)) { // the reference makes NaN of what is forbidden already
            c.setScore(id, score + Math.abs(score) * rise);
          }
        }
      }
    }

    @Override
    public String name() {
      return "exponential_decay_length_penalty";
    }
  }

  /** NaN becomes 0, infinities the largest finite numbers. */
  record RemoveInvalid() implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      for (int i = 0; i < c.size(); i++) {
        int id = c.id(i);
        float score = c.score(id);
        if (Float.isNaN(score)) {
          c.put(id, 0);
        } else if (Float.isInfinite(score)) {
          c.put(id, Math.copySign(Float.MAX_VALUE, score));
        }
      }
    }

    @Override
    public String name() {
      return "remove_invalid_values";
    }
  }

  /** Turns scores into logarithms of probabilities. */
  record Renormalize() implements LogitsProcessor {
    @Override
    public void process(Candidates c, TokenIds tokens) {
      c.normalize();
      double logSum = StrictMath.log(c.weightSum());
      for (int i = 0; i < c.size(); i++) {
        int id = c.id(i);
        c.put(id, (float) (c.score(id) - c.max() - logSum));
      }
    }

    @Override
    public String name() {
      return "renormalize_logits";
    }
  }

  private static void forbid(Candidates c, int[] ids) {
    for (int id : ids) {
      c.setScore(id, Float.NEGATIVE_INFINITY);
    }
  }

  /** A copy in rising order, each id once. */
  static int[] distinct(int[] ids) {
    return Arrays.stream(ids).sorted().distinct().toArray();
  }
}
