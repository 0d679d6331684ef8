package dev.weft.models.tokenizer;

import java.io.IOException;

/** Reads what Split and Replace look for: {"String": "..."} or {"Regex": "..."}. */
final class PatternJson {
  private PatternJson() {}

  static Pattern read(JsonObject json) throws IOException {
    JsonObject pattern = json.object("pattern");
    boolean isRegex = pattern.has("Regex");
    String source = pattern.string(isRegex ? "Regex" : "String");
    pattern.end();
    if (!isRegex && !source.isEmpty()) {
      return new Pattern.Literal(source.codePoints().toArray());
    }
    try {
      return Regex.compile(source);
    } catch (IllegalArgumentException e) {
      throw new IOException(pattern.error("Regex " + e.getMessage()).getMessage(), e);
    }
  }

  /** A Replace, which is a normalizer and a decoder. */
  static Replace replace(JsonObject json) throws IOException {
    return new Replace(read(json), json.string("content"));
  }
}
