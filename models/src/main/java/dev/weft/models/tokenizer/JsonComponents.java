package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads the small components of a tokenizer.json; a type that is not listed is refused by name. */
final class JsonComponents {
  private JsonComponents() {}

  static Normalizer normalizer(JsonObject json) throws IOException {
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
              parts.add(normalizer(part));
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

  static PreTokenizer preTokenizer(JsonObject json) throws IOException {
    String type = json.string("type");
    PreTokenizer preTokenizer =
        switch (type) {
          case "BertPreTokenizer" -> new PreTokenizer.Bert();
          case "Whitespace" -> new PreTokenizer.Whitespace();
          case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
          case "Sequence" -> {
            List<PreTokenizer> parts = new ArrayList<>();
            for (JsonObject part : json.objects("pretokenizers")) {
              parts.add(preTokenizer(part));
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

  static Decoder decoder(JsonObject json) throws IOException {
    String type = json.string("type");
    if (!type.equals("WordPiece")) {
      throw json.unsupported(type, "WordPiece");
    }
    Decoder decoder = new Decoder.WordPiece(json.string("prefix"), json.bool("cleanup"));
    json.end();
    return decoder;
  }

  static PostProcessor postProcessor(JsonObject json) throws IOException {
    String type = json.string("type");
    PostProcessor postProcessor =
        switch (type) {
          case "BertProcessing" ->
              PostProcessor.Template.bert(tokenAndId(json, "cls"), tokenAndId(json, "sep"));
          case "TemplateProcessing" -> {
            Map<String, JsonObject> specials = new HashMap<>();
            JsonObject map = json.object("special_tokens");
            for (String key : map.keys()) {
              specials.put(key, map.object(key));
            }
            yield new PostProcessor.Template(
                template(json, "single", specials), template(json, "pair", specials));
          }
          default -> throw json.unsupported(type, "BertProcessing, TemplateProcessing");
        };
    json.end();
    return postProcessor;
  }

  private static Part.Special tokenAndId(JsonObject json, String key) throws IOException {
    JsonNode pair = json.value(key);
    boolean valid =
        pair.isArray()
            && pair.size() == 2
            && pair.get(0).isString()
            && pair.get(1).isIntegralNumber()
            && pair.get(1).canConvertToInt()
            && pair.get(1).intValue() >= 0;
    if (!valid) {
      throw json.error("key \"" + key + "\" must be [token, id]");
    }
    return new Part.Special(pair.get(0).stringValue(), pair.get(1).intValue(), 0);
  }

  private static List<Part> template(JsonObject json, String key, Map<String, JsonObject> specials)
      throws IOException {
    List<Part> parts = new ArrayList<>();
    for (JsonObject piece : json.objects(key)) {
      if (piece.has("Sequence")) {
        JsonObject sequence = piece.object("Sequence");
        String id = sequence.string("id");
        boolean second = id.equals("B") && key.equals("pair");
        if (!id.equals("A") && !second) {
          throw sequence.error("id \"" + id + "\" is no text of \"" + key + "\"");
        }
        parts.add(new Part.Text(second ? 1 : 0, sequence.count("type_id")));
        sequence.end();
      } else {
        JsonObject special = piece.object("SpecialToken");
        addSpecial(parts, special, specials);
        special.end();
      }
      piece.end();
    }
    return parts;
  }

  private static void addSpecial(
      List<Part> parts, JsonObject special, Map<String, JsonObject> specials) throws IOException {
    String name = special.string("id");
    JsonObject definition = specials.get(name);
    if (definition == null) {
      throw special.error("id \"" + name + "\" is not among special_tokens");
    }
    String repeated = definition.string("id");
    List<Integer> ids = definition.counts("ids");
    List<String> tokens = definition.strings("tokens");
    definition.end();
    if (!repeated.equals(name) || ids.size() != tokens.size()) {
      throw definition.error(
          "must repeat its id and have as many ids as tokens, got id \"%s\", %d ids, %d tokens"
              .formatted(repeated, ids.size(), tokens.size()));
    }
    int typeId = special.count("type_id");
    for (int i = 0; i < ids.size(); i++) {
      parts.add(new Part.Special(tokens.get(i), ids.get(i), typeId));
    }
  }

  static Truncation truncation(JsonObject json, PostProcessor postProcessor) throws IOException {
    Truncation.Direction direction =
        json.isNull("direction") ? Truncation.Direction.RIGHT : direction(json);
    String strategy = json.string("strategy");
    Truncation truncation =
        new Truncation(
            direction,
            json.count("max_length"),
            switch (strategy) {
              case "LongestFirst" -> Truncation.Strategy.LONGEST_FIRST;
              case "OnlyFirst" -> Truncation.Strategy.ONLY_FIRST;
              case "OnlySecond" -> Truncation.Strategy.ONLY_SECOND;
              default ->
                  throw json.unsupported(strategy, "strategy LongestFirst, OnlyFirst, OnlySecond");
            },
            json.count("stride"));
    json.end();
    long special = postProcessor.single().stream().filter(Part.Special.class::isInstance).count();
    if (truncation.maxLength() < special) {
      throw json.error(
          "max_length %d leaves no room for the %d special tokens"
              .formatted(truncation.maxLength(), special));
    }
    return truncation;
  }

  static Padding padding(JsonObject json) throws IOException {
    OptionalInt fixed;
    JsonNode strategy = json.value("strategy");
    if (strategy.isString() && strategy.stringValue().equals("BatchLongest")) {
      fixed = OptionalInt.empty();
    } else {
      JsonObject of = json.object("strategy");
      fixed = OptionalInt.of(of.count("Fixed"));
      of.end();
    }
    Padding padding =
        new Padding(
            fixed,
            direction(json),
            json.optionalCount("pad_to_multiple_of"),
            json.count("pad_id"),
            json.count("pad_type_id"),
            json.string("pad_token"));
    json.end();
    return padding;
  }

  private static Truncation.Direction direction(JsonObject json) throws IOException {
    String direction = json.string("direction");
    return switch (direction) {
      case "Left" -> Truncation.Direction.LEFT;
      case "Right" -> Truncation.Direction.RIGHT;
      default ->
          throw json.error("direction \"" + direction + "\" is unknown, expected Left or Right");
    };
  }
}
