package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The model's tokens and their ids; a token has one id, an id at most one token. */
final class Vocabulary {
  /**
   * Ids index an array, so a hostile file must not choose its size; the largest known is 262,144.
   */
  static final int MAX_ID = (1 << 24) - 1;

  private final Trie trie;
  private @Nullable String[] tokens;
  private int size;

  Vocabulary(int expected) {
    trie = new Trie(expected);
    tokens = new @Nullable String[Math.max(16, expected)];
  }

  /** Adds a token, or says in one line why it cannot be. */
  @Nullable String add(String token, long id) {
    if (id < 0 || id > MAX_ID) {
      return "token \"%s\" has id %d, expected 0 to %d".formatted(token, id, MAX_ID);
    }
    int at = (int) id;
    String other = at < tokens.length ? tokens[at] : null;
    if (other != null) {
      return "tokens \"%s\" and \"%s\" both have id %d".formatted(other, token, id);
    }
    if (!isWellFormed(token)) {
      return "the token with id %d holds half a surrogate pair".formatted(id);
    }
    int known = trie.putIfAbsent(token, at);
    if (known != at) {
      return "token \"%s\" is there twice, with ids %d and %d"
          .formatted(OneLine.of(token), known, id);
    }
    if (at >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.min(MAX_ID + 1, Math.max(2 * tokens.length, at + 1)));
    }
    tokens[at] = token;
    size++;
    return null;
  }

  Trie trie() {
    return trie;
  }

  /** The number of tokens; ids may have holes. */
  int size() {
    return size;
  }

  /** The id of a token, or {@link Trie#NO_ID}. */
  int id(String token) {
    return trie.id(token);
  }

  @Nullable String token(int id) {
    return id >= 0 && id < tokens.length ? tokens[id] : null;
  }

  static boolean isWellFormed(String string) {
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < string.length()
                && Character.isLowSurrogate(string.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }
}
