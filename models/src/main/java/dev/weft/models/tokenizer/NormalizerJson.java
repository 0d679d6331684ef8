package dev.weft.models.tokenizer;

import java.io.IOException;
import java.util.ArrayList;
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
          case "Lowercase" -> new Normalizer.Lowercase();
          case "StripAccents" -> new Normalizer.StripAccents();
          case "NFC" -> UnicodeForm.NFC;
          case "NFD" -> UnicodeForm.NFD;
          case "NFKC" -> UnicodeForm.NFKC;
          case "NFKD" -> UnicodeForm.NFKD;
          case "Sequence" -> {
            List<Normalizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("normalizers")) {
              parts.add(read(part));
            }
            yield new Normalizer.Sequence(parts);
          }
          default ->
              throw json.unsupported(
                  type, "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Sequence, StripAccents");
        };
    json.end();
    return normalizer;
  }
}
