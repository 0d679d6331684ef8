package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.NormalizedText.Changes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rewrites text before it is split; the {@code normalizer} of a tokenizer.json. */
sealed interface Normalizer
    permits Normalizer.Bert,
        Normalizer.Bytes,
        Normalizer.Lowercase,
        Normalizer.Nmt,
        Normalizer.Prepend,
        Normalizer.Sequence,
        Normalizer.Strip,
        Normalizer.StripAccents,
        Precompiled,
        Replace,
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

  /** Drops blanks at the ends. */
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      int from = 0;
      int to = text.length();
      while (left && from < to && CodePoints.isSpace(text.at(from))) {
        from++;
      }
      while (right && from < to && CodePoints.isSpace(text.at(to - 1))) {
        to--;
      }
      text.keep(from, to);
    }
  }

  /** Puts a string in front of a text that is not empty. */
  record Prepend(String prefix) implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      text.prepend(prefix.codePoints().toArray());
    }
  }

  /** SentencePiece's rules for machine translation: drop controls, make odd blanks spaces. */
  record Nmt() implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      text.filter(c -> !isDropped(c));
      for (int i = 0; i < text.length(); i++) {
        if (isBlank(text.at(i))) {
          text.set(i, ' ');
        }
      }
    }

    private static boolean isDropped(int c) {
      return (c >= 0x01 && c <= 0x08)
          || c == 0x0B
          || (c >= 0x0E && c <= 0x1F)
          || c == 0x7F
          || c == 0x8F
          || c == 0x9F;
    }

    private static boolean isBlank(int c) {
      return switch (c) {
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
        default -> c >= 0x200B && c <= 0x200F;
      };
    }
  }

  /** Spells every byte of the UTF-8 text in {@link ByteAlphabet}; the type ByteLevel. */
  record Bytes() implements Normalizer {
    @Override
    public void normalize(NormalizedText text) {
      Changes out = new Changes(2 * text.length());
      int[] spelled = new int[4];
      for (int i = 0; i < text.length(); i++) {
        int n = ByteAlphabet.spell(text.at(i), spelled, 0);
        for (int k = 0; k < n; k++) {
          out.add(spelled[k], k == 0 ? 0 : 1);
        }
      }
      text.transform(out);
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
