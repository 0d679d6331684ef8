package dev.weft.models.tokenizer;

import java.util.List;

/**
 * Puts special tokens round the tokens of texts; the {@code post_processor} of a tokenizer.json.
 * All its types come to this: offsets are trimmed, then fixed sequences of parts are laid out.
 *
 * @param trims one after the other
 * @param single what an encoding of one text consists of, in order
 * @param pair what an encoding of two texts consists of, in order
 */
record PostProcessor(List<Trim> trims, List<Part> single, List<Part> pair) {
  /** The texts alone: what a null {@code post_processor} means. */
  static final PostProcessor BARE =
      new PostProcessor(
          List.of(),
          List.of(new Part.Text(0, 0)),
          List.of(new Part.Text(0, 0), new Part.Text(1, 1)));

  /** Copies the lists. */
  PostProcessor {
    trims = List.copyOf(trims);
    single = List.copyOf(single);
    pair = List.copyOf(pair);
  }

  /** A part of an encoding. */
  sealed interface Part {
    /** The tokens of the first (0) or second (1) text. */
    record Text(int sequence, int typeId) implements Part {}

    /** A special token. */
    record Special(String token, int id, int typeId) implements Part {}
  }

  /**
   * Takes blanks out of offsets, counted by what a token shows; the type ByteLevel and the option
   * of RobertaProcessing. The one space that {@code addPrefixSpace} put before a text is no blank
   * of it.
   *
   * @param behindSpecials whether special tokens stand before the first (bit 0) and the second text
   *     (bit 1) already, so that no token of it is the first
   */
  record Trim(boolean addPrefixSpace, int behindSpecials) {
    void apply(TokenBuffer tokens, TokenTexts texts, int from, int to, boolean behindSpecial) {
      for (int i = from; i < to; i++) {
        String token = texts.text(tokens, i);
        int leading = blanks(token, 0, 1);
        int trailing = blanks(token, token.length() - 1, -1);
        int start = tokens.start(i);
        int end = tokens.end(i);
        boolean first = (i == from && !behindSpecial) || start == 0;
        if (leading > 0) {
          boolean added = first && addPrefixSpace && leading == 1;
          start = Math.min(start + (added ? 0 : leading), end);
        }
        if (trailing > 0 && end >= trailing) {
          end = Math.max(end - trailing, start);
        }
        tokens.move(i, start, end);
      }
    }

    /** All blanks of Unicode lie in the basic plane: one char each. */
    private static int blanks(String token, int from, int step) {
      int n = 0;
      for (int i = from; i >= 0 && i < token.length() && isBlank(token.charAt(i)); i += step) {
        n++;
      }
      return n;
    }

    private static boolean isBlank(char c) {
      return c == ByteAlphabet.SPACE || CodePoints.isSpace(c);
    }
  }

  /** What the tokens of a buffer are called. */
  interface TokenTexts {
    String text(TokenBuffer tokens, int i);
  }

  List<Part> parts(boolean two) {
    return two ? pair : single;
  }

  /** How many special tokens an encoding of one or two texts gets. */
  int added(boolean two) {
    int added = 0;
    for (Part part : parts(two)) {
      added += part instanceof Part.Special ? 1 : 0;
    }
    return added;
  }

  static PostProcessor bert(Part.Special cls, Part.Special sep) {
    Part text = new Part.Text(0, 0);
    Part second = new Part.Text(1, 1);
    Part end = new Part.Special(sep.token(), sep.id(), 1);
    return new PostProcessor(
        List.of(), List.of(cls, text, sep), List.of(cls, text, sep, second, end));
  }

  /** RoBERTa's: two separators between texts, and every type is 0. */
  static PostProcessor roberta(List<Trim> trims, Part.Special cls, Part.Special sep) {
    Part text = new Part.Text(0, 0);
    Part second = new Part.Text(1, 0);
    return new PostProcessor(
        trims, List.of(cls, text, sep), List.of(cls, text, sep, sep, second, sep));
  }
}
