package dev.weft.models.tokenizer;

import dev.weft.models.tokenizer.Metaspace.PrependScheme;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads a pre_tokenizer of a tokenizer.json; what is not listed is refused by name. */
final class PreTokenizerJson {
  private PreTokenizerJson() {}

  /** Each takes a few frames of the stack, and a text a stage for each. */
  private static final int MAX_STAGES = 100;

  static PreTokenizer read(JsonObject json) throws IOException {
    String type = json.string("type");
    PreTokenizer preTokenizer =
        switch (type) {
          case "BertPreTokenizer" -> new PreTokenizer.Bert();
          case "ByteLevel" -> byteLevel(json);
          case "CharDelimiterSplit" -> {
            int[] delimiter = {json.codePoint("delimiter")};
            yield new Split(new Pattern.Literal(delimiter), SplitBehavior.REMOVED, false);
          }
          case "Digits" ->
              new Split(
                  new Pattern.OfClass(CodePoints::isNumeric),
                  json.bool("individual_digits")
                      ? SplitBehavior.ISOLATED
                      : SplitBehavior.CONTIGUOUS,
                  false);
          case "FixedLength" -> fixedLength(json);
          case "Metaspace" -> metaspace(json);
          case "Punctuation" ->
              new Split(
                  new Pattern.OfClass(CodePoints::isPunctuation),
                  json.has("behavior") ? behavior(json) : SplitBehavior.ISOLATED,
                  false);
          case "Sequence" -> sequence(json);
          case "Split" -> new Split(PatternJson.read(json), behavior(json), json.bool("invert"));
          case "UnicodeScripts" -> new PreTokenizer.Scripts();
          case "Whitespace" -> new PreTokenizer.Whitespace();
          case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
          default ->
              throw json.unsupported(
                  type,
                  "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace,"
                      + " Punctuation, Sequence, Split, UnicodeScripts, Whitespace,"
                      + " WhitespaceSplit");
        };
    json.end();
    return preTokenizer;
  }

  /** Sequences in sequences are one. */
  private static PreTokenizer sequence(JsonObject json) throws IOException {
    List<PreTokenizer> stages = new ArrayList<>();
    for (JsonObject part : json.objects("pretokenizers")) {
      PreTokenizer stage = read(part);
      if (stage instanceof PreTokenizer.Sequence(List<PreTokenizer> inner)) {
        stages.addAll(inner);
      } else {
        stages.add(stage);
      }
    }
    if (stages.size() > MAX_STAGES) {
      throw json.error("has " + stages.size() + " stages, at most " + MAX_STAGES);
    }
    return new PreTokenizer.Sequence(stages);
  }

  /** Also a decoder, where only the type counts. */
  static ByteLevel byteLevel(JsonObject json) throws IOException {
    json.bool("trim_offsets"); // of the post_processor of this type
    return new ByteLevel(json.bool("add_prefix_space"), json.bool("use_regex", true));
  }

  /** Also a decoder. Files before 2024 have add_prefix_space and no prepend_scheme. */
  static Metaspace metaspace(JsonObject json) throws IOException {
    json.harmless("str_rep"); // repeats the replacement
    PrependScheme scheme = json.has("prepend_scheme") ? prependScheme(json) : PrependScheme.ALWAYS;
    if (!json.bool("add_prefix_space", true) && scheme != PrependScheme.NEVER) {
      throw json.error(
          "add_prefix_space false needs prepend_scheme \"never\", got "
              + (json.has("prepend_scheme")
                  ? "\"" + json.string("prepend_scheme") + "\""
                  : "none"));
    }
    return new Metaspace(json.codePoint("replacement"), scheme, json.bool("split", true));
  }

  private static PrependScheme prependScheme(JsonObject json) throws IOException {
    String scheme = json.string("prepend_scheme");
    return switch (scheme) {
      case "always" -> PrependScheme.ALWAYS;
      case "first" -> PrependScheme.FIRST;
      case "never" -> PrependScheme.NEVER;
      default ->
          throw json.error(
              "prepend_scheme \"" + scheme + "\" is unknown, expected always, first or never");
    };
  }

  private static PreTokenizer fixedLength(JsonObject json) throws IOException {
    int length = json.has("length") ? json.count("length") : 5;
    if (length == 0) {
      throw json.error("length must be at least 1, got 0");
    }
    return new PreTokenizer.FixedLength(length);
  }

  private static SplitBehavior behavior(JsonObject json) throws IOException {
    String name = json.string("behavior");
    for (SplitBehavior behavior : SplitBehavior.values()) {
      if (behavior.published().equals(name)) {
        return behavior;
      }
    }
    throw json.error(
        "behavior \"%s\" is unknown, expected %s"
            .formatted(
                name,
                Arrays.stream(SplitBehavior.values())
                    .map(SplitBehavior::published)
                    .collect(Collectors.joining(", "))));
  }
}
