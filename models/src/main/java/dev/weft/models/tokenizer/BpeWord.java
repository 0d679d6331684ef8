package dev.weft.models.tokenizer;

import java.util.Arrays;

/**
 * A word on its way from characters to tokens: a linked list of symbols, and a heap of the merges
 * that are possible. The merge of the lowest rank goes first, of equal ranks the leftmost; n
 * symbols take O(n log n).
 */
final class BpeWord {
  private static final int NONE = -1;

  private int[] ids;
  private int[] lengths;
  private int[] previous = {};
  private int[] next = {};
  private int size;

  /** Ranks in the high half, positions in the low half. */
  private long[] heap = {};

  private int heapSize;

  BpeWord(int expected) {
    ids = new int[expected];
    lengths = new int[expected];
  }

  /** Appends a symbol of so many bytes of UTF-8. */
  void add(int id, int bytes) {
    if (size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * size + 1);
      lengths = Arrays.copyOf(lengths, 2 * size + 1);
    }
    ids[size] = id;
    lengths[size++] = bytes;
  }

  /** The number of symbols; after merging, those that are left. */
  int size() {
    return size;
  }

  int id(int i) {
    return ids[i];
  }

  /** The bytes of UTF-8 that symbol i stands for. */
  int bytes(int i) {
    return lengths[i];
  }

  void merge(BpeMerges merges) {
    if (size < 2) {
      return;
    }
    previous = new int[size];
    next = new int[size];
    heap = new long[size];
    for (int i = 0; i < size; i++) {
      previous[i] = i - 1;
      next[i] = i + 1 < size ? i + 1 : NONE;
    }
    for (int i = 0; i + 1 < size; i++) {
      offer(merges, i, i + 1);
    }
    while (heapSize > 0) {
      long top = pop();
      merge(merges, (int) top, (int) (top >>> 32));
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (lengths[i] != 0) {
        ids[kept] = ids[i];
        lengths[kept++] = lengths[i];
      }
    }
    size = kept;
  }

  private void merge(BpeMerges merges, int at, int rank) {
    int right = next[at];
    if (lengths[at] == 0 || right == NONE) {
      return;
    }
    int result = merges.result(rank);
    int now = merges.rank(ids[at], ids[right]);
    if (now == BpeMerges.NO_MERGE || merges.result(now) != result) {
      return; // a neighbour was merged since
    }
    ids[at] = result;
    lengths[at] += lengths[right];
    lengths[right] = 0;
    int after = next[right];
    next[at] = after;
    if (previous[at] != NONE) {
      offer(merges, previous[at], at);
    }
    if (after != NONE) {
      previous[after] = at;
      offer(merges, at, after);
    }
  }

  private void offer(BpeMerges merges, int left, int right) {
    int rank = merges.rank(ids[left], ids[right]);
    if (rank != BpeMerges.NO_MERGE) {
      push(((long) rank << 32) | left);
    }
  }

  private void push(long entry) {
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, 2 * heapSize);
    }
    int i = heapSize++;
    while (i > 0 && heap[(i - 1) >> 1] > entry) {
      heap[i] = heap[(i - 1) >> 1];
      i = (i - 1) >> 1;
    }
    heap[i] = entry;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int i = 0;
    for (int child = 1; child < heapSize; child = 2 * i + 1) {
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
    return top;
  }
}
