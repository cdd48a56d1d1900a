package io.quoth.kernels;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Ops} on this machine's processor: activations of f32 in native memory, weights where they
 * lie, and one rung of kernels spread over the JVM's pool of workers. The bits of a result depend
 * on neither rung nor threads.
 *
 * <p>After the first step of its size, a step allocates nothing on the Java heap and nothing
 * outside of it; every 64 tokens a sequence takes another page for keys and values.
 */
public final class CpuOps implements Ops {
  /** Multiplications below which waking another thread costs more than it gives. */
  private static final long SMALL = 32_768;

  /** Number of the first forward. */
  private static final long FIRST = 2;

  /**
   * Multiplications up to which it is eased: those of all linear layers together, which arrays do
   * in about the time that vectors need to be compiled, and those of any other verb.
   */
  private static final long EASED_FORWARD = 1 << 30;

  private static final long EASED_VERB = 1 << 24;

  /** Whether some model of this JVM is past its first forward; a race costs nothing but time. */
  private static volatile boolean warm;

  private final Rung rung;
  private final int threads;
  private final Kernels best;
  private final Workspace workspace = new Workspace();
  private final Scratch scratch = new Scratch();
  private final RotaryTables rotaryTables = new RotaryTables();
  private final Arena arena = Arena.ofShared();
  private final List<PagePool> pools = new ArrayList<>();
  private long forward = 1;

  /** Multiplications a row of all linear layers that were prepared. */
  private long linearWork;

  /** The kernels of the verb under way: {@link #best}, but for small work at the very start. */
  private Kernels kernels;

  /** What does small work in the first forward; {@link #best} where the start is not eased. */
  private final Kernels standIn;

  private final LinearTask linearTask = new LinearTask();
  private final RowsTask rowsTask = new RowsTask();
  private final AttentionTask attentionTask = new AttentionTask();
  private final BiasedAttention biasedAttention = new BiasedAttention();

  /**
   * On the best rung that may run here, on all processors, with an {@linkplain Easing eased} start.
   */
  public CpuOps() {
    this(Rung.best(), Runtime.getRuntime().availableProcessors(), Easing.IN);
  }

  /**
   * On one rung, from the first moment on.
   *
   * @param threads how many threads work on a forward, the caller included; at least 1
   * @throws BadArgumentException when the rung cannot run here
   */
  public CpuOps(Rung rung, int threads) {
    this(rung, threads, Easing.NONE);
  }

  /** On one rung, with or without an {@linkplain Easing eased} start. */
  public CpuOps(Rung rung, int threads, Easing easing) {
    if (threads < 1) {
      throw new BadArgumentException("threads must be >= 1: " + threads);
    }
    rung.obstacle()
        .ifPresent(reason -> {
          throw new BadArgumentException(rung + " kernels cannot run here: " + reason);
        });
    this.rung = rung;
    this.threads = threads;
    boolean eased = easing == Easing.IN;
    best = eased && rung == Rung.SCALAR ? new ArrayKernels() : rung.kernels();
    kernels = best;
    standIn = eased && rung != Rung.SCALAR ? new ArrayKernels() : best;
  }

  /** The rung that runs. */
  public Rung rung() {
    return rung;
  }

  /** How many threads work on a forward. */
  public int threads() {
    return threads;
  }

  /** Bytes that activations, keys and values take now, without weights. */
  public long bytes() {
    long bytes = scratch.bytes();
    for (var pool : pools) {
      bytes += pool.bytes();
    }
    return bytes;
  }

  // ---- weights

  @Override
  public Linear prepareLinear(Tensor weight, @Nullable Tensor bias, Orientation orientation) {
    var matrix = Matrix.of(weight, arena);
    boolean outIn = orientation == Orientation.OUT_IN;
    int in = outIn ? matrix.columns() : matrix.rows();
    int out = outIn ? matrix.rows() : matrix.columns();
    var part = new CpuLinear.Part(matrix, Matrix.vector(bias, out), orientation, out, 0);
    linearWork += (long) in * out;
    return new CpuLinear(in, out, List.of(part));
  }

