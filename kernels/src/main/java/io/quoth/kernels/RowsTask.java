package io.quoth.kernels;

/** What goes row by row. What a verb needs beside rows is set before it runs. */
@SuppressWarnings("NullAway.Init") // its fields are set before shares run
final class RowsTask implements WorkerPool.Task {
  enum Verb {
    RMS_NORM,
    LAYER_NORM,
    LAYER_NORM_HEADS,
    RMS_NORM_HEADS,
    ROTATE,
    ACTIVATE,
    GATE,
    ADD
  }

  private final int threads;
  private final Workspace workspace;
  private Kernels kernels;
  private Verb verb = Verb.ADD;
  private CpuActivation x;
  private CpuActivation y;
  private int shares;

  CpuNorm norm;
  CpuNorm keyNorm;
  Attention attention;
  Rope rope;
  float[] table = {};
  Nonlinearity function = Nonlinearity.RELU;

  RowsTask(int threads, Workspace workspace) {
    this.threads = threads;
    this.workspace = workspace;
  }

  /** {@code workPerRow} are multiplications, or what takes as long. */
  void run(Kernels rung, Verb which, CpuActivation input, CpuActivation output, long workPerRow) {
    kernels = rung;
    verb = which;
    x = input;
    y = output;
    // So many that each has some work and no thread waits long for the last.
    boolean small = workPerRow * input.rows < WorkerPool.SMALL;
    shares = small ? 1 : Math.min(input.rows, 4 * threads);
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
