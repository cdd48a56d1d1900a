package io.quoth.kernels;

/** Outputs of a linear layer in strips; before that, where the rung wants it, rows are packed. */
@SuppressWarnings("NullAway.Init") // its fields are set before shares run
final class LinearTask implements WorkerPool.Task {
  private final int threads;
  private final Workspace workspace;
  private Kernels kernels;
  private CpuLinear linear;
  private CpuActivation y;
  private final PackedRows rows = new PackedRows(new CpuActivation());
  private boolean packing;

  LinearTask(int threads, Workspace workspace) {
    this.threads = threads;
    this.workspace = workspace;
  }

  void run(Kernels rung, CpuLinear layer, CpuActivation input, CpuActivation output) {
    kernels = rung;
    linear = layer;
    y = output;
    rows.x = input;
    rows.orientation = layer.orientation();
    int together = kernels.rowsTogether(layer.in());
    for (int first = 0; first < input.rows; first += together) {
      rows.first = first;
      rows.count = Math.min(together, input.rows - first);
      runRows(layer);
    }
  }

  private void runRows(CpuLinear layer) {
    long work = (long) layer.in() * layer.out() * rows.count;
    int helpers = work < WorkerPool.SMALL ? 1 : threads;
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
