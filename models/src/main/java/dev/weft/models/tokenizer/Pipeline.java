package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.AddedTokens.Stretch;
import dev.weft.models.tokenizer.Tokenizer.Components;

/**
 * One text on its way to tokens: added tokens are taken out of the original, the rest is
 * normalised, more added tokens are taken out, what is left is split and given to the model.
 */
final class Pipeline implements PreTokenizer.Pieces {
  private final Components parts;
  private final boolean tracked;
  private final int enough;
  private final TokenBuffer out = new TokenBuffer();
  private boolean done;

  private Pipeline(Components parts, boolean tracked, int enough) {
    this.parts = parts;
    this.tracked = tracked || parts.preTokenizer().needsOffsets();
    this.enough = enough;
  }

  /** All tokens of a text; offsets and texts of added tokens only if {@code tracked}. */
  static TokenBuffer tokenize(Components parts, SourceText source, boolean tracked) {
    return new Pipeline(parts, tracked, Integer.MAX_VALUE).run(source);
  }

  /**
   * The tokens of a text that may be cut to {@code maxLength}: of its words only so many from the
   * start, or the end, as have that many tokens.
   */
  static TokenBuffer tokenize(
      Components parts, SourceText source, int maxLength, Truncation.Direction direction) {
    if (direction == Truncation.Direction.RIGHT) {
      return new Pipeline(parts, true, maxLength).run(source);
    }
    TokenBuffer tokens = tokenize(parts, source, true);
    tokens.keepLastWords(maxLength);
    return tokens;
  }

  private TokenBuffer run(SourceText source) {
    AddedTokens added = parts.addedTokens();
    for (Stretch raw : added.splitOriginal(source.codePoints(), source.length())) {
      if (done) {
        break;
      }
      if (raw.token() == null) {
        unknown(source, raw.from(), raw.to());
      } else {
        String written = tracked ? source.text(raw.from(), raw.to()) : null;
        out.add(raw.token().id(), raw.from(), raw.to(), written);
        out.endWord(true);
      }
    }
    return out;
  }

  private void unknown(SourceText source, int from, int to) {
    NormalizedText text = new NormalizedText(source.codePoints(), from, to, tracked);
    if (parts.normalizer() != null) {
      parts.normalizer().normalize(text);
    }
    for (Stretch stretch : parts.addedTokens().splitNormalized(text)) {
      int start = stretch.from();
      int end = stretch.to();
      if (done) {
        return;
      }
      if (stretch.token() == null) {
        parts.preTokenizer().split(text, start, end, this);
      } else {
        String written = tracked ? text.text(start, end) : null;
        int id = stretch.token().id();
        out.add(id, text.originalStart(start), text.originalEnd(end), written);
        out.endWord(true);
      }
    }
  }

  @Override
  public void piece(NormalizedText text, int from, int to) {
    if (!done) {
      parts.model().tokenize(text, from, to, out);
      out.endWord(false);
      done = out.length() >= enough;
    }
  }
}
