package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads a post_processor of a tokenizer.json; what is not listed is refused by name. */
final class PostProcessorJson {
  private PostProcessorJson() {}

  static PostProcessor read(JsonObject json) throws IOException {
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
}
