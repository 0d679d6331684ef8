package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.NormalizedText.Changes;
import org.jspecify.annotations.Nullable;

/**
 * Unicode normalisation forms over the tables of the Rust library (Unicode 9), with its alignments.
 *
 * <p>Algorithm: Unicode Standard, section 3.11. {@link java.text.Normalizer} knows a newer Unicode
 * and gives no alignments.
 */
enum UnicodeForm implements Normalizer {
  NFD(false, false),
  NFC(false, true),
  NFKD(true, false),
  NFKC(true, true);

  private static final int S_BASE = 0xAC00;
  private static final int L_BASE = 0x1100;
  private static final int V_BASE = 0x1161;
  private static final int T_BASE = 0x11A7;
  private static final int L_COUNT = 19;
  private static final int V_COUNT = 21;
  private static final int T_COUNT = 28;
  private static final int S_COUNT = L_COUNT * V_COUNT * T_COUNT;

  /** No code point below decomposes, composes with its left neighbour or is reordered. */
  private static final int FIRST_DECOMPOSING = 0xA0;

  private final boolean compatibility;
  private final boolean compose;

  UnicodeForm(boolean compatibility, boolean compose) {
    this.compatibility = compatibility;
    this.compose = compose;
  }

  @Override
  public void normalize(NormalizedText text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) >= FIRST_DECOMPOSING) {
        Changes decomposed = decompose(text);
        text.transform(compose ? compose(decomposed) : decomposed);
        return;
      }
    }
  }

  private Changes decompose(NormalizedText text) {
    Changes out = new Changes(text.length() + text.length() / 4);
    for (int i = 0; i < text.length(); i++) {
      int c = text.at(i);
      int hangul = c - S_BASE;
      if (hangul >= 0 && hangul < S_COUNT) {
        out.add(L_BASE + hangul / (V_COUNT * T_COUNT), 0);
        out.add(V_BASE + hangul / T_COUNT % V_COUNT, 1);
        if (hangul % T_COUNT > 0) {
          out.add(T_BASE + hangul % T_COUNT, 1);
        }
        continue;
      }
      int @Nullable [] parts =
          compatibility ? CodePoints.compatibility(c) : CodePoints.canonical(c);
      if (parts == null) {
        addInOrder(out, c, 0);
      } else {
        for (int k = 0; k < parts.length; k++) {
          addInOrder(out, parts[k], k == 0 ? 0 : 1);
        }
      }
    }
    return out;
  }

  /** Canonical ordering: a non-starter moves before its neighbours of higher class. */
  private static void addInOrder(Changes out, int c, int change) {
    int order = CodePoints.order(c);
    int to = out.length();
    out.add(c, change);
    if (order > 0) {
      int from = to;
      while (to > 0 && CodePoints.order(out.codePoint(to - 1)) > order) {
        to--;
      }
      if (to < from) {
        out.sink(from, to);
      }
    }
  }

  /** Canonical composition: a starter takes in what follows and is not blocked. */
  private static Changes compose(Changes in) {
    Changes out = new Changes(in.length());
    Changes waiting = new Changes(0);
    int starter = -1;
    int starterChange = 0;
    int last = 0;
    for (int i = 0; i < in.length(); i++) {
      int c = in.codePoint(i);
      int change = in.change(i);
      int order = CodePoints.order(c);
      if (starter < 0) {
        if (order != 0) {
          out.add(c, change);
        } else {
          starter = c;
          starterChange = change;
        }
        continue;
      }
      boolean blocked = waiting.length() > 0 && last >= order;
      int composite = blocked ? -1 : composite(starter, c);
      if (composite >= 0) {
        starter = composite;
        starterChange += change - 1;
      } else if (order == 0) {
        out.add(starter, starterChange);
        waiting = flush(waiting, out);
        starter = c;
        starterChange = change;
      } else {
        waiting.add(c, change);
        last = order;
      }
    }
    if (starter >= 0) {
      out.add(starter, starterChange);
    }
    flush(waiting, out);
    return out;
  }

  private static Changes flush(Changes waiting, Changes out) {
    if (waiting.length() == 0) {
      return waiting;
    }
    for (int i = 0; i < waiting.length(); i++) {
      out.add(waiting.codePoint(i), waiting.change(i));
    }
    return new Changes(0);
  }

  private static int composite(int a, int b) {
    int l = a - L_BASE;
    int v = b - V_BASE;
    if (l >= 0 && l < L_COUNT && v >= 0 && v < V_COUNT) {
      return S_BASE + (l * V_COUNT + v) * T_COUNT;
    }
    int s = a - S_BASE;
    int t = b - T_BASE;
    if (s >= 0 && s < S_COUNT && s % T_COUNT == 0 && t > 0 && t < T_COUNT) {
      return a + t;
    }
    return CodePoints.compose(a, b);
  }
}
