package io.quoth.models;

import io.quoth.base.BadArgumentException;
import io.quoth.base.ClosedException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.QuothException;
import io.quoth.base.Turn;
import io.quoth.kernels.Activation;
import io.quoth.kernels.Batch;
import io.quoth.kernels.Layer;
import io.quoth.kernels.Ops;
import io.quoth.models.EncoderOutput.Rows;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model in which every position sees every other: ids in, hidden states or the outputs of a task
 * out. Causal models can be loaded too, for their hidden states alone ({@link Task#BASE}).
 *
 * <p>Safe to share between threads: one forward runs at a time, callers wait their turn in order.
 * {@link #close} waits for the work under way; whoever comes later gets a {@link ClosedException}.
 */
public final class EncoderModel implements AutoCloseable {
  private final String location;
  private final Task task;
  private final EncoderTransformer transformer;
  private final Ops ops;

  /** Owns the mapped weights. */
  private final Arena arena;

  /** Held for one forward. */
  private final Turn turn;

  private EncoderModel(
      String location, Task task, EncoderTransformer transformer, Ops ops, Arena arena) {
    this.location = location;
    this.task = task;
    this.transformer = transformer;
    this.ops = ops;
    this.arena = arena;
    turn = new Turn(location + ": the model");
  }

  /** Loads a model with the head that its configuration names in {@code architectures}. */
  public static EncoderModel load(ModelFolder folder, Ops ops, ProgressListener progress) {
    return load(folder, Optional.empty(), ops, progress);
  }

  /** Loads a model with the head of a task; its weights must be there. */
  public static EncoderModel load(
      ModelFolder folder, Task task, Ops ops, ProgressListener progress) {
    return load(folder, Optional.of(task), ops, progress);
  }

  /**
   * Loads {@code config.json} and the weights. Weights are mapped, not read: the first forward
   * touches them.
   *
   * @param task whose head is wanted; empty for that which the configuration names
   * @param ops what computes; belongs to the model from now on, and is closed with it or when
   *     loading fails
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  @SuppressWarnings("MustBeClosedChecker") // the model owns the arena and closes it
  private static EncoderModel load(
      ModelFolder folder, Optional<Task> task, Ops ops, ProgressListener progress) {
    Arena arena = Arena.ofShared();
    try {
      folder.fetch(List.of("config.json"), progress);
      var loader = new EncoderLoader(ModelLoader.config(folder), task);
      var weights = WeightFiles.open(folder, arena, progress);
      var transformer = loader.build(weights, ops);
      return new EncoderModel(folder.location(), loader.task(), transformer, ops, arena);
    } catch (RuntimeException | Error e) {
      ops.close();
      arena.close();
      throw e;
    }
  }

  /** What the model's configuration says. */
  public EncoderConfig config() {
    return transformer.config();
  }

  /** What it computes. */
  public Task task() {
    return task;
  }

  /** Where it was loaded from, for messages. */
  public String location() {
    return location;
  }

  /**
   * Runs a batch. The outputs of a sequence have the same bits in whatever batch it stands.
   *
   * @param batch whole sequences, without states; {@link Task#MASKED_LM} gives logits for the rows
   *     that it wants only
   * @throws BadArgumentException when an id or token type is outside its table, or a sequence
   *     longer than the model allows
   * @throws ClosedException when the model is closed
   * @throws QuothException when an output is not a number
   */
  public EncoderOutput forward(Batch batch) {
    return run(batch, null);
  }

  /** Runs one sequence and keeps the hidden states too, numbered as the reference does. */
  public EncoderRecording record(int[] ids, int[] typeIds) {
    var batch = new Batch();
    batch.add(ids, typeIds, Batch.Want.ALL);
    var hiddenStates = new ArrayList<float[]>();
    EncoderOutput output = run(batch, hiddenStates);
    return new EncoderRecording(hiddenStates, output, ids.length);
  }

  private EncoderOutput run(Batch batch, @Nullable List<float[]> hiddenStates) {
    turn.begin();
    try {
      check(batch);
      ops.begin();
      Activation x = transformer.embed(ops, batch);
      for (Layer layer : transformer.layers()) {
        if (hiddenStates != null) {
          hiddenStates.add(read("hidden states", x, 0, x.columns()).values());
        }
        x = ops.layer(layer, x, batch);
      }
      x = transformer.norm(ops, x);
      if (hiddenStates != null) {
        hiddenStates.add(read("hidden states", x, 0, x.columns()).values());
      }
      var outputs = new LinkedHashMap<String, Rows>();
      transformer
          .head()
          .forward(
              ops, x, batch, (name, y, from, to) -> outputs.put(name, read(name, y, from, to)));
      return new EncoderOutput(outputs);
    } finally {
      turn.end();
    }
  }

  private Rows read(String name, Activation x, int from, int to) {
    int columns = to - from;
    long count = (long) x.rows() * columns;
    if (count > Integer.MAX_VALUE - 8) {
      throw new BadArgumentException(
          name + " of " + x.rows() + " rows are too many numbers; give fewer texts at once");
    }
    float[] values = new float[(int) count];
    float[] row = columns == x.columns() ? values : new float[x.columns()];
    for (int r = 0; r < x.rows(); r++) {
      if (columns == x.columns()) {
        ops.read(x, r, values, r * columns);
      } else {
        ops.read(x, r, row, 0);
        System.arraycopy(row, from, values, r * columns, columns);
      }
    }
    for (int i = 0; i < values.length; i++) {
      if (Float.isNaN(values[i])) {
        throw new QuothException(
            location
                + ": "
                + name
                + " of row "
                + i / columns
                + " are not numbers (NaN): the weights are damaged or hold NaN or infinity");
      }
    }
    return new Rows(values, x.rows(), columns);
  }

  private void check(Batch batch) {
    if (batch.tokens() == 0) {
      throw new BadArgumentException("the batch is empty");
    }
    EncoderConfig config = config();
    for (int row = 0; row < batch.tokens(); row++) {
      requireBelow("id", batch.id(row), config.vocabSize());
      if (config.typeVocabSize() > 0) {
        requireBelow("token type", batch.type(row), config.typeVocabSize());
      }
    }
    for (int s = 0; s < batch.sequences(); s++) {
      int length = batch.end(s) - batch.start(s);
      if (batch.state(s) != null) {
        throw new BadArgumentException("an encoder runs whole sequences, without states");
      }
      if (length > config.maxLength()) {
        throw new BadArgumentException(
            "a text of "
                + length
                + " tokens is longer than the "
                + config.maxLength()
                + " of the model; cut it off or split it");
      }
    }
  }

  private static void requireBelow(String what, int number, int limit) {
    if (number < 0 || number >= limit) {
      throw new BadArgumentException(
          what + " " + number + " is outside the table: 0 to " + (limit - 1));
    }
  }

  /** Waits for the work under way and gives all memory back. May be called again. */
  @Override
  public void close() {
    turn.close(() -> {
      ops.close();
      arena.close();
    });
  }
}
