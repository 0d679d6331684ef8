package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * Strings of code points to ids; walked without making a substring.
 *
 * <p>Edges lie in one open-addressing table keyed by (node, code point). A double-array trie looks
 * up a little faster and takes several times longer to build; loading a model pays for the build.
 */
final class Trie {
  static final int ROOT = 0;
  static final int NOWHERE = -1;
  static final int NO_ID = -1;

  private static final int CODE_POINT_BITS = 21;
  private static final long EMPTY = -1;

  private long[] edges;
  private int[] targets;
  private int edgeCount;
  private int[] ids;

  Trie(int expectedStrings) {
    int capacity = Integer.highestOneBit(Math.max(64, 4 * Math.min(expectedStrings, 1 << 20))) * 2;
    edges = new long[capacity];
    targets = new int[capacity];
    Arrays.fill(edges, EMPTY);
    ids = new int[Math.max(64, capacity / 4)];
    Arrays.fill(ids, NO_ID);
  }

  /** Adds a string unless it is there; the id it has afterwards. */
  int putIfAbsent(String string, int id) {
    int node = ROOT;
    for (int i = 0; i < string.length(); ) {
      int c = string.codePointAt(i);
      i += Character.charCount(c);
      int next = child(node, c);
      node = next == NOWHERE ? addChild(node, c) : next;
    }
    if (ids[node] == NO_ID) {
      ids[node] = id;
    }
    return ids[node];
  }

  /** The id of a string, or {@link #NO_ID}. */
  int id(String string) {
    return id(string, 0, string.length());
  }

  /** The id of the chars [from, to) of a string, or {@link #NO_ID}. */
  int id(String string, int from, int to) {
    int node = walk(ROOT, string, from, to);
    return node == NOWHERE ? NO_ID : ids[node];
  }

  /** The id of the code points [from, to), or {@link #NO_ID}. */
  int id(int[] text, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to && node != NOWHERE; i++) {
      node = child(node, text[i]);
    }
    return node == NOWHERE ? NO_ID : ids[node];
  }

  /** The node a string leads to, or {@link #NOWHERE}. */
  int walk(int node, String string) {
    return walk(node, string, 0, string.length());
  }

  private int walk(int node, String string, int from, int to) {
    int at = node;
    for (int i = from; i < to && at != NOWHERE; ) {
      int c = string.codePointAt(i);
      i += Character.charCount(c);
      at = child(at, c);
    }
    return at;
  }

  int child(int node, int codePoint) {
    long edge = ((long) node << CODE_POINT_BITS) | codePoint;
    int mask = edges.length - 1;
    for (int slot = hash(edge) & mask; ; slot = (slot + 1) & mask) {
      if (edges[slot] == edge) {
        return targets[slot];
      }
      if (edges[slot] == EMPTY) {
        return NOWHERE;
      }
    }
  }

  /** The id of the string that ends at a node, or {@link #NO_ID}. */
  int idAt(int node) {
    return ids[node];
  }

  private int addChild(int node, int codePoint) {
    if (2 * (edgeCount + 1) > edges.length) {
      grow();
    }
    int target = ++edgeCount; // node numbers: the root, then one per edge
    insert(((long) node << CODE_POINT_BITS) | codePoint, target);
    if (target == ids.length) {
      ids = Arrays.copyOf(ids, 2 * target);
      Arrays.fill(ids, target, ids.length, NO_ID);
    }
    return target;
  }

  private void grow() {
    long[] oldEdges = edges;
    int[] oldTargets = targets;
    edges = new long[2 * oldEdges.length];
    targets = new int[edges.length];
    Arrays.fill(edges, EMPTY);
    for (int i = 0; i < oldEdges.length; i++) {
      if (oldEdges[i] != EMPTY) {
        insert(oldEdges[i], oldTargets[i]);
      }
    }
  }

  private void insert(long edge, int target) {
    int mask = edges.length - 1;
    int slot = hash(edge) & mask;
    while (edges[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    edges[slot] = edge;
    targets[slot] = target;
  }

  private static int hash(long edge) {
    long h = edge * 0x9E3779B97F4A7C15L;
    return (int) (h >>> 32);
  }
}
