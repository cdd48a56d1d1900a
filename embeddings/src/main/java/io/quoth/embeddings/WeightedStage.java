package io.quoth.embeddings;

import io.quoth.base.BadFileException;
import io.quoth.base.ModelFolder;
import io.quoth.base.ProgressListener;
import io.quoth.base.Turn;
import io.quoth.kernels.Ops;
import io.quoth.models.WeightFiles;
import io.quoth.tensors.Weights;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/** Weights of a stage with what computes on them; one computation at a time. */
final class WeightedStage implements AutoCloseable {
  private final Arena arena;
  private final Ops ops;
  private final Weights weights;
  private final String location;
  private final Turn turn;

  private WeightedStage(Arena arena, Ops ops, Weights weights, String location) {
    this.arena = arena;
    this.ops = ops;
    this.weights = weights;
    this.location = location;
    turn = new Turn(location + ": the model");
  }

  /** Opens the weights of a folder. */
  @SuppressWarnings("MustBeClosedChecker") // this owns the arena and closes it
  static WeightedStage open(ModelFolder folder, Supplier<Ops> ops, ProgressListener progress) {
    Arena arena = Arena.ofShared();
    try {
      Weights weights = WeightFiles.open(folder, arena, progress);
      return new WeightedStage(arena, ops.get(), weights, folder.location());
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  Ops ops() {
    return ops;
  }

  Weights weights() {
    return weights;
  }

  /** The sizes of a tensor that must be there and have {@code rank} dimensions. */
  long[] shape(String name, int rank) {
    var tensor = weights.find(name);
    if (tensor.isEmpty() || tensor.get().rank() != rank) {
      throw new BadFileException(
          location + ": expected a tensor " + name + " of " + rank + " dimensions");
    }
    return tensor.get().shape();
  }

  /** Computes under the lock, on scratch begun anew. */
  void compute(Runnable work) {
    turn.begin();
    try {
      ops.begin();
      work.run();
    } finally {
      turn.end();
    }
  }

  @Override
  public void close() {
    turn.close(() -> {
      ops.close();
      arena.close();
    });
  }
}
