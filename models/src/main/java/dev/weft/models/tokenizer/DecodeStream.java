package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text from ids that come one by one. What a step gives is final: bytes of an unfinished character
 * are held back, and so is text that the next token may still change. All steps joined are the text
 * that {@link Tokenizer#decode} gives, up to what is held back at the end.
 *
 * <p>Decodes only the ids since the last text that was given out, with as many before them as the
 * decoder must see; so it does the Rust library's DecodeStream. Belongs to one thread.
 */
public final class DecodeStream {
  private static final String UNFINISHED = "\uFFFD";

  private final Tokenizer tokenizer;
  private final SpecialTokens specialTokens;
  private int[] ids = new int[16];
  private int length;
  private String given = "";
  private int givenIds;

  DecodeStream(Tokenizer tokenizer, SpecialTokens specialTokens) {
    this.tokenizer = tokenizer;
    this.specialTokens = specialTokens;
  }

  /**
   * Takes the next id and gives the text that is certain now, often none.
   *
   * @throws IllegalArgumentException for an id that is no token's
   * @throws IllegalStateException if the decoder takes back text that was given out
   */
  public String next(int id) {
    if (given.isEmpty() && length > 0) {
      String text = text();
      if (!text.endsWith(UNFINISHED)) {
        given = text;
        givenIds = length;
      }
    }
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = id;
    String text = text();
    if (bytes(text) <= bytes(given) || text.endsWith(UNFINISHED)) {
      return "";
    }
    if (!text.startsWith(given)) {
      throw new IllegalStateException(
          OneLine.of("token %d makes \"%s\" of what was \"%s\"".formatted(id, text, given)));
    }
    String fresh = text.substring(given.length());
    int rest = length - givenIds;
    System.arraycopy(ids, givenIds, ids, 0, rest);
    length = rest;
    given = text();
    givenIds = rest;
    return fresh;
  }

  private String text() {
    return tokenizer.decode(Arrays.copyOf(ids, length), specialTokens);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
