package dev.weft.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How many layers a config says there are, and which of them attend within a window. */
public final class LayerTypes {
  /** More layers than any model, so few that lists of them cost nothing. */
  private static final int MOST = 10_000;

  private LayerTypes() {}

  /**
   * {@code num_hidden_layers}, or {@code otherwise} where it is absent.
   *
   * @throws IOException for a number that no checkpoint has
   */
  public static int count(ConfigJson json, int otherwise) throws IOException {
    int count = json.integer("num_hidden_layers", otherwise);
    if (count < 1 || count > MOST) {
      throw json.error("num_hidden_layers " + count + " is not in 1 to " + MOST);
    }
    return count;
  }

  /** Whether each layer slides a window; empty where the key is absent. */
  public static List<Boolean> slide(ConfigJson json) throws IOException {
    List<Boolean> slide = new ArrayList<>();
    for (String type : json.texts("layer_types")) {
      slide.add(
          switch (type) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            default ->
                throw json.error(
                    "layer_types "
                        + type
                        + " is not supported, only full_attention, sliding_attention");
          });
    }
    return slide;
  }
}
