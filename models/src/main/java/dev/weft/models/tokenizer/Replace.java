package dev.weft.models.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** Puts {@code content} in the place of every match; normalises text, and decodes tokens. */
record Replace(Pattern pattern, String content) implements Normalizer, Decoder {
  @Override
  public void normalize(NormalizedText text) {
    if (text.length() > 0) {
      Cuts cuts = pattern.find(text.codePoints(), 0, text.length());
      if (cuts.count() > 1 || cuts.isMatch(0)) {
        text.replace(cuts, content.codePoints().toArray());
      }
    }
  }

  @Override
  public List<String> chain(List<String> tokens) {
    List<String> out = new ArrayList<>(tokens.size());
    for (String token : tokens) {
      out.add(replaced(token));
    }
    return out;
  }

  private String replaced(String token) {
    if (token.isEmpty()) {
      return token;
    }
    int[] text = token.codePoints().toArray();
    Cuts cuts = pattern.find(text, 0, text.length);
    StringBuilder out = new StringBuilder(token.length());
    for (int i = 0; i < cuts.count(); i++) {
      if (cuts.isMatch(i)) {
        out.append(content);
      } else {
        out.append(new String(text, cuts.start(i), cuts.end(i) - cuts.start(i)));
      }
    }
    return out.toString();
  }
}
