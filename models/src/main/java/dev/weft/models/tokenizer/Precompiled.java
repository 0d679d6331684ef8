package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.NormalizedText.Changes;

/**
 * SentencePiece's normaliser as the Rust library runs it: a grapheme cluster of less than six bytes
 * that starts with a string of the map becomes that string's replacement, all of it; the code
 * points of other clusters are replaced one by one.
 */
final class Precompiled implements Normalizer {
  private static final int WHOLE_CLUSTER_BYTES = 5;
  private static final int ASCII = 0x80;

  private final CharsMap map;
  private final int[] ascii = new int[ASCII];

  Precompiled(CharsMap map) {
    this.map = map;
    for (int c = 0; c < ASCII; c++) {
      ascii[c] = map.find(new int[] {c}, 0, 1);
    }
  }

  @Override
  public void normalize(NormalizedText text) {
    int[] codePoints = text.codePoints();
    int n = text.length();
    Rewriting out = null;
    for (int i = 0; i < n; ) {
      int end = Graphemes.end(codePoints, i, n);
      int bytes = Utf8.length(codePoints[i]);
      for (int k = i + 1; k < end && bytes <= WHOLE_CLUSTER_BYTES; k++) {
        bytes += Utf8.length(codePoints[k]);
      }
      int whole =
          bytes <= WHOLE_CLUSTER_BYTES && end > i + 1
              ? map.find(codePoints, i, end)
              : CharsMap.NONE;
      if (whole != CharsMap.NONE) {
        out = out == null ? new Rewriting(codePoints, i, n) : out;
        out.replace(end - i, map.replacement(whole));
        i = end;
        continue;
      }
      for (; i < end; i++) {
        int c = codePoints[i];
        int one = c < ASCII ? ascii[c] : map.find(codePoints, i, i + 1);
        if (one != CharsMap.NONE) {
          out = out == null ? new Rewriting(codePoints, i, n) : out;
          out.replace(1, map.replacement(one));
        } else if (out != null) {
          out.keep(c);
        }
      }
    }
    if (out != null) {
      text.transform(out.changes());
    }
  }

  /**
   * The changes so far. The last one is open: what is removed after it is added to it, even where
   * it was inserted itself, and is lost at the very start, which shifts all ranges as it does in
   * the Rust library.
   */
  private static final class Rewriting {
    private final Changes done;
    private int last;
    private int lastChange;
    private boolean open;

    Rewriting(int[] kept, int count, int expected) {
      done = new Changes(expected + expected / 4);
      for (int i = 0; i < count; i++) {
        keep(kept[i]);
      }
    }

    void keep(int c) {
      add(c, 0);
    }

    void replace(int count, int[] by) {
      int inserted = Math.max(0, by.length - count);
      for (int i = 0; i < by.length; i++) {
        add(by[i], i < by.length - inserted ? 0 : 1);
      }
      if (by.length < count) {
        lastChange += by.length - count;
      }
    }

    private void add(int c, int change) {
      close();
      last = c;
      lastChange = change;
      open = true;
    }

    private void close() {
      if (open) {
        done.add(last, lastChange);
      }
    }

    Changes changes() {
      close();
      return done;
    }
  }
}
