package io.quoth.kernels;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cosines and sines of the rows of a batch, worked out once a forward for each {@link Rope} and
 * used by all its layers.
 */
final class RotaryTables {
  private static final class Table {
    private @Nullable Rope rope;
    private float[] numbers = {};
  }

  private final List<Table> tables = new ArrayList<>();
  private int live;

  /** Forgets the batch. */
  void clear() {
    live = 0;
  }

  /**
   * For row r, from index r * rotaryDims on: the cosine of each pair, then the sine of each.
   *
   * <p>The angle is a product of floats, as in the reference; its cosine and sine are the same on
   * every machine.
   */
  @SuppressWarnings("ReferenceEquality") // mostly true, and equals of a record is slow at a start
  float[] of(Rope rope, Batch batch) {
    for (int i = 0; i < live; i++) {
      var known = tables.get(i).rope;
      if (rope == known || rope.equals(known)) {
        return tables.get(i).numbers;
      }
    }
    if (live == tables.size()) {
      tables.add(new Table());
    }
    var table = tables.get(live++);
    table.rope = rope;
    int dims = rope.rotaryDims();
    if (table.numbers.length < batch.tokens() * dims) {
      table.numbers = new float[batch.tokens() * dims];
    }
    for (int s = 0; s < batch.sequences(); s++) {
      for (int r = batch.start(s); r < batch.end(s); r++) {
        fill(table.numbers, r * dims, rope, batch.position(r), batch.promptLength(s));
      }
    }
    return table.numbers;
  }

  private static void fill(float[] into, int at, Rope rope, int position, int promptLength) {
    int pairs = rope.rotaryDims() / 2;
    double theta = stretchedTheta(rope, Math.max(promptLength, position + 1));
    for (int i = 0; i < pairs; i++) {
      float frequency =
          theta == 0
              ? rope.frequencies()[i]
              : (float) (1.0 / StrictMath.pow(theta, 2.0 * i / rope.rotaryDims()));
      double angle = position * frequency;
      into[at + i] = (float) Angles.cos(angle) * rope.attentionFactor();
      into[at + pairs + i] = (float) Angles.sin(angle) * rope.attentionFactor();
    }
  }

  /** The base that {@link Rope.Dynamic} gives for a length; 0 where the frequencies stay. */
  private static double stretchedTheta(Rope rope, int length) {
    var dynamic = rope.dynamic();
    if (dynamic == null || length <= dynamic.trainedLength()) {
      return 0;
    }
    double stretch = dynamic.factor() * length / dynamic.trainedLength() - (dynamic.factor() - 1);
    double dims = rope.rotaryDims();
    return dynamic.theta() * StrictMath.pow(stretch, dims / (dims - 2));
  }
}
