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
import io.quoth.kernels.SequenceState;
import io.quoth.tensors.DType;
import io.quoth.tensors.Weights;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A causal language model: ids in, logits of the next id out.
 *
 * <p>Safe to share between threads: one forward runs at a time, callers wait their turn in order.
 * {@link #close} waits for the work under way; whoever comes later gets a {@link ClosedException}.
 */
public final class CausalModel implements AutoCloseable {
  private final String location;
  private final Weights weights;
  private final CausalTransformer transformer;
  private final Ops ops;

  /** Owns the mapped weights. */
  private final Arena arena;

  /** Held for one forward. */
  private final Turn turn;

  private CausalModel(
      String location, Weights weights, CausalTransformer transformer, Ops ops, Arena arena) {
    this.location = location;
    this.weights = weights;
    this.transformer = transformer;
    this.ops = ops;
    this.arena = arena;
    turn = new Turn(location + ": the model");
  }

  /**
   * Loads a model: {@code config.json} and the weights. Weights are mapped, not read: the first
   * forward touches them.
   *
   * @param ops what computes; belongs to the model from now on, and is closed with it or when
   *     loading fails
   * @throws io.quoth.base.BadFileException when a file is missing, damaged or does not fit another
   * @throws io.quoth.base.UnsupportedModelException when no family knows the model
   */
  @SuppressWarnings("MustBeClosedChecker") // the model owns the arena and closes it
  public static CausalModel load(ModelFolder folder, Ops ops, ProgressListener progress) {
    Arena arena = Arena.ofShared();
    try {
      folder.fetch(List.of("config.json", "generation_config.json"), progress);
      ConfigReader config = ModelLoader.config(folder);
      Families.of(config); // known before anything large is fetched
      var weights = WeightFiles.open(folder, arena, progress);
      var transformer = ModelLoader.build(config, weights, ops);
      return new CausalModel(folder.location(), weights, transformer, ops, arena);
    } catch (RuntimeException | Error e) {
      ops.close();
      arena.close();
      throw e;
    }
  }

  /** What the model's configuration says. */
  public ModelConfig config() {
    return transformer.config();
  }

  /** Where it was loaded from, for messages. */
  public String location() {
    return location;
  }

  /** The bytes of the weights by their type, as they lie in the files. */
  public Map<DType, Long> weightBytes() {
    var bytes = new EnumMap<DType, Long>(DType.class);
    for (String name : weights.names()) {
      weights
          .find(name)
          .ifPresent(tensor -> bytes.merge(tensor.dtype(), tensor.data().byteSize(), Long::sum));
    }
    return bytes;
  }

  /** An empty state for one sequence; the caller closes it. */
  public SequenceState newState() {
    turn.begin();
    try {
      return ops.newState(transformer.attention());
    } finally {
      turn.end();
    }
  }

  /**
   * Runs a batch. The states of its sequences remember its tokens afterwards; when this throws,
   * they remember what they did before.
   *
   * @param logits takes the logits of the rows that the batch wants, in order: row k at {@code k *
   *     vocabSize}
   * @throws BadArgumentException when an id is outside the vocabulary, a sequence longer than the
   *     context, or {@code logits} too short
   * @throws ClosedException when the model is closed
   * @throws QuothException when a logit is not a number
   */
  public void forward(Batch batch, float[] logits) {
    turn.begin();
    try {
      check(batch);
      int vocabSize = config().vocabSize();
      if ((long) batch.wantedRows() * vocabSize > logits.length) {
        throw new BadArgumentException(
            "logits of "
                + batch.wantedRows()
                + " rows need an array of "
                + (long) batch.wantedRows() * vocabSize
                + " numbers, found "
                + logits.length);
      }
      boolean done = false;
      try {
        run(batch, logits);
        done = true;
      } finally {
        if (!done) {
          forget(batch);
        }
      }
    } finally {
      turn.end();
    }
  }

  private void run(Batch batch, float[] logits) {
    ops.begin();
    Activation x = transformer.embed(ops, batch);
    var layers = transformer.layers();
    // By index: an iterator would be an object a token.
    for (int i = 0; i < layers.size(); i++) {
      x = ops.layer(layers.get(i), x, batch);
    }
    if (batch.wantedRows() > 0) {
      x = transformer.norm(ops, ops.wantedRows(x, batch));
      readLogits(transformer.head(ops, x), logits);
    }
  }

  /**
   * Runs one sequence by itself and keeps everything.
   *
   * @param ids the sequence, at least one id
   * @throws BadArgumentException as {@link #forward} does, and when the result is larger than an
   *     array
   */
  public Recording record(int... ids) {
    ModelConfig config = config();
    if ((long) ids.length * Math.max(config.vocabSize(), config.hiddenSize()) > 1 << 30) {
      throw new BadArgumentException(
          "the logits of " + ids.length + " ids are too many to be kept at once");
    }
    if (ids.length == 0) {
      throw new BadArgumentException("there are no ids");
    }
    var batch = new Batch();
    batch.add(null, ids, 0, ids.length, ids.length, Batch.Want.ALL);
    turn.begin();
    try {
      check(batch);
      ops.begin();
      var hiddenStates = new ArrayList<float[]>();
      Activation x = transformer.embed(ops, batch);
      for (Layer layer : transformer.layers()) {
        hiddenStates.add(rows(x));
        x = ops.layer(layer, x, batch);
      }
      x = transformer.norm(ops, x);
      hiddenStates.add(rows(x));
      float[] logits = new float[ids.length * config.vocabSize()];
      readLogits(transformer.head(ops, x), logits);
      return new Recording(hiddenStates, logits, ids.length);
    } finally {
      turn.end();
    }
  }

  private float[] rows(Activation x) {
    float[] rows = new float[x.rows() * x.columns()];
    for (int r = 0; r < x.rows(); r++) {
      ops.read(x, r, rows, r * x.columns());
    }
    return rows;
  }

  private void readLogits(Activation x, float[] logits) {
    int vocabSize = x.columns();
    for (int row = 0; row < x.rows(); row++) {
      ops.read(x, row, logits, row * vocabSize);
      for (int id = 0; id < vocabSize; id++) {
        if (Float.isNaN(logits[row * vocabSize + id])) {
          throw new QuothException(
              location
                  + ": the logit of id "
                  + id
                  + " in row "
                  + row
                  + " is not a number (NaN): the weights are damaged or hold NaN or infinity");
        }
      }
    }
  }

  private void check(Batch batch) {
    int vocabSize = config().vocabSize();
    for (int row = 0; row < batch.tokens(); row++) {
      int id = batch.id(row);
      if (id < 0 || id >= vocabSize) {
        throw new BadArgumentException(
            "id "
                + id
                + " is outside the vocabulary of "
                + vocabSize
                + ": 0 to "
                + (vocabSize - 1));
      }
    }
    for (int s = 0; s < batch.sequences(); s++) {
      int prompt = batch.promptLength(s);
      int length = batch.position(batch.end(s) - 1) + 1;
      if (Math.max(prompt, length) > config().maxLength()) {
        throw new BadArgumentException(
            (prompt > config().maxLength()
                    ? "a prompt of " + prompt + " tokens"
                    : "a sequence of " + length + " tokens")
                + " is longer than the model's context of "
                + config().contextLength());
      }
    }
    if (batch.tokens() == 0) {
      throw new BadArgumentException("the batch is empty");
    }
  }

  /** Takes the tokens of a batch that failed out of the states again. */
  private static void forget(Batch batch) {
    for (int s = 0; s < batch.sequences(); s++) {
      SequenceState state = batch.state(s);
      int before = batch.position(batch.start(s));
      if (state != null && state.length() > before) {
        state.truncate(before);
      }
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
