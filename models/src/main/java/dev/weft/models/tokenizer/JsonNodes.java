package dev.weft.models.tokenizer;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Components as a tokenizer.json would have them: the older files name a class whose components are
 * known, and are read from there on as a tokenizer.json is.
 */
final class JsonNodes {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonNodes() {}

  /** An object of a component's type, and keys and values in turn. */
  static ObjectNode component(String type, Object... keysAndValues) {
    ObjectNode node = NODES.objectNode().put("type", type);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      node.set((String) keysAndValues[i], node(keysAndValues[i + 1]));
    }
    return node;
  }

  /** The pattern that is this text. */
  static ObjectNode literal(String text) {
    return NODES.objectNode().put("String", text);
  }

  /** The pattern that is this regular expression. */
  static ObjectNode regex(String expression) {
    return NODES.objectNode().put("Regex", expression);
  }

  /** A token and its id. */
  record Numbered(String token, int id) {}

  /**
   * TemplateProcessing for one and for two texts; a part is a token, {@code $A} or {@code $B}, with
   * a colon and its type id behind.
   */
  static ObjectNode template(List<String> single, List<String> pair, List<Numbered> tokens) {
    ObjectNode specials = NODES.objectNode();
    for (Numbered token : tokens) {
      ObjectNode special = NODES.objectNode().put("id", token.token);
      special.set("ids", NODES.arrayNode().add(token.id));
      special.set("tokens", NODES.arrayNode().add(token.token));
      specials.set(token.token, special);
    }
    return component(
        "TemplateProcessing",
        "single",
        parts(single),
        "pair",
        parts(pair),
        "special_tokens",
        specials);
  }

  private static ArrayNode parts(List<String> parts) {
    ArrayNode list = NODES.arrayNode();
    for (String part : parts) {
      int colon = part.lastIndexOf(':');
      String name = part.substring(0, colon);
      boolean text = name.equals("$A") || name.equals("$B");
      ObjectNode inner = NODES.objectNode().put("id", text ? name.substring(1) : name);
      inner.put("type_id", Integer.parseInt(part.substring(colon + 1)));
      list.add(NODES.objectNode().set(text ? "Sequence" : "SpecialToken", inner));
    }
    return list;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case JsonNode node -> node;
      case String text -> NODES.stringNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number);
      case List<?> list -> {
        ArrayNode array = NODES.arrayNode();
        list.forEach(item -> array.add(node(item)));
        yield array;
      }
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }
}
