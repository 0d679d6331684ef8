package dev.weft.bench;

import dev.weft.models.json.JsonTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The README's table of model families, out of {@code bench/parity/families.json}. */
final class FamilyTable {
  /** What stands between the marks of this name. */
  static final String NAME = "families";

  private FamilyTable() {}

  /**
   * The results as Markdown, a row a family: of how many models {@code weft forward} gave every
   * output under transformers' name, how far the farthest was, whether greedy ids were equal, and
   * for how many texts token ids were not.
   *
   * @throws IOException naming the file and the field that is missing
   */
  static String table(Path file) throws IOException {
    JsonNode root = JsonTree.read(file);
    StringBuilder text = new StringBuilder();
    text.append(
        "`%s`, commit %s, beside transformers %s.\n\n"
            .formatted(
                required(file, root, "command").asString(),
                required(file, root, "commit").asString().substring(0, 7),
                required(file, root, "transformers").asString()));
    text.append(
        "| `model_type` | models alike | largest difference | greedy ids | tokenizer | its ids |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (Map.Entry<String, JsonNode> family : required(file, root, "families").properties()) {
      row(text, file, family.getKey(), family.getValue());
    }
    return text.toString();
  }

  private static void row(StringBuilder text, Path file, String family, JsonNode result)
      throws IOException {
    JsonNode models = required(file, result, "models");
    JsonNode tokenizer = required(file, result, "tokenizer");
    int alike = 0;
    double largest = 0;
    String greedy = "";
    for (JsonNode model : models) {
      alike += model.has("problems") ? 0 : 1;
      largest = Math.max(largest, required(file, model, "largest").asDouble());
      if (model.has("greedy")) {
        greedy = model.get("greedy").asBoolean() ? "equal" : "**differ**";
      }
    }
    int different = required(file, tokenizer, "different").asInt();
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %d of %d | %.1e | %s | %s | %s of %d texts |\n",
            family,
            alike,
            models.size(),
            largest,
            greedy,
            required(file, tokenizer, "kind").asString(),
            different == 0 ? "equal for all" : "**differ for " + different + "**",
            required(file, tokenizer, "texts").asInt()));
  }

  private static JsonNode required(Path file, JsonNode node, String field) throws IOException {
    JsonNode value = node.get(field);
    if (value == null) {
      throw new IOException(file + ": \"" + field + "\" is missing");
    }
    return value;
  }
}
