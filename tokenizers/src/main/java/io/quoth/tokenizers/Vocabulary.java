package io.quoth.tokenizers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and their ids, both ways: strings by id, and an open hash table of ids over the strings.
 * Ids may have gaps.
 */
final class Vocabulary {
  private @Nullable String[] tokens;
  private int[] table;
  private int size;
  private int capacity;

  Vocabulary(int expected) {
    tokens = new String[Math.max(16, expected)];
    table = new int[tableSize(expected)];
    Arrays.fill(table, -1);
    capacity = table.length / 2;
  }

  private static int tableSize(int expected) {
    return Integer.highestOneBit(Math.max(16, expected) * 2 - 1) * 2;
  }

  /** Number of different tokens. */
  int size() {
    return size;
  }

  /** One more than the largest id. */
  int idLimit() {
    int limit = tokens.length;
    while (limit > 0 && tokens[limit - 1] == null) {
      limit--;
    }
    return limit;
  }

  /** The token of that id, or null. */
  @Nullable String token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : null;
  }

  /** The id of that token, or -1. */
  int find(CharSequence token) {
    return table[slotOf(token)];
  }

  /** The id of the token that chars {@code start} to {@code end} spell, or -1. */
  int find(char[] chars, int start, int end) {
    int mask = table.length - 1;
    int slot = spread(hash(chars, start, end)) & mask;
    while (table[slot] >= 0) {
      String candidate = tokens[table[slot]];
      if (candidate != null && equal(candidate, chars, start, end)) {
        return table[slot];
      }
      slot = slot + 1 & mask;
    }
    return -1;
  }

  /**
   * Adds a token. One that is there already is found under the new id from now on.
   *
   * @return whether it could be: not when another token has that id
   */
  boolean add(String token, int id) {
    if (id >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
    }
    String there = tokens[id];
    if (there != null) {
      return there.equals(token);
    }
    tokens[id] = token;
    int slot = slotOf(token);
    boolean known = table[slot] >= 0;
    table[slot] = id;
    if (!known && ++size > capacity) {
      rehash(table.length * 2);
    }
    return true;
  }

  private int slotOf(CharSequence token) {
    int mask = table.length - 1;
    int slot = spread(hash(token)) & mask;
    while (table[slot] >= 0) {
      String candidate = tokens[table[slot]];
      if (candidate != null && candidate.contentEquals(token)) {
        break;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void rehash(int length) {
    int[] old = table;
    table = new int[length];
    Arrays.fill(table, -1);
    capacity = length / 2;
    for (int id : old) {
      String token = id < 0 ? null : tokens[id];
      if (token != null) {
        table[slotOf(token)] = id;
      }
    }
  }

  private static boolean equal(String token, char[] chars, int start, int end) {
    int length = end - start;
    if (token.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (token.charAt(i) != chars[start + i]) {
        return false;
      }
    }
    return true;
  }

  private static int hash(CharSequence token) {
    int hash = 0;
    for (int i = 0; i < token.length(); i++) {
      hash = 31 * hash + token.charAt(i);
    }
    return hash;
  }

  private static int hash(char[] chars, int start, int end) {
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + chars[i];
    }
    return hash;
  }

  private static int spread(int hash) {
    int h = hash * 0x9E3779B1;
    return h ^ h >>> 15;
  }
}
