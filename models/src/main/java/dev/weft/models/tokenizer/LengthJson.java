package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.PostProcessor.Part;
import java.io.IOException;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads the truncation and the padding of a tokenizer.json. */
final class LengthJson {
  private LengthJson() {}

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

  /** The most tokens that padding may ask for: far beyond what a model reads. */
  private static final int MAX_PADDED = 1 << 20;

  static Padding padding(JsonObject json) throws IOException {
    OptionalInt fixed;
    JsonNode strategy = json.value("strategy");
    if (strategy.isString() && strategy.stringValue().equals("BatchLongest")) {
      fixed = OptionalInt.empty();
    } else {
      JsonObject of = json.object("strategy");
      fixed = OptionalInt.of(bounded(of, "Fixed", of.count("Fixed")));
      of.end();
    }
    Padding padding =
        new Padding(
            fixed,
            direction(json),
            multiple(json),
            json.count("pad_id"),
            json.count("pad_type_id"),
            json.string("pad_token"));
    json.end();
    return padding;
  }

  private static OptionalInt multiple(JsonObject json) throws IOException {
    OptionalInt multiple = json.optionalCount("pad_to_multiple_of");
    bounded(json, "pad_to_multiple_of", multiple.orElse(0));
    return multiple;
  }

  private static int bounded(JsonObject json, String key, int value) throws IOException {
    if (value > MAX_PADDED) {
      throw json.error("\"%s\" is %d, at most %d".formatted(key, value, MAX_PADDED));
    }
    return value;
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
