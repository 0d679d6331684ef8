package dev.weft.models.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Joins tokens to text; the {@code decoder} of a tokenizer.json. */
sealed interface Decoder
    permits ByteLevel,
        Decoder.BpeSuffix,
        Decoder.ByteFallback,
        Decoder.Ctc,
        Decoder.Fuse,
        Decoder.Sequence,
        Decoder.Spaces,
        Decoder.Strip,
        Decoder.WordPiece,
        Metaspace,
        Replace {
  /** Rewrites tokens; what comes out of the last decoder is joined with nothing between. */
  List<String> chain(List<String> tokens);

  /** The text of tokens. */
  default String decode(List<String> tokens) {
    return String.join("", chain(tokens));
  }

  /** Every {@code what} in a token replaced; an empty one stands before, between and behind all. */
  private static String replace(String token, String what, String with) {
    if (!what.isEmpty()) {
      return token.replace(what, with);
    }
    StringBuilder out = new StringBuilder(with);
    token.codePoints().forEach(c -> out.appendCodePoint(c).append(with));
    return out.toString();
  }

  /** Several one after the other. */
  record Sequence(List<Decoder> decoders) implements Decoder {
    public Sequence {
      decoders = List.copyOf(decoders);
    }

    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = tokens;
      for (Decoder decoder : decoders) {
        out = decoder.chain(out);
      }
      return out;
    }
  }

  /** Tokens with a space between: what a null {@code decoder} means. */
  record Spaces() implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      return List.of(String.join(" ", tokens));
    }
  }

  /** All tokens as one, for decoders behind it. */
  record Fuse() implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      return List.of(String.join("", tokens));
    }
  }

  /**
   * A space before each token that does not continue a word. With {@code cleanup} the spaces before
   * punctuation and English contractions go again, token by token as in the Rust library.
   */
  record WordPiece(String prefix, boolean cleanup) implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        if (i > 0) {
          token = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        }
        out.add(cleanup ? clean(token) : token);
      }
      return out;
    }

    static String clean(String token) {
      return token
          .replace(" .", ".")
          .replace(" ?", "?")
          .replace(" !", "!")
          .replace(" ,", ",")
          .replace(" ' ", "'")
          .replace(" n't", "n't")
          .replace(" 'm", "'m")
          .replace(" do not", " don't")
          .replace(" 's", "'s")
          .replace(" 've", "'ve")
          .replace(" 're", "'re");
    }
  }

  /** The suffix that ends a word becomes a space, but for the last token; the type BPEDecoder. */
  record BpeSuffix(String suffix) implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        out.add(replace(tokens.get(i), suffix, i == tokens.size() - 1 ? "" : " "));
      }
      return out;
    }
  }

  /**
   * Tokens {@code <0x00>} to {@code <0xFF>} in a row are the bytes of UTF-8 text, or one U+FFFD
   * each where they are not.
   */
  record ByteFallback() implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = new ArrayList<>(tokens.size());
      byte[] bytes = new byte[tokens.size()];
      int n = 0;
      for (String token : tokens) {
        int b = byteOf(token);
        if (b >= 0) {
          bytes[n++] = (byte) b;
        } else {
          flush(bytes, n, out);
          n = 0;
          out.add(token);
        }
      }
      flush(bytes, n, out);
      return out;
    }

    private static void flush(byte[] bytes, int n, List<String> out) {
      String text = Utf8.strict(bytes, n);
      if (text == null) {
        for (int i = 0; i < n; i++) {
          out.add("\uFFFD");
        }
      } else if (n > 0) {
        out.add(text);
      }
    }

    /** The byte, or -1; a sign before one digit counts as Rust's number parser has it. */
    private static int byteOf(String token) {
      if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
        return -1;
      }
      char first = token.charAt(3);
      int high = first == '+' ? 0 : Character.digit(first, 16);
      int low = Character.digit(token.charAt(4), 16);
      boolean ascii = first < 0x80 && token.charAt(4) < 0x80;
      return ascii && high >= 0 && low >= 0 ? 16 * high + low : -1;
    }
  }

  /**
   * Drops up to {@code start} of a code point from a token's start and {@code stop} from its end.
   */
  record Strip(int content, int start, int stop) implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = new ArrayList<>(tokens.size());
      for (String token : tokens) {
        int[] text = token.codePoints().toArray();
        int from = 0;
        while (from < start && from < text.length && text[from] == content) {
          from++;
        }
        int to = text.length;
        while (text.length - to < stop && to > from && text[to - 1] == content) {
          to--;
        }
        out.add(new String(text, from, to - from));
      }
      return out;
    }
  }

  /**
   * Speech recognition's: a token that repeats the one before it goes, then the padding; with
   * {@code cleanup} also what {@link WordPiece} cleans, and the delimiter becomes a space.
   */
  record Ctc(String padToken, String wordDelimiterToken, boolean cleanup) implements Decoder {
    @Override
    public List<String> chain(List<String> tokens) {
      List<String> out = new ArrayList<>(tokens.size());
      for (int i = 0; i < tokens.size(); i++) {
        if (i > 0 && tokens.get(i).equals(tokens.get(i - 1))) {
          continue;
        }
        String token = replace(tokens.get(i), padToken, "");
        if (cleanup) {
          token = replace(WordPiece.clean(token), wordDelimiterToken, " ");
        }
        if (!token.isEmpty()) {
          out.add(token);
        }
      }
      return out;
    }
  }
}
