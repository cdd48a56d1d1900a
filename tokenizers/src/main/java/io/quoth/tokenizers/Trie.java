package io.quoth.tokenizers;

import io.quoth.base.BadFileException;
import java.util.Arrays;

/**
 * Strings with a number each, to be walked char by char: nodes are numbers, edges an open hash
 * table of {@code node << 40 | char << 24 | target}.
 */
final class Trie {
  /** Where every walk begins. */
  static final int ROOT = 0;

  private static final int NODE_BITS = 24;
  private static final int MOST_NODES = 1 << NODE_BITS;

  private long[] edges = new long[64];
  private int[] values = new int[64];
  private final int mostNodes;
  private int edgeCount;
  private int nodeCount = 1;

  Trie() {
    this(MOST_NODES);
  }

  /** One that refuses to have more nodes, which there is no need to say but in a test. */
  Trie(int mostNodes) {
    this.mostNodes = mostNodes;
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
    long key = (long) node << 16 | c;
    int mask = edges.length - 1;
    int slot = slot(key, mask);
    while (true) {
      long edge = edges[slot];
      if (edge == 0) {
        return -1;
      }
      if (edge >>> NODE_BITS == key) {
        return (int) edge & MOST_NODES - 1;
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
    if (nodeCount == mostNodes) {
      throw new BadFileException(
          "the tokens of the vocabulary have more than "
              + mostNodes
              + " different beginnings, which is more than any vocabulary should");
    }
    if (nodeCount == values.length) {
      values = Arrays.copyOf(values, nodeCount * 2);
      Arrays.fill(values, nodeCount, values.length, -1);
    }
    return nodeCount++;
  }

  private void addEdge(int node, char c, int target) {
    if (++edgeCount * 2 > edges.length) {
      long[] old = edges;
      edges = new long[old.length * 2];
      for (long edge : old) {
        if (edge != 0) {
          insert(edge);
        }
      }
    }
    insert((long) node << 16 + NODE_BITS | (long) c << NODE_BITS | target);
  }

  private void insert(long edge) {
    int mask = edges.length - 1;
    int slot = slot(edge >>> NODE_BITS, mask);
    while (edges[slot] != 0) {
      slot = slot + 1 & mask;
    }
    edges[slot] = edge;
  }

  private static int slot(long key, int mask) {
    return (int) (key * 0x9E3779B97F4A7C15L >>> 33) & mask;
  }
}
