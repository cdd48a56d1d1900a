package io.quoth.generation;

import io.quoth.kernels.Batch;
import java.util.ArrayList;
import java.util.List;

/**
 * The one loop: each step is one forward over a ragged batch that holds the next token of every
 * sequence under way and, within a budget of rows, the next chunks of prompts. Serves one sequence
 * or many; they may join at any step. Used by one thread.
 */
final class GenerationLoop {
  /** Rows of prompts in one forward: many enough to use each weight well, few enough to cancel. */
  static final int PROMPT_ROWS = 256;

  /** Runs a batch: the wanted rows' logits one behind the other. */
  @FunctionalInterface
  interface Forward {
    void forward(Batch batch, float[] logits);
  }

  private final Forward model;
  private final int vocabSize;
  private final Candidates candidates;
  private final Batch batch = new Batch();
  private final List<SequenceRun> running = new ArrayList<>();
  private final List<SequenceRun> choosing = new ArrayList<>();
  private float[] logits = new float[0];

  GenerationLoop(Forward model, int vocabSize) {
    this.model = model;
    this.vocabSize = vocabSize;
    candidates = new Candidates(vocabSize);
  }

  /** Takes a sequence in; it takes part from the next step on until it ends. */
  void add(SequenceRun sequence) {
    if (!sequence.ended()) {
      running.add(sequence);
    }
  }

  /** How many sequences are under way. */
  int running() {
    return running.size();
  }

  /** One forward and the choices behind it; there must be a sequence under way. */
  void step() {
    batch.clear();
    choosing.clear();
    int budget = PROMPT_ROWS;
    for (int i = 0; i < running.size(); i++) {
      SequenceRun sequence = running.get(i);
      int rows = sequence.waiting() == 1 ? 1 : Math.min(budget, sequence.waiting());
      if (rows > 0) {
        budget -= sequence.waiting() == 1 ? 0 : rows;
        if (sequence.fill(batch, rows)) {
          choosing.add(sequence);
        }
      }
    }
    int size = Math.multiplyExact(choosing.size(), vocabSize);
    if (logits.length < size) {
      logits = new float[size];
    }
    model.forward(batch, logits);
    for (int i = 0; i < choosing.size(); i++) {
      choosing.get(i).choose(logits, i * vocabSize, candidates);
    }
    dropEnded();
  }

  /** Lets go of sequences that were ended from outside. */
  void dropEnded() {
    running.removeIf(SequenceRun::ended);
  }
}
