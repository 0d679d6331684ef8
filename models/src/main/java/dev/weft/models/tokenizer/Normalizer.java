package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.NormalizedText.Changes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rewrites text before it is split; the {@code normalizer} of a tokenizer.json. */
sealed interface Normalizer
    permits Normalizer.Bert,
        Normalizer.Lowercase,
        Normalizer.Sequence,
        Normalizer.StripAccents,
        Precompiled,
        UnicodeForm {
  void normalize(NormalizedText text);

  /** Several one after the other. */
  record Sequence(List<Normalizer> normalizers) implements Normalizer {
    public Sequence {
      normalizers = List.copyOf(normalizers);
    }

    @Override
    public void normalize(NormalizedText text) {
      normalizers.forEach(n -> n.normalize(text));
    }
  }

  /** Lower case code point by code point: no final sigma, no locale. */
  record Lowercase() implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      lowercase(text);
    }
  }

  /** Drops code points of general category M; decomposes nothing. */
  record StripAccents() implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      text.filter(c -> !CodePoints.isMark(c));
    }
  }

  /**
   * BERT's own: drop controls and make every blank a space; put spaces round ideographs; NFD
   * without non-spacing marks; lower case.
   */
  record Bert(
      boolean cleanText, boolean handleChineseChars, boolean stripAccents, boolean lowercase)
      implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      if (cleanText) {
        clean(text);
      }
      if (handleChineseChars) {
        spaceIdeographs(text);
      }
      if (stripAccents) {
        UnicodeForm.NFD.normalize(text);
        text.filter(c -> c < 0x300 || !CodePoints.isNonspacing(c));
      }
      if (lowercase) {
        Normalizer.lowercase(text);
      }
    }

    private static void clean(NormalizedText text) {
      text.filter(c -> !CodePoints.isRemoved(c));
      for (int i = 0; i < text.length(); i++) {
        if (CodePoints.isSpace(text.at(i))) {
          text.set(i, ' ');
        }
      }
    }

    private static void spaceIdeographs(NormalizedText text) {
      int n = text.length();
      int first = 0;
      while (first < n && !CodePoints.isIdeograph(text.at(first))) {
        first++;
      }
      if (first == n) {
        return;
      }
      Changes spaced = new Changes(3 * n);
      for (int i = 0; i < n; i++) {
        int c = text.at(i);
        if (CodePoints.isIdeograph(c)) {
          spaced.add(' ', 0);
          spaced.add(c, 1);
          spaced.add(' ', 1);
        } else {
          spaced.add(c, 0);
        }
      }
      text.transform(spaced);
    }
  }

  private static void lowercase(NormalizedText text) {
    int n = text.length();
    for (int i = 0; i < n; i++) {
      int c = text.at(i);
      if (c < 0x80) {
        if (c >= 'A' && c <= 'Z') {
          text.set(i, c + ('a' - 'A'));
        }
        continue;
      }
      int @Nullable [] lower = CodePoints.lowercase(c);
      if (lower == null) {
        continue;
      }
      if (lower.length > 1) {
        lowercaseGrowing(text);
        return;
      }
      text.set(i, lower[0]);
    }
  }

  private static void lowercaseGrowing(NormalizedText text) {
    Changes out = new Changes(2 * text.length());
    for (int i = 0; i < text.length(); i++) {
      int @Nullable [] lower = CodePoints.lowercase(text.at(i));
      if (lower == null) {
        out.add(text.at(i), 0);
      } else {
        for (int k = 0; k < lower.length; k++) {
          out.add(lower[k], k == 0 ? 0 : 1);
        }
      }
    }
    text.transform(out);
  }
}
