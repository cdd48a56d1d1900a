package io.quoth.embeddings;

import io.quoth.base.BadArgumentException;
import java.util.Arrays;
import java.util.Locale;

/** What the numbers of an embedding are. */
public enum Precision {
  /** 32 bits of floating point: as the model computes them. */
  FLOAT32,
  /** Whole numbers from -128 to 127 within a range a column. */
  INT8,
  /** Whole numbers from 0 to 255 within a range a column. */
  UINT8,
  /** One bit a number, eight to a byte, each byte less 128. */
  BINARY,
  /** One bit a number, eight to a byte. */
  UBINARY;

  /**
   * The precision of that name.
   *
   * @param name {@code float32}, {@code int8}, {@code uint8}, {@code binary} or {@code ubinary}
   * @throws BadArgumentException for any other
   */
  public static Precision named(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new BadArgumentException(
        "precision \"" + name + "\" is not known; known are " + Arrays.toString(values()));
  }

  /** Its name as people write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
