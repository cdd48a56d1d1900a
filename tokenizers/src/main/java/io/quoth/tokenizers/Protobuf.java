package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the wire format of protocol buffers, field by field: a varint of {@code number << 3 |
 * type}, then the value. Every length is checked against what is left.
 */
final class Protobuf {
  private final byte[] bytes;
  private final int end;
  private final String source;
  private int at;
  private int field;
  private int type;

  Protobuf(byte[] bytes, String source) {
    this(bytes, 0, bytes.length, source);
  }

  private Protobuf(byte[] bytes, int from, int end, String source) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
    this.source = source;
  }

  /** Goes to the next field; false at the end. The one before must have been read or skipped. */
  boolean next() {
    if (at >= end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    type = (int) (tag & 7);
    return true;
  }

  /** The number of the current field. */
  int field() {
    return field;
  }

  /** The value of a number of variable length. */
  long number() {
    expect(0);
    return varint();
  }

  boolean truth() {
    return number() != 0;
  }

  /** The value of a float. */
  float float32() {
    expect(5);
    need(4);
    int bits =
        bytes[at] & 0xFF
            | (bytes[at + 1] & 0xFF) << 8
            | (bytes[at + 2] & 0xFF) << 16
            | bytes[at + 3] << 24;
    at += 4;
    return Float.intBitsToFloat(bits);
  }

  /** The value of a string. */
  String string() {
    int length = length();
    at += length;
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /** The value of a string of bytes. */
  byte[] bytes() {
    int length = length();
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /** The value of a message. */
  Protobuf message() {
    int length = length();
    at += length;
    return new Protobuf(bytes, at - length, at, source);
  }

  /** Passes over the value of the current field. */
  void skip() {
    switch (type) {
      case 0 -> varint();
      case 1 -> {
        need(8);
        at += 8;
      }
      case 2 -> {
        int length = length();
        at += length;
      }
      case 5 -> {
        need(4);
        at += 4;
      }
      default -> throw error("has a field of unknown wire type " + type);
    }
  }

  private int length() {
    expect(2);
    long length = varint();
    if (length < 0 || length > end - at) {
      throw error("says that " + length + " bytes follow, where " + (end - at) + " are left");
    }
    return (int) length;
  }

  private void expect(int wanted) {
    if (type != wanted) {
      throw error("field " + field + " has wire type " + type + " instead of " + wanted);
    }
  }

  private void need(int count) {
    if (end - at < count) {
      throw error("ends inside a number");
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte b = bytes[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw error("has a number of more than ten bytes");
  }

  private BadFileException error(String problem) {
    return new BadFileException(
        source + ": " + problem + " (byte " + at + "); it is damaged, or no SentencePiece model");
  }
}