  @Override
  public Linear fuse(Linear... parts) {
    List<CpuLinear.Part> all = new ArrayList<>();
    int column = 0;
    for (var linear : parts) {
      if (linear.in() != parts[0].in()) {
        throw new BadFileException(
            "linear layers of one input differ in its size: "
                + parts[0].in()
                + " and "
                + linear.in());
      }
      for (var part : ((CpuLinear) linear).parts()) {
        all.add(part.at(column));
        column += part.out();
      }
    }
    return new CpuLinear(parts[0].in(), column, all);
  }

  @Override
  public Embedding prepareEmbedding(Tensor table) {
    return new CpuEmbedding(Matrix.of(table, arena));
  }

  @Override
  public Embedding prepareEmbedding(Activation rows) {
    float[] values = new float[Math.multiplyExact(rows.rows(), rows.columns())];
    for (int r = 0; r < rows.rows(); r++) {
      read(rows, r, values, r * rows.columns());
    }
    return prepareEmbedding(
        Tensor.of("computed rows", new long[] {rows.rows(), rows.columns()}, values));
  }

  @Override
  public Norm prepareNorm(
      @Nullable Tensor weight, @Nullable Tensor bias, double epsilon, int features) {
    return new CpuNorm(
        features, Matrix.vector(weight, features), Matrix.vector(bias, features), epsilon);
  }

  // ---- states

  @Override
  public SequenceState newState(List<Attention> layers) {
    return new KvState(pool(layers));
  }

  private PagePool pool(List<Attention> layers) {
    synchronized (pools) {
      for (var pool : pools) {
        if (pool.layers().equals(layers)) {
          return pool;
        }
      }
      var pool = new PagePool(layers);
      pools.add(pool);
      return pool;
    }
  }

  // ---- a forward

  @Override
  public void begin() {
    scratch.clear();
    rotaryTables.clear();
    forward++;
    warm |= forward > FIRST;
  }

  /** The kernels for a verb of so many multiplications. */
  private Kernels kernelsFor(long work) {
    return warm || work >= EASED_VERB ? best : standIn;
  }

  /** The kernels for a linear layer of so many rows, as all others of the forward have them. */
  private Kernels linearKernelsFor(int rows) {
    return warm || rows * linearWork >= EASED_FORWARD ? best : standIn;
  }

  @Override
  public Activation layer(Layer layer, Activation x, Batch batch) {
    int mark = scratch.mark();
    var input = (CpuActivation) x;
    var memory = input.memory;
    long offset = input.offset;
    var result = (CpuActivation) layer.forward(this, x, batch);
    if (result != input) {
      requireSameShape(input, result);
      MemorySegment.copy(
          result.memory, result.offset, memory, offset, result.end() - result.offset);
    }
    scratch.release(mark);
    return x;
  }

  @Override
  public Activation embed(Embedding tokens, Batch batch) {
    var table = ((CpuEmbedding) tokens).table();
    var y = scratch.push(batch.tokens(), table.columns());
    for (int r = 0; r < y.rows; r++) {
      copyRow(table, batch.id(r), "id", y, r);
    }
    return y;
  }

  @Override
  public Activation embedPositions(Embedding positions, Batch batch, int offset) {
    var table = ((CpuEmbedding) positions).table();
    var y = scratch.push(batch.tokens(), table.columns());
    for (int r = 0; r < y.rows; r++) {
      copyRow(table, batch.position(r) + offset, "position", y, r);
    }
    return y;
  }

  @Override
  public Activation embed(Embedding table, int[] rows) {
    var matrix = ((CpuEmbedding) table).table();
    var y = scratch.push(rows.length, matrix.columns());
    for (int r = 0; r < y.rows; r++) {
      copyRow(matrix, rows[r], "row", y, r);
    }
    return y;
  }

