package dev.weft.models.tokenizer;

import java.io.IOException;

/** Reads a decoder of a tokenizer.json; a type that is not listed is refused by name. */
final class DecoderJson {
  private DecoderJson() {}

  static Decoder read(JsonObject json) throws IOException {
    String type = json.string("type");
    if (!type.equals("WordPiece")) {
      throw json.unsupported(type, "WordPiece");
    }
    Decoder decoder = new Decoder.WordPiece(json.string("prefix"), json.bool("cleanup"));
    json.end();
    return decoder;
  }
}
