package io.quoth.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Attention: first all keys and values are written, then every share reads what it sees. */
@SuppressWarnings("NullAway.Init") // its fields are set before shares run
final class AttentionTask implements WorkerPool.Task {
  /** Key and value heads of a share of one row: their scores stay in a cache. */
  private static final int MOST_HEADS = 4;

  private final int threads;
  private final Workspace workspace;
  private Kernels kernels;
  private Attention attention;
  private CpuActivation qkv;
  private CpuActivation y;
  private Batch batch;
  private boolean writing;

  /** Rows of a share. */
  private int tileRows = 1;

  /** Shares of the heads of a tile. */
  private int parts = 1;

  /** Where the keys and values of each sequence of the batch are. */
  private KvState[] states = {};

  /** Which of them are this task's own, for sequences that bring none. */
  private final List<KvState> ownStates = new ArrayList<>();

  private @Nullable PagePool ownPool;

  /** Shares before each sequence, in tiles of rows. */
  private int[] tiles = {};

  AttentionTask(int threads, Workspace workspace) {
    this.threads = threads;
    this.workspace = workspace;
  }

  /**
   * Makes room for keys and values; returns how many multiplications the scores take.
   *
   * @param rows of a share, as the rung likes it
   * @param forward number of the forward under way
   */
  long claim(Attention a, Batch sequences, int rows, long forward) {
    attention = a;
    batch = sequences;
    tileRows = rows;
    int count = sequences.sequences();
    if (states.length < count) {
      states = Arrays.copyOf(states, count);
      tiles = new int[count + 1];
    }
    int own = 0;
    long seen = 0;
    for (int s = 0; s < count; s++) {
      int length = sequences.end(s) - sequences.start(s);
      var given = sequences.state(s);
      var state = given == null ? own(a, own++) : (KvState) given;
      int first = sequences.position(sequences.start(s));
      if (first != state.length()) {
        throw new IllegalArgumentException(
            "a sequence goes on at position " + first + ", its state has " + state.length());
      }
      if (given == null || a.layer() == 0) {
        state.claim(first + length, forward);
      }
      states[s] = state;
      tiles[s + 1] = tiles[s] + (length + tileRows - 1) / tileRows;
      seen += (long) length * state.end();
    }
    return seen * a.heads() * a.headSize();
  }

  void run(Kernels rung, CpuActivation input, CpuActivation output, long work) {
    kernels = rung;
    qkv = input;
    y = output;
    int helpers = work < WorkerPool.SMALL ? 1 : threads;
    int shares = tiles[batch.sequences()];
    writing = true;
    WorkerPool.SHARED.run(this, shares, helpers, workspace);
    writing = false;
    int kvHeads = attention.kvHeads();
    parts = qkv.rows == batch.sequences() ? partsOfOneRow(kvHeads) : kvHeads;
    WorkerPool.SHARED.run(this, shares * parts, helpers, workspace);
    finish();
  }

  /** One row reads its memory once: the more heads a share has, the longer the runs. */
  private int partsOfOneRow(int kvHeads) {
    int rounds = (kvHeads + threads * MOST_HEADS - 1) / (threads * MOST_HEADS);
    return Math.min(threads * rounds, kvHeads);
  }

  private KvState own(Attention a, int index) {
    var layer = new Attention(0, a.heads(), a.kvHeads(), a.headSize(), a.scale(), a.causal());
    if (ownPool == null || !ownPool.layers().getFirst().equals(layer)) {
      close();
      ownPool = new PagePool(List.of(layer));
    }
    if (index == ownStates.size()) {
      ownStates.add(new KvState(ownPool));
    }
    return ownStates.get(index);
  }

  private void finish() {
    for (int s = 0; s < batch.sequences(); s++) {
      if (batch.state(s) == null) {
        states[s].forget();
      } else if (attention.layer() == states[s].pool.layers().size() - 1) {
        states[s].commit();
      }
    }
  }

  @Override
  public void run(int share, Workspace w) {
    int tile = writing ? share : share / parts;
    int s = sequenceOf(tile);
    int row = batch.start(s) + (tile - tiles[s]) * tileRows;
    int rows = Math.min(tileRows, batch.end(s) - row);
    if (writing) {
      write(states[s], row, rows);
    } else {
      int part = share % parts;
      int first = attention.kvHeads() * part / parts;
      int end = attention.kvHeads() * (part + 1) / parts;
      int position = batch.position(row);
      kernels.attend(attention, qkv, y, states[s], row, rows, position, first, end, w);
    }
  }

  private int sequenceOf(int tile) {
    int found = Arrays.binarySearch(tiles, 0, batch.sequences() + 1, tile);
    return found >= 0 ? found : -found - 2;
  }

  private void write(KvState state, int row, int rows) {
    for (int r = row; r < row + rows; r++) {
      state.write(attention, qkv, r, batch.position(r));
    }
  }

  void close() {
    ownStates.clear();
    if (ownPool != null) {
      ownPool.close();
      ownPool = null;
    }
  }
}
