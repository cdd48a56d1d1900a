package io.quoth.tokenizers;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and their ids, both ways: strings by id, and an open hash table over the strings. An entry
 * of the table is {@code hash << 32 | id + 1}, so that a token that is not there is hardly ever
 * compared. Ids may have gaps.
 */
final class Vocabulary {
  private @Nullable String[] tokens;
  private long[] table;
  private int size;
  private int capacity;
  private int longest;
  private int limit;

  Vocabulary(int expected) {
    tokens = new String[Math.max(16, expected)];
    table = new long[tableSize(expected)];
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
    return limit;
  }

  /** Length of the longest token, in chars. */
  int longest() {
    return longest;
  }

  /** The token of that id, or null. */
  @Nullable String token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : null;
  }

  /** The id of that token, or -1. */
  int find(CharSequence token) {
    return id(table[slotOf(token)]);
  }

  /** The id of the token that chars {@code start} to {@code end} spell, or -1. */
  int find(char[] chars, int start, int end) {
    int hash = spread(hash(chars, start, end));
    int mask = table.length - 1;
    int slot = hash & mask;
    while (true) {
      long entry = table[slot];
      if (entry == 0) {
        return -1;
      }
      if ((int) (entry >>> 32) == hash && equal(id(entry), chars, start, end)) {
        return id(entry);
      }
      slot = slot + 1 & mask;
    }
  }

  /**
   * Adds a token. One that is there already is found under the new id from now on.
   *
   * @return whether it could be: not when another token has that id
   */
  boolean add(String token, int id) {
    return add(token, id, false);
  }

  /** As {@link #add}, but of a token that comes twice the first id is given up. */
  boolean replace(String token, int id) {
    return add(token, id, true);
  }

  private boolean add(String token, int id, boolean instead) {
    if (id >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(id + 1, tokens.length * 2));
    }
    String there = tokens[id];
    if (there != null) {
      return there.equals(token);
    }
    tokens[id] = token;
    limit = Math.max(limit, id + 1);
    longest = Math.max(longest, token.length());
    int slot = slotOf(token);
    boolean known = table[slot] != 0;
    if (known && instead) {
      tokens[id(table[slot])] = null;
      while (tokens[limit - 1] == null) {
        limit--; // ends at the token that was just added
      }
    }
    table[slot] = entry(token, id);
    if (!known && ++size > capacity) {
      rehash(table.length * 2);
    }
    return true;
  }

  private static long entry(String token, int id) {
    return (long) spread(token.hashCode()) << 32 | id + 1;
  }

  private static int id(long entry) {
    return (int) entry - 1;
  }

  private int slotOf(CharSequence token) {
    int hash = spread(token instanceof String text ? text.hashCode() : hash(token));
    int mask = table.length - 1;
    int slot = hash & mask;
    while (table[slot] != 0) {
      if ((int) (table[slot] >>> 32) == hash) {
        String candidate = tokens[id(table[slot])];
        if (candidate != null && candidate.contentEquals(token)) {
          break;
        }
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void rehash(int length) {
    long[] old = table;
    table = new long[length];
    capacity = length / 2;
    for (long entry : old) {
      String token = entry == 0 ? null : tokens[id(entry)];
      if (token != null) {
        table[slotOf(token)] = entry;
      }
    }
  }

  private boolean equal(int id, char[] chars, int start, int end) {
    String token = tokens[id];
    int length = end - start;
    if (token == null || token.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (token.charAt(i) != chars[start + i]) {
        return false;
      }
    }
    return true;
  }

  /** As {@link String#hashCode}. */
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
