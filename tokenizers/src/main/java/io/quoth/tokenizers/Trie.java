package io.quoth.tokenizers;

import java.util.Arrays;

/**
 * Strings with a number each, to be walked char by char: nodes are numbers, edges an open hash
 * table of {@code node << 16 | char}.
 */
final class Trie {
  /** Where every walk begins. */
  static final int ROOT = 0;

  private long[] edges = new long[64];
  private int[] targets = new int[64];
  private int[] values = new int[64];
  private int edgeCount;
  private int nodeCount = 1;

  Trie() {
    Arrays.fill(values, -1);
  }

  /** Adds a string with its number, which is not negative; the later one of two counts. */
  void add(CharSequence text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      int child = next(node, text.charAt(i));
      if (child < 0) {
        child = addNode();
        addEdge(node, text.charAt(i), child);
      }
      node = child;
    }
    values[node] = value;
  }

  /** The node behind an edge, or -1. */
  int next(int node, char c) {
    long key = ((long) node << 16 | c) + 1;
    int mask = edges.length - 1;
    int slot = slot(key, mask);
    while (true) {
      long found = edges[slot];
      if (found == key) {
        return targets[slot];
      }
      if (found == 0) {
        return -1;
      }
      slot = slot + 1 & mask;
    }
  }

  /** The node that a string leads to, or -1. */
  int walk(CharSequence text) {
    int node = ROOT;
    for (int i = 0; i < text.length() && node >= 0; i++) {
      node = next(node, text.charAt(i));
    }
    return node;
  }

  /** The number of the string that ends at a node, or -1. */
  int value(int node) {
    return values[node];
  }

  private int addNode() {
    if (nodeCount == values.length) {
      values = Arrays.copyOf(values, nodeCount * 2);
      Arrays.fill(values, nodeCount, values.length, -1);
    }
    return nodeCount++;
  }

  private void addEdge(int node, char c, int target) {
    if (++edgeCount * 2 > edges.length) {
      long[] oldEdges = edges;
      int[] oldTargets = targets;
      edges = new long[oldEdges.length * 2];
      targets = new int[oldEdges.length * 2];
      for (int i = 0; i < oldEdges.length; i++) {
        if (oldEdges[i] != 0) {
          insert(oldEdges[i], oldTargets[i]);
        }
      }
    }
    insert(((long) node << 16 | c) + 1, target);
  }

  private void insert(long key, int target) {
    int mask = edges.length - 1;
    int slot = slot(key, mask);
    while (edges[slot] != 0) {
      slot = slot + 1 & mask;
    }
    edges[slot] = key;
    targets[slot] = target;
  }

  private static int slot(long key, int mask) {
    return (int) (key * 0x9E3779B97F4A7C15L >>> 33) & mask;
  }
}
