package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One object of a JSON file whose every key must be read: {@link #end} refuses the others by name.
 * Errors say file, place and what was expected.
 */
final class JsonObject {
  private final Path file;
  private final String place;
  private final JsonNode node;
  private final Set<String> read = new HashSet<>();

  private JsonObject(Path file, String place, JsonNode node) {
    this.file = file;
    this.place = place;
    this.node = node;
  }

  static JsonObject of(Path file, String place, JsonNode node) throws IOException {
    if (!(node instanceof ObjectNode)) {
      throw new IOException(
          file + ": " + OneLine.of(place + " must be an object, got " + shown(node)));
    }
    return new JsonObject(file, place, node);
  }

  Path file() {
    return file;
  }

  String place() {
    return place;
  }

  IOException error(String what) {
    return new IOException(file + ": " + OneLine.of(place + " " + what));
  }

  /** For a component this version does not know. */
  IOException unsupported(String type, String supported) {
    return error("type \"" + type + "\" is not supported yet; supported: " + supported);
  }

  boolean has(String key) {
    return node.has(key);
  }

  boolean isNull(String key) {
    return !node.has(key) || node.get(key).isNull();
  }

  String string(String key) throws IOException {
    JsonNode value = value(key);
    if (!value.isString()) {
      throw wrong(key, "a string", value);
    }
    if (!Vocabulary.isWellFormed(value.stringValue())) {
      throw error("key \"" + key + "\" holds half a surrogate pair");
    }
    return value.stringValue();
  }

  boolean bool(String key) throws IOException {
    JsonNode value = value(key);
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.booleanValue();
  }

  boolean bool(String key, boolean absent) throws IOException {
    return isNull(key) ? skip(key, absent) : bool(key);
  }

  /** A string of one code point. */
  int codePoint(String key) throws IOException {
    String value = string(key);
    if (value.isEmpty() || value.codePointCount(0, value.length()) != 1) {
      throw wrong(key, "one character", value(key));
    }
    return value.codePointAt(0);
  }

  /** A number of at least zero. */
  int count(String key) throws IOException {
    return count(key, value(key));
  }

  Optional<Boolean> optionalBool(String key) throws IOException {
    return isNull(key) ? skip(key, Optional.<Boolean>empty()) : Optional.of(bool(key));
  }

  OptionalInt optionalCount(String key) throws IOException {
    return isNull(key) ? skip(key, OptionalInt.empty()) : OptionalInt.of(count(key));
  }

  JsonObject object(String key) throws IOException {
    return of(file, place + "." + key, value(key));
  }

  /** A value that may have any shape. */
  JsonNode value(String key) throws IOException {
    read.add(key);
    JsonNode value = node.get(key);
    if (value == null) {
      throw error("has no \"" + key + "\"");
    }
    return value;
  }

  List<JsonObject> objects(String key) throws IOException {
    List<JsonObject> objects = new ArrayList<>();
    JsonNode list = list(key);
    for (int i = 0; i < list.size(); i++) {
      objects.add(of(file, place + "." + key + "[" + i + "]", list.get(i)));
    }
    return objects;
  }

  List<String> strings(String key) throws IOException {
    List<String> strings = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isString()) {
        throw wrong(key, "a list of strings", item);
      }
      strings.add(item.stringValue());
    }
    return strings;
  }

  List<Integer> counts(String key) throws IOException {
    List<Integer> counts = new ArrayList<>();
    for (JsonNode item : list(key)) {
      counts.add(count(key, item));
    }
    return counts;
  }

  Set<String> keys() {
    return new HashSet<>(node.propertyNames());
  }

  /** Marks a key as known whose value changes nothing here. */
  void harmless(String key) {
    read.add(key);
  }

  /** Refuses what was not read. */
  void end() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (String key : node.propertyNames()) {
      if (!read.contains(key)) {
        unknown.add("\"" + key + "\"");
      }
    }
    if (!unknown.isEmpty()) {
      throw error(
          "has unknown " + (unknown.size() == 1 ? "key " : "keys ") + String.join(", ", unknown));
    }
  }

  private JsonNode list(String key) throws IOException {
    JsonNode value = value(key);
    if (!value.isArray()) {
      throw wrong(key, "a list", value);
    }
    return value;
  }

  private int count(String key, JsonNode value) throws IOException {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw wrong(key, "a whole number from 0 to " + Integer.MAX_VALUE, value);
    }
    return value.intValue();
  }

  private <T> T skip(String key, T value) {
    read.add(key);
    return value;
  }

  private IOException wrong(String key, String expected, JsonNode got) {
    return error("key \"" + key + "\" must be " + expected + ", got " + shown(got));
  }

  private static String shown(@Nullable JsonNode node) {
    String text = String.valueOf(node).replaceAll("\\s+", " ");
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }
}
