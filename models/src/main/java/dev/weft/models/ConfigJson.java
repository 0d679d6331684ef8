package dev.weft.models;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A {@code config.json} as it is being read: every key is either read, accepted as harmless, or
 * pinned to one value, and {@link #finish} refuses what is left by name.
 */
public final class ConfigJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final Path path;
  private final JsonNode root;
  private final Set<String> left = new TreeSet<>();

  private ConfigJson(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
    left.addAll(root.propertyNames());
  }

  /**
   * Reads the file.
   *
   * @throws IOException when it cannot be read or is not one JSON object
   */
  public static ConfigJson read(Path path) throws IOException {
    try {
      JsonNode root = MAPPER.readTree(path);
      if (!root.isObject()) {
        throw new IOException(path + ": expected a JSON object");
      }
      return new ConfigJson(path, root);
    } catch (JacksonException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(
          path
              + ": not valid JSON at line "
              + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  /** Whether the key is there with a value other than null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  /** A required whole number. */
  public int integer(String key) throws IOException {
    JsonNode node = value(key);
    if (!node.isInt()) {
      throw wrong(key, "a whole number", node);
    }
    return node.intValue();
  }

  /** A whole number, or {@code otherwise} where the key is absent. */
  public int integer(String key, int otherwise) throws IOException {
    return has(key) ? integer(key) : otherwise(key, otherwise);
  }

  /** A number, or {@code otherwise} where the key is absent. */
  public double number(String key, double otherwise) throws IOException {
    if (!has(key)) {
      return otherwise(key, otherwise);
    }
    JsonNode node = value(key);
    if (!node.isNumber()) {
      throw wrong(key, "a number", node);
    }
    return node.doubleValue();
  }

  /** A required text. */
  public String text(String key) throws IOException {
    JsonNode node = value(key);
    if (!node.isString()) {
      throw wrong(key, "a text", node);
    }
    return node.stringValue();
  }

  /** A text, or {@code otherwise} where the key is absent. */
  public String text(String key, String otherwise) throws IOException {
    return has(key) ? text(key) : otherwise(key, otherwise);
  }

  /** A truth value, or {@code otherwise} where the key is absent. */
  public boolean flag(String key, boolean otherwise) throws IOException {
    if (!has(key)) {
      return otherwise(key, otherwise);
    }
    JsonNode node = value(key);
    if (!node.isBoolean()) {
      throw wrong(key, "true or false", node);
    }
    return node.booleanValue();
  }

  /** Accepts keys whose value cannot change what the model computes. */
  public void harmless(String... keys) {
    left.removeAll(Set.of(keys));
  }

  /** Accepts a key with this value only, or absent or null. */
  public void pinned(String key, String accepted) throws IOException {
    left.remove(key);
    if (root.hasNonNull(key) && !root.get(key).asString().equals(accepted)) {
      throw new IOException(
          path + ": " + key + " " + root.get(key) + " is not supported, only " + accepted);
    }
  }

  /** Refuses every key that nobody asked for. */
  public void finish() throws IOException {
    if (!left.isEmpty()) {
      throw new IOException(
          path
              + ": "
              + (left.size() == 1 ? "key " : "keys ")
              + left
              + " not known; refusing to ignore"
              + " what may change the model's results");
    }
  }

  private <T> T otherwise(String key, T value) {
    left.remove(key);
    return value;
  }

  private JsonNode value(String key) throws IOException {
    left.remove(key);
    JsonNode node = root.get(key);
    if (node == null || node.isNull()) {
      throw new IOException(path + ": key " + key + " is missing");
    }
    return node;
  }

  private IOException wrong(String key, String expected, JsonNode got) {
    return new IOException(path + ": " + key + ": expected " + expected + ", got " + got);
  }
}
