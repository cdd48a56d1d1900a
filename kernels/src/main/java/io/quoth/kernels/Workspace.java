package io.quoth.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one thread needs to run kernels: arrays that grow to what was asked for and stay. */
final class Workspace {
  /** Partial sums. */
  final float[] lanes = new float[Kernels.LANES];

  /** Where the sum of memory goes that is read only to lie near; nobody looks at it. */
  int read;

  private float[] weights = new float[0];
  private float[] inputs = new float[0];
  private float[] sums = new float[0];
  private float[] results = new float[0];
  private short[] halves = new short[0];
  private byte[] bytes = new byte[0];
  private MemorySegment memory = MemorySegment.NULL;

  /** At least {@code size} numbers for decoded weights. */
  float[] weights(int size) {
    if (weights.length < size) {
      weights = new float[size];
    }
    return weights;
  }

  /** At least {@code size} numbers for inputs. */
  float[] inputs(int size) {
    if (inputs.length < size) {
      inputs = new float[size];
    }
    return inputs;
  }

  /** At least {@code size} numbers of 16 bits, as they are stored. */
  short[] halves(int size) {
    if (halves.length < size) {
      halves = new short[size];
    }
    return halves;
  }

  /** At least {@code size} stored bytes. */
  byte[] bytes(int size) {
    if (bytes.length < size) {
      bytes = new byte[size];
    }
    return bytes;
  }

  /** At least {@code size} numbers for sums. */
  float[] sums(int size) {
    if (sums.length < size) {
      sums = new float[size];
    }
    return sums;
  }

  /** At least {@code size} numbers for results. */
  float[] results(int size) {
    if (results.length < size) {
      results = new float[size];
    }
    return results;
  }

  /** At least {@code bytes} of native memory, 64-byte aligned; it goes with this workspace. */
  MemorySegment memory(long bytes) {
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, 64);
    }
    return memory;
  }
}