  @Override
  public Activation input(float[] values, int rows, int columns) {
    var y = scratch.push(rows, columns);
    for (int r = 0; r < rows; r++) {
      y.write(r, 0, values, r * columns, columns);
    }
    return y;
  }

  private void copyRow(Matrix table, int row, String what, CpuActivation y, int r) {
    if (row < 0 || row >= table.rows()) {
      throw new BadArgumentException(
          what + " " + row + " is outside the table " + table.name() + " of " + table.rows());
    }
    float[] numbers = workspace.weights(table.columns());
    table.decodeCopy(row, 0, table.columns(), numbers, 0, workspace);
    y.write(r, 0, numbers, 0, table.columns());
  }

  @Override
  public Activation linear(Activation x, Linear weights) {
    var linear = (CpuLinear) weights;
    var input = (CpuActivation) x;
    if (input.columns != linear.in()) {
      throw new IllegalArgumentException(
          "an input of " + input.columns + " for a linear layer of " + linear.in());
    }
    var y = scratch.push(input.rows, linear.out());
    linearTask.run(linear, input, y);
    return y;
  }

  @Override
  public Activation rmsNorm(Activation x, Norm norm) {
    return norm(Verb.RMS_NORM, (CpuActivation) x, (CpuNorm) norm);
  }

  @Override
  public Activation layerNorm(Activation x, Norm norm) {
    return norm(Verb.LAYER_NORM, (CpuActivation) x, (CpuNorm) norm);
  }

  private Activation norm(Verb verb, CpuActivation x, CpuNorm norm) {
    if (x.columns != norm.features()) {
      throw new IllegalArgumentException(
          "an input of " + x.columns + " for a norm of " + norm.features());
    }
    var y = scratch.push(x.rows, x.columns);
    rowsTask.norm = norm;
    rowsTask.run(verb, x, y, 4L * x.columns);
    return y;
  }

