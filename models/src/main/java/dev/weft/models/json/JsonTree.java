package dev.weft.models.json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON files as trees, refusing a key that is there twice and anything behind the value; Jackson's
 * exceptions become one line with path and place.
 */
public final class JsonTree {
  /** Names are not interned: a vocabulary would fill the table with keys seen once. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES).build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Reads from a parser that stands on the first token. */
  @FunctionalInterface
  public interface Reader<T> {
    /** Leaves the parser on the last token of the value. */
    T read(JsonParser parser) throws IOException;
  }

  private JsonTree() {}

  /** A file that holds one JSON value and nothing else, as a tree. */
  public static JsonNode read(Path file) throws IOException {
    return read(file, JsonTree::tree);
  }

  /** A file that holds one JSON value and nothing else, as {@code reader} reads it. */
  public static <T> T read(Path file, Reader<T> reader) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      return only(file, parser, reader);
    } catch (JacksonException e) {
      // Of the bytes before any JSON: an encoding that there is not.
      throw new IOException(file + ": not valid JSON: " + reason(e), e);
    }
  }

  private static <T> T only(Path file, JsonParser parser, Reader<T> reader) throws IOException {
    try {
      if (parser.nextToken() == null) {
        throw new IOException(file + ": not valid JSON: nothing but space");
      }
      T value = reader.read(parser);
      if (parser.nextToken() != null) {
        throw new IOException(file + ": something follows the JSON value, " + place(parser));
      }
      return value;
    } catch (JacksonException e) {
      throw new IOException(file + ": not valid JSON, " + place(parser) + ": " + reason(e), e);
    }
  }

  private static String reason(JacksonException e) {
    return OneLine.of(e.getOriginalMessage().lines().findFirst().orElse(""));
  }

  /** The value the parser stands on, whole; the parser's nesting limit bounds the recursion. */
  public static JsonNode tree(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT -> NODES.numberNode(parser.getIntValue());
            case LONG -> NODES.numberNode(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
                NODES.numberNode(parser.getBigIntegerValue());
          };
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case NOT_AVAILABLE, PROPERTY_NAME, END_OBJECT, END_ARRAY, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no value starts with " + parser.currentToken());
    };
  }

  /** Where the parser stands. */
  public static String place(JsonParser parser) {
    TokenStreamLocation at = parser.currentLocation();
    return "line %d column %d".formatted(at.getLineNr(), at.getColumnNr());
  }

  private static ObjectNode object(JsonParser parser) {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (object.has(key)) {
        throw new StreamReadException(parser, "key \"" + key + "\" is there twice");
      }
      parser.nextToken();
      object.set(key, tree(parser));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(tree(parser));
    }
    return array;
  }
}
