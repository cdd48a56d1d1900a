package io.quoth.kernels;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Rows of f32 in native memory, row-major, 64-byte aligned. Pooled: {@link Scratch} refills it. */
final class CpuActivation implements Activation {
  /** What it lies in. */
  MemorySegment memory = MemorySegment.NULL;

  /** Bytes before its first row. */
  long offset;

  int rows;
  int columns;

  /** Its slab, for {@link Scratch}. */
  int slab;

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int columns() {
    return columns;
  }

  /** Bytes before row {@code row}. */
  long at(int row) {
    return offset + (long) row * columns * Float.BYTES;
  }

  /** Bytes behind the last row. */
  long end() {
    return at(rows);
  }

  float get(int row, int column) {
    return memory.get(JAVA_FLOAT, at(row) + (long) column * Float.BYTES);
  }

  void set(int row, int column, float value) {
    memory.set(JAVA_FLOAT, at(row) + (long) column * Float.BYTES, value);
  }

  /** Copies {@code count} numbers of a row out. */
  void copy(int row, int column, float[] into, int at, int count) {
    MemorySegment.copy(memory, JAVA_FLOAT, at(row) + (long) column * Float.BYTES, into, at, count);
  }

  /** Copies {@code count} numbers into a row. */
  void write(int row, int column, float[] from, int at, int count) {
    MemorySegment.copy(from, at, memory, JAVA_FLOAT, at(row) + (long) column * Float.BYTES, count);
  }

  @Override
  public String toString() {
    return "[" + rows + ", " + columns + "]";
  }
}
