package dev.weft.models.tokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Reads a normalizer of a tokenizer.json; a type that is not listed is refused by name. */
final class NormalizerJson {
  private NormalizerJson() {}

  static Normalizer read(JsonObject json) throws IOException {
    String type = json.string("type");
    Normalizer normalizer =
        switch (type) {
          case "BertNormalizer" -> {
            boolean lowercase = json.bool("lowercase");
            yield new Normalizer.Bert(
                json.bool("clean_text"),
                json.bool("handle_chinese_chars"),
                json.optionalBool("strip_accents").orElse(lowercase),
                lowercase);
          }
          case "ByteLevel" -> new Normalizer.Bytes();
          case "Lowercase" -> new Normalizer.Lowercase();
          case "NFC" -> UnicodeForm.NFC;
          case "NFD" -> UnicodeForm.NFD;
          case "NFKC" -> UnicodeForm.NFKC;
          case "NFKD" -> UnicodeForm.NFKD;
          case "Precompiled" -> precompiled(json);
          case "Nmt" -> new Normalizer.Nmt();
          case "Prepend" -> new Normalizer.Prepend(json.string("prepend"));
          case "Replace" -> PatternJson.replace(json);
          case "Sequence" -> {
            List<Normalizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("normalizers")) {
              parts.add(read(part));
            }
            yield new Normalizer.Sequence(parts);
          }
          case "Strip" -> new Normalizer.Strip(json.bool("strip_left"), json.bool("strip_right"));
          case "StripAccents" -> new Normalizer.StripAccents();
          default ->
              throw json.unsupported(
                  type,
                  "BertNormalizer, ByteLevel, Lowercase, NFC, NFD, NFKC, NFKD, Nmt,"
                      + " Precompiled, Prepend, Replace, Sequence, Strip, StripAccents");
        };
    json.end();
    return normalizer;
  }

  private static Normalizer precompiled(JsonObject json) throws IOException {
    try {
      byte[] map = Base64.getDecoder().decode(json.string("precompiled_charsmap"));
      return new Precompiled(CharsMap.of(map));
    } catch (IllegalArgumentException e) {
      throw json.error("precompiled_charsmap: " + e.getMessage());
    }
  }
}
