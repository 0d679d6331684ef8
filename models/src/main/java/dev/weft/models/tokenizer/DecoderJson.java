package dev.weft.models.tokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a decoder of a tokenizer.json; a type that is not listed is refused by name. */
final class DecoderJson {
  private DecoderJson() {}

  static Decoder read(JsonObject json) throws IOException {
    String type = json.string("type");
    Decoder decoder =
        switch (type) {
          case "BPEDecoder" -> new Decoder.BpeSuffix(json.string("suffix"));
          case "ByteFallback" -> new Decoder.ByteFallback();
          case "ByteLevel" -> PreTokenizerJson.byteLevel(json);
          case "CTC" ->
              new Decoder.Ctc(
                  json.string("pad_token"),
                  json.string("word_delimiter_token"),
                  json.bool("cleanup"));
          case "Fuse" -> new Decoder.Fuse();
          case "Metaspace" -> PreTokenizerJson.metaspace(json);
          case "Replace" -> PatternJson.replace(json);
          case "Sequence" -> {
            List<Decoder> parts = new ArrayList<>();
            for (JsonObject part : json.objects("decoders")) {
              parts.add(read(part));
            }
            yield new Decoder.Sequence(parts);
          }
          case "Strip" ->
              new Decoder.Strip(json.codePoint("content"), json.count("start"), json.count("stop"));
          case "WordPiece" -> new Decoder.WordPiece(json.string("prefix"), json.bool("cleanup"));
          default ->
              throw json.unsupported(
                  type,
                  "BPEDecoder, ByteFallback, ByteLevel, CTC, Fuse, Metaspace, Replace, Sequence,"
                      + " Strip, WordPiece");
        };
    json.end();
    return decoder;
  }
}
