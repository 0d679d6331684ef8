package dev.weft.models.tokenizer;

import java.util.List;

/** Joins tokens to text; the {@code decoder} of a tokenizer.json. */
sealed interface Decoder {
  String decode(List<String> tokens);

  /** Tokens with a space between: what a null {@code decoder} means. */
  record Spaces() implements Decoder {
    @Override
    public String decode(List<String> tokens) {
      return String.join(" ", tokens);
    }
  }

  /**
   * A space before each token that does not continue a word. With {@code cleanup} the spaces before
   * punctuation and English contractions go again, token by token as in the Rust library.
   */
  record WordPiece(String prefix, boolean cleanup) implements Decoder {
    @Override
    public String decode(List<String> tokens) {
      StringBuilder out = new StringBuilder();
      for (int i = 0; i < tokens.size(); i++) {
        String token = tokens.get(i);
        if (i > 0) {
          token = token.startsWith(prefix) ? token.substring(prefix.length()) : " " + token;
        }
        out.append(cleanup ? clean(token) : token);
      }
      return out.toString();
    }

    private static String clean(String token) {
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
}
