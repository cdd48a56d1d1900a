package io.quoth.kernels;

import io.quoth.base.BadArgumentException;
import io.quoth.base.BadFileException;
import io.quoth.kernels.RowsTask.Verb;
import io.quoth.tensors.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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

  /** What does small work in the first forward; {@link #best} where the start is not eased. */
  private final Kernels standIn;

  private final LinearTask linearTask;
  private final RowsTask rowsTask;
  private final AttentionTask attentionTask;
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
    linearTask = new LinearTask(threads, workspace);
    rowsTask = new RowsTask(threads, workspace);
    attentionTask = new AttentionTask(threads, workspace);
    boolean eased = easing == Easing.IN;
    best = eased && rung == Rung.SCALAR ? new ArrayKernels() : rung.kernels();
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
    linearTask.run(linearKernelsFor(input.rows), linear, input, y);
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
    runRows(verb, x, y, 4L * x.columns);
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
    runRows(verb, x, x, 4L * x.columns);
    return x;
  }

  @Override
  public Activation rotate(Activation qkv, Attention attention, Rope rope, Batch batch) {
    var x = checkedQkv(qkv, attention);
    rowsTask.attention = attention;
    rowsTask.rope = rope;
    rowsTask.table = rotaryTables.of(rope, batch);
    runRows(Verb.ROTATE, x, x, 2L * x.columns);
    return x;
  }

  @Override
  public Activation attend(Activation qkv, Attention attention, Batch batch) {
    var x = checkedQkv(qkv, attention);
    if (batch.tokens() != x.rows) {
      throw new IllegalArgumentException(x.rows + " rows for a batch of " + batch.tokens());
    }
    var y = scratch.push(x.rows, attention.outColumns());
    long work = attentionTask.claim(attention, batch, best.attentionRows(attention), forward);
    attentionTask.run(kernelsFor(work), x, y, work);
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
    runRows(Verb.ACTIVATE, y, y, 8L * y.columns);
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
    runRows(Verb.GATE, input, y, 8L * y.columns);
    return y;
  }

  @Override
  public Activation add(Activation x, Activation y) {
    var sum = (CpuActivation) x;
    requireSameShape(sum, y);
    runRows(Verb.ADD, sum, (CpuActivation) y, x.columns());
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

  private void runRows(Verb verb, CpuActivation x, CpuActivation y, long workPerRow) {
    rowsTask.run(kernelsFor(workPerRow * x.rows), verb, x, y, workPerRow);
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
}
