package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import dev.weft.models.tokenizer.PostProcessor.Trim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Reads a post_processor of a tokenizer.json; what is not listed is refused by name. */
final class PostProcessorJson {
  private PostProcessorJson() {}

  /** The most parts of a template; a hostile file could else repeat a long one many times. */
  private static final int MAX_PARTS = 1024;

  static PostProcessor read(JsonObject json) throws IOException {
    String type = json.string("type");
    PostProcessor postProcessor =
        switch (type) {
          case "BertProcessing" ->
              PostProcessor.bert(tokenAndId(json, "cls"), tokenAndId(json, "sep"));
          case "RobertaProcessing" -> {
            List<Trim> trims = trims(json);
            yield PostProcessor.roberta(trims, tokenAndId(json, "cls"), tokenAndId(json, "sep"));
          }
          case "ByteLevel" -> {
            json.bool("use_regex", true); // says nothing here: it is of the pre-tokenizer
            PostProcessor bare = PostProcessor.BARE;
            yield new PostProcessor(trims(json), bare.single(), bare.pair());
          }
          case "TemplateProcessing" -> {
            Map<String, JsonObject> specials = new HashMap<>();
            JsonObject map = json.object("special_tokens");
            for (String key : map.keys()) {
              specials.put(key, map.object(key));
            }
            yield new PostProcessor(
                List.of(), template(json, "single", specials), template(json, "pair", specials));
          }
          case "Sequence" -> sequence(json);
          default ->
              throw json.unsupported(
                  type,
                  "BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing");
        };
    json.end();
    return postProcessor;
  }

  private static List<Trim> trims(JsonObject json) throws IOException {
    Trim trim = new Trim(json.bool("add_prefix_space"), 0);
    return json.bool("trim_offsets") ? List.of(trim) : List.of();
  }

  /** One of them at most lays out parts; behind it only offsets are trimmed. */
  private static PostProcessor sequence(JsonObject json) throws IOException {
    List<Trim> trims = new ArrayList<>();
    PostProcessor layout = PostProcessor.BARE;
    String kind = "";
    for (JsonObject part : json.objects("processors")) {
      PostProcessor next = read(part);
      boolean bare = next.single().equals(PostProcessor.BARE.single());
      if (bare && next.pair().equals(PostProcessor.BARE.pair())) {
        for (Trim trim : next.trims()) {
          trims.add(new Trim(trim.addPrefixSpace(), behindSpecials(kind) | trim.behindSpecials()));
        }
        continue;
      }
      if (!kind.isEmpty()) {
        throw part.error("is the second of the sequence that adds tokens; one is supported");
      }
      kind = part.string("type");
      layout = next;
      trims.addAll(next.trims());
    }
    if (trims.size() > MAX_PARTS) {
      throw json.error("has " + trims.size() + " processors, at most " + MAX_PARTS);
    }
    return new PostProcessor(trims, layout.single(), layout.pair());
  }

  /** BERT's and RoBERTa's tokens join the text's before the next processor sees them. */
  private static int behindSpecials(String kind) {
    return switch (kind) {
      case "BertProcessing" -> 1;
      case "RobertaProcessing" -> 3;
      default -> 0;
    };
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
      if (parts.size() > MAX_PARTS) {
        throw json.error("key \"" + key + "\" has more than " + MAX_PARTS + " parts");
      }
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
