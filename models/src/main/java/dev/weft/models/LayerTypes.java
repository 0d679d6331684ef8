package dev.weft.models;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The {@code layer_types} of a config: which layers attend within a window. */
public final class LayerTypes {
  private LayerTypes() {}

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