  @Override
  public Activation layerNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    return normHeads(Verb.LAYER_NORM_HEADS, qkv, attention, query, key);
  }

  @Override
  public Activation rmsNormHeads(Activation qkv, Attention attention, Norm query, Norm key) {
    return normHeads(Verb.RMS_NORM_HEADS, qkv, attention, query, key);
  }

  private Activation normHeads(
      Verb verb, Activation qkv, Attention attention, Norm query, Norm key) {
    var x = checkedQkv(qkv, attention);
    rowsTask.attention = attention;
    rowsTask.norm = (CpuNorm) query;
    rowsTask.keyNorm = (CpuNorm) key;
    rowsTask.run(verb, x, x, 4L * x.columns);
    return x;
  }

  @Override
  public Activation rotate(Activation qkv, Attention attention, Rope rope, Batch batch) {
    var x = checkedQkv(qkv, attention);
    rowsTask.attention = attention;
    rowsTask.rope = rope;
    rowsTask.table = rotaryTables.of(rope, batch);
    rowsTask.run(Verb.ROTATE, x, x, 2L * x.columns);
    return x;
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, Batch batch) {
    var x = checkedQkv(qkv, attention);
    if (batch.tokens() != x.rows) {
      throw new IllegalArgumentException(x.rows + " rows for a batch of " + batch.tokens());
    }
    var y = scratch.push(x.rows, attention.outColumns());
    attentionTask.run(attention, x, y, batch);
    return y;
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, ScoreBias bias, Batch batch) {
    var x = checkedQkv(qkv, attention);
    if (batch.tokens() != x.rows) {
      throw new IllegalArgumentException(x.rows + " rows for a batch of " + batch.tokens());
    }
    var y = scratch.push(x.rows, attention.outColumns());
    biasedAttention.run(attention, bias, x, y, batch, threads, workspace);
    return y;
  }

  @Override
  public Activation neighbours(Activation x, int width, Batch batch) {
    var input = (CpuActivation) x;
    var y = scratch.push(input.rows, Math.multiplyExact(input.columns, width));
    for (int s = 0; s < batch.sequences(); s++) {
      for (int r = batch.start(s); r < batch.end(s); r++) {
        for (int t = 0; t < width; t++) {
          int from = r + t - width / 2;
          boolean inside = from >= batch.start(s) && from < batch.end(s);
          for (int i = 0; i < input.columns; i++) {
            y.set(r, i * width + t, inside ? input.get(from, i) : 0f);
          }
        }
      }
    }
    return y;
  }

  private static CpuActivation checkedQkv(Activation qkv, Attention attention) {
    if (qkv.columns() != attention.qkvColumns()) {
      throw new IllegalArgumentException(qkv + " for " + attention);
    }
    return (CpuActivation) qkv;
  }

  @Override
  public Activation activate(Nonlinearity function, Activation x) {
    var y = (CpuActivation) x;
    rowsTask.function = function;
    rowsTask.run(Verb.ACTIVATE, y, y, 8L * y.columns);
    return x;
  }

  @Override
  public Activation gate(Nonlinearity function, Activation x) {
    var input = (CpuActivation) x;
    if (input.columns % 2 != 0) {
      throw new IllegalArgumentException(x + " has no halves");
    }
    var y = scratch.push(input.rows, input.columns / 2);
    rowsTask.function = function;
    rowsTask.run(Verb.GATE, input, y, 8L * y.columns);
    return y;
  }

  @Override
  public Activation add(Activation x, Activation y) {
    var sum = (CpuActivation) x;
    requireSameShape(sum, y);
    rowsTask.run(Verb.ADD, sum, (CpuActivation) y, x.columns());
    return x;
  }

  private static void requireSameShape(Activation x, Activation y) {
    if (x.rows() != y.rows() || x.columns() != y.columns()) {
      throw new IllegalArgumentException("shapes differ: " + x + " and " + y);
    }
  }

  @Override
  public Activation wantedRows(Activation x, Batch batch) {
    if (batch.wantedRows() == x.rows()) {
      return x;
    }
    var input = (CpuActivation) x;
    var y = scratch.push(batch.wantedRows(), input.columns);
    int row = 0;
    for (int r = 0; r < input.rows; r++) {
      if (batch.wanted(r)) {
        MemorySegment.copy(
            input.memory, input.at(r), y.memory, y.at(row), (long) Float.BYTES * y.columns);
        row++;
      }
    }
    return y;
  }

  @Override
  public Activation rows(Activation x, int[] rows) {
    var input = (CpuActivation) x;
    var y = scratch.push(rows.length, input.columns);
    for (int r = 0; r < rows.length; r++) {
      long bytes = (long) Float.BYTES * y.columns;
      MemorySegment.copy(input.memory, input.at(rows[r]), y.memory, y.at(r), bytes);
    }
    return y;
  }

  @Override
  public Activation mean(Activation x, Batch batch) {
    var input = (CpuActivation) x;
    var y = scratch.push(batch.sequences(), input.columns);
    for (int s = 0; s < y.rows; s++) {
      int rows = batch.end(s) - batch.start(s);
      for (int i = 0; i < y.columns; i++) {
        float sum = 0f;
        for (int r = batch.start(s); r < batch.end(s); r++) {
          sum += input.get(r, i);
        }
        y.set(s, i, sum / rows);
      }
    }
    return y;
  }

  @Override
  public void read(Activation x, int row, float[] into, int at) {
    ((CpuActivation) x).copy(row, 0, into, at, x.columns());
  }

  @Override
  public void close() {
    scratch.close();
    attentionTask.close();
    synchronized (pools) {
      pools.forEach(PagePool::close);
      pools.clear();
    }
    arena.close();
  }

  // ---- the shares that threads take

  /** How many shares so that each has some work and no thread waits long for the last. */
  private int shares(long work, long most) {
    return work < SMALL ? 1 : (int) Math.min(most, 4L * threads);
  }

  /** Outputs of a linear layer in strips; before that, where the rung wants it, rows are packed. */
  @SuppressWarnings("NullAway.Init") // its fields are set before shares run
  private final class LinearTask implements WorkerPool.Task {
    private CpuLinear linear;
    private CpuActivation y;
    private final PackedRows rows = new PackedRows(new CpuActivation());
    private boolean packing;

    void run(CpuLinear layer, CpuActivation input, CpuActivation output) {
      linear = layer;
      y = output;
      rows.x = input;
      rows.orientation = layer.orientation();
      kernels = linearKernelsFor(input.rows);
      int together = kernels.rowsTogether(layer.in());
      for (int first = 0; first < input.rows; first += together) {
        rows.first = first;
        rows.count = Math.min(together, input.rows - first);
        runRows(layer);
      }
    }

    private void runRows(CpuLinear layer) {
      long work = (long) layer.in() * layer.out() * rows.count;
      boolean small = work < SMALL;
      int helpers = small ? 1 : threads;
      int size = kernels.packedSize(rows, layer.in());
      if (size > rows.numbers.length) {
        rows.numbers = new float[size];
      }
      packing = true;
      int tiles = kernels.packedTiles(rows);
      WorkerPool.SHARED.run(this, tiles, helpers, workspace);
      packing = false;
      int shares = 0;
      for (int i = 0; i < layer.parts().size(); i++) {
        shares += strips(layer.parts().get(i));
      }
      WorkerPool.SHARED.run(this, shares, helpers, workspace);
    }

    private int strips(CpuLinear.Part part) {
      int strip = strip(part);
      return (part.out() + strip - 1) / strip;
    }

    private int strip(CpuLinear.Part part) {
      return kernels.strip(part, rows.count, threads);
    }

    @Override
    public void run(int share, Workspace w) {
      if (packing) {
        kernels.pack(rows, share, w);
        return;
      }
      var parts = linear.parts();
      int index = share;
      int i = 0;
      while (index >= strips(parts.get(i))) {
        index -= strips(parts.get(i++));
      }
      var part = parts.get(i);
      int strip = strip(part);
      int from = index * strip;
      kernels.linear(part, from, Math.min(part.out(), from + strip), rows, y, w);
    }
  }

  private enum Verb {
    RMS_NORM,
    LAYER_NORM,
    LAYER_NORM_HEADS,
    RMS_NORM_HEADS,
    ROTATE,
    ACTIVATE,
    GATE,
    ADD
  }

  /** What goes row by row. */
  @SuppressWarnings("NullAway.Init") // its fields are set before shares run
  private final class RowsTask implements WorkerPool.Task {
    private Verb verb = Verb.ADD;
    private CpuActivation x;
    private CpuActivation y;
    private int shares;

    private CpuNorm norm;
    private CpuNorm keyNorm;
    private Attention attention;
    private Rope rope;
    private float[] table = {};
    private Nonlinearity function = Nonlinearity.RELU;

    void run(Verb which, CpuActivation input, CpuActivation output, long workPerRow) {
      verb = which;
      x = input;
      y = output;
      kernels = kernelsFor(workPerRow * input.rows);
      shares = shares(workPerRow * input.rows, input.rows);
      WorkerPool.SHARED.run(this, shares, threads, workspace);
    }

    @Override
    public void run(int share, Workspace w) {
      int from = (int) ((long) x.rows * share / shares);
      int to = (int) ((long) x.rows * (share + 1) / shares);
      switch (verb) {
        case RMS_NORM -> kernels.rmsNorm(norm, x, y, from, to, w);
        case LAYER_NORM -> {
          for (int r = from; r < to; r++) {
            kernels.layerNorm(norm, x, r, 0, y, w);
          }
        }
        case LAYER_NORM_HEADS, RMS_NORM_HEADS -> normHeads(from, to, w);
        case ROTATE -> rotate(from, to, w);
        case ACTIVATE -> kernels.activate(function, x, from, to, w);
        case GATE -> kernels.gate(function, x, y, from, to, w);
        case ADD -> kernels.add(x, y, from, to, w);
      }
    }

    private void normHeads(int from, int to, Workspace w) {
      int heads = attention.heads();
      for (int r = from; r < to; r++) {
        for (int h = 0; h < heads + attention.kvHeads(); h++) {
          CpuNorm of = h < heads ? norm : keyNorm;
          int column = h * attention.headSize();
          if (verb == Verb.RMS_NORM_HEADS) {
            kernels.rmsNormHead(of, x, r, column, w);
          } else {
            kernels.layerNorm(of, x, r, column, x, w);
          }
        }
      }
    }

    private void rotate(int from, int to, Workspace w) {
      for (int r = from; r < to; r++) {
        for (int h = 0; h < attention.heads() + attention.kvHeads(); h++) {
          kernels.rotate(x, r, h * attention.headSize(), rope, table, r * rope.rotaryDims(), w);
        }
      }
    }
  }

  /** Attention: first all keys and values are written, then every share reads what it sees. */
  @SuppressWarnings("NullAway.Init") // its fields are set before shares run
  private final class AttentionTask implements WorkerPool.Task {
    private Attention attention;
    private CpuActivation qkv;
    private CpuActivation y;
    private Batch batch;
    private boolean writing;

    /** Key and value heads of a share of one row: their scores stay in a cache. */
    private static final int MOST_HEADS = 4;

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

    void run(Attention a, CpuActivation input, CpuActivation output, Batch sequences) {
      attention = a;
      qkv = input;
      y = output;
      batch = sequences;
      tileRows = best.attentionRows(a);
      long seen = claim(a, sequences);
      long work = seen * a.heads() * a.headSize();
      kernels = kernelsFor(work);
      boolean small = work < SMALL;
      int helpers = small ? 1 : threads;
      writing = true;
      WorkerPool.SHARED.run(this, tiles[sequences.sequences()], helpers, workspace);
      writing = false;
      parts = input.rows == sequences.sequences() ? partsOfOneRow(a.kvHeads()) : a.kvHeads();
      WorkerPool.SHARED.run(this, tiles[sequences.sequences()] * parts, helpers, workspace);
      finish(a, sequences);
    }

    /** One row reads its memory once: the more heads a share has, the longer the runs. */
    private int partsOfOneRow(int kvHeads) {
      int rounds = (kvHeads + threads * MOST_HEADS - 1) / (threads * MOST_HEADS);
      return Math.min(threads * rounds, kvHeads);
    }

    /** Makes room for keys and values; returns how many positions all rows see together. */
    private long claim(Attention a, Batch sequences) {
      int count = sequences.sequences();
      if (states.length < count) {
        states = Arrays.copyOf(states, count);
        tiles = new int[count + 1];
      }
      int own = 0;
      long seen = 0;
      for (int s = 0; s < count; s++) {
        int rows = sequences.end(s) - sequences.start(s);
        var given = sequences.state(s);
        var state = given == null ? own(a, own++) : (KvState) given;
        int first = sequences.position(sequences.start(s));
        if (first != state.length()) {
          throw new IllegalArgumentException(
              "a sequence goes on at position " + first + ", its state has " + state.length());
        }
        if (given == null || a.layer() == 0) {
          state.claim(first + rows, forward);
        }
        states[s] = state;
        tiles[s + 1] = tiles[s] + (rows + tileRows - 1) / tileRows;
        seen += (long) rows * state.end();
      }
      return seen;
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

    private void finish(Attention a, Batch sequences) {
      for (int s = 0; s < sequences.sequences(); s++) {
        if (sequences.state(s) == null) {
          states[s].forget();
        } else if (a.layer() == states[s].pool.layers().size() - 1) {
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
}
