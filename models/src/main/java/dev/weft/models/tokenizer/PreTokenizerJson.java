package dev.weft.models.tokenizer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a pre_tokenizer of a tokenizer.json; what is not listed is refused by name. */
final class PreTokenizerJson {
  private PreTokenizerJson() {}

  static PreTokenizer read(JsonObject json) throws IOException {
    String type = json.string("type");
    PreTokenizer preTokenizer =
        switch (type) {
          case "BertPreTokenizer" -> new PreTokenizer.Bert();
          case "Whitespace" -> new PreTokenizer.Whitespace();
          case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
          case "Sequence" -> {
            List<PreTokenizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("pretokenizers")) {
              parts.add(read(part));
            }
            yield new PreTokenizer.Sequence(parts);
          }
          default ->
              throw json.unsupported(
                  type, "BertPreTokenizer, Sequence, Whitespace, WhitespaceSplit");
        };
    json.end();
    return preTokenizer;
  }
}
