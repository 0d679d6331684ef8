package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The tokens of one text or of a pair with where they come from. Immutable; arrays are copies.
 *
 * <p>Special tokens and padding come from nowhere: their ranges are 0 to 0.
 */
public final class Encoding {
  private final int[] ids;
  private final List<String> tokens;
  private final int[] starts;
  private final int[] ends;
  private final int[] charStarts;
  private final int[] charEnds;
  private final int[] typeIds;
  private final int[] attentionMask;
  private final int[] specialTokensMask;
  private final int[] wordIds;
  private final int[] sequenceIds;

  private Encoding(Builder b) {
    ids = b.ids;
    tokens = Collections.unmodifiableList(b.tokens);
    starts = b.starts;
    ends = b.ends;
    charStarts = b.charStarts;
    charEnds = b.charEnds;
    typeIds = b.typeIds;
    attentionMask = b.attentionMask;
    specialTokensMask = b.specialTokensMask;
    wordIds = b.wordIds;
    sequenceIds = b.sequenceIds;
  }

  /** The number of tokens, special tokens and padding included. */
  public int length() {
    return ids.length;
  }

  /** Token ids. */
  public int[] ids() {
    return ids.clone();
  }

  /** The id of token i. */
  public int id(int i) {
    return ids[i];
  }

  /** Tokens as the vocabulary has them; an added token as the text has it. */
  public List<String> tokens() {
    return tokens;
  }

  /** Where token i starts, an index of {@link String#charAt}. */
  public int start(int i) {
    return charStarts[i];
  }

  /** Where token i ends, exclusive. */
  public int end(int i) {
    return charEnds[i];
  }

  /** Where token i starts, in code points: what the Rust library and Python count. */
  public int codePointStart(int i) {
    return starts[i];
  }

  /** Where token i ends in code points, exclusive. */
  public int codePointEnd(int i) {
    return ends[i];
  }

  /** 0 or 1: the text a token belongs to, as the model wants it. */
  public int[] typeIds() {
    return typeIds.clone();
  }

  /** 1 for tokens, 0 for padding. */
  public int[] attentionMask() {
    return attentionMask.clone();
  }

  /** 1 for special tokens that were put in and for padding; 0 for all that the text holds. */
  public int[] specialTokensMask() {
    return specialTokensMask.clone();
  }

  /**
   * The word each token belongs to, counted from 0 in each text, and -1 for special tokens that
   * were put in and for padding. A word is what the pre-tokenizer splits off, or an added token.
   */
  public int[] wordIds() {
    return wordIds.clone();
  }

  /**
   * 0 for tokens of the first text, 1 for those of the second, -1 for special tokens that were put
   * in and for padding.
   */
  public int[] sequenceIds() {
    return sequenceIds.clone();
  }

  /** This encoding filled up to a length; itself where it has that already. */
  Encoding padded(Padding padding, int target) {
    int more = target - length();
    if (more <= 0) {
      return this;
    }
    Builder out = new Builder(target);
    if (padding.direction() == Truncation.Direction.LEFT) {
      out.padding(padding, more);
      out.all(this);
    } else {
      out.all(this);
      out.padding(padding, more);
    }
    return out.build();
  }

  @Override
  public String toString() {
    return "Encoding" + tokens;
  }

  /** Fills an encoding from the left; what is not filled is an error of the caller. */
  static final class Builder {
    private final int[] ids;
    private final List<String> tokens;
    private final int[] starts;
    private final int[] ends;
    private final int[] charStarts;
    private final int[] charEnds;
    private final int[] typeIds;
    private final int[] attentionMask;
    private final int[] specialTokensMask;
    private final int[] wordIds;
    private final int[] sequenceIds;
    private int at;

    Builder(int length) {
      ids = new int[length];
      tokens = new ArrayList<>(length);
      starts = new int[length];
      ends = new int[length];
      charStarts = new int[length];
      charEnds = new int[length];
      typeIds = new int[length];
      attentionMask = new int[length];
      specialTokensMask = new int[length];
      wordIds = new int[length];
      sequenceIds = new int[length];
    }

    /** Adds token i of a text's, the first or the second. */
    void text(TokenBuffer tokens, int i, String token, SourceText source, Part.Text as) {
      starts[at] = tokens.start(i);
      ends[at] = tokens.end(i);
      charStarts[at] = source.charIndex(tokens.start(i));
      charEnds[at] = source.charIndex(tokens.end(i));
      attentionMask[at] = 1;
      wordIds[at] = tokens.word(i);
      sequenceIds[at] = as.sequence();
      token(tokens.id(i), token, as.typeId());
    }

    void special(int id, String token, int typeId) {
      attentionMask[at] = 1;
      nowhere();
      token(id, token, typeId);
    }

    void padding(Padding padding, int count) {
      for (int i = 0; i < count; i++) {
        nowhere();
        token(padding.padId(), padding.padToken(), padding.padTypeId());
      }
    }

    void all(Encoding of) {
      int n = of.length();
      System.arraycopy(of.ids, 0, ids, at, n);
      System.arraycopy(of.starts, 0, starts, at, n);
      System.arraycopy(of.ends, 0, ends, at, n);
      System.arraycopy(of.charStarts, 0, charStarts, at, n);
      System.arraycopy(of.charEnds, 0, charEnds, at, n);
      System.arraycopy(of.typeIds, 0, typeIds, at, n);
      System.arraycopy(of.attentionMask, 0, attentionMask, at, n);
      System.arraycopy(of.specialTokensMask, 0, specialTokensMask, at, n);
      System.arraycopy(of.wordIds, 0, wordIds, at, n);
      System.arraycopy(of.sequenceIds, 0, sequenceIds, at, n);
      tokens.addAll(of.tokens);
      at += n;
    }

    private void nowhere() {
      specialTokensMask[at] = 1;
      wordIds[at] = -1;
      sequenceIds[at] = -1;
    }

    private void token(int id, String token, int typeId) {
      ids[at] = id;
      typeIds[at++] = typeId;
      tokens.add(token);
    }

    Encoding build() {
      if (at != ids.length) {
        throw new IllegalStateException("encoding: expected " + ids.length + " tokens, got " + at);
      }
      return new Encoding(this);
    }
  }
}
