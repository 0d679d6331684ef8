package dev.weft.models.llama;

import dev.weft.models.ConfigJson;
import dev.weft.models.LayerTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The windows of Qwen's layers, as Qwen2 and Qwen3 configs say them. */
final class QwenWindows {
  private QwenWindows() {}

  /**
   * One a layer, 0 for none: with {@code use_sliding_window} the layers that {@code layer_types}
   * calls sliding, or where it is absent those from {@code max_window_layers} on.
   */
  static List<Integer> read(ConfigJson json, int layers) throws IOException {
    json.pinned("use_mrope", "false");
    boolean used = json.flag("use_sliding_window", false);
    int size = json.integer("sliding_window", 4096);
    boolean none = !used || (json.names("sliding_window") && !json.has("sliding_window"));
    int first = json.integer("max_window_layers", 28);
    List<Boolean> types = LayerTypes.slide(json);
    List<Integer> windows = new ArrayList<>();
    for (int i = 0; i < (types.isEmpty() ? layers : types.size()); i++) {
      boolean slides = types.isEmpty() ? !none && i >= first : types.get(i);
      if (slides && none) {
        throw json.error(
            "layer_types has sliding_attention, but there is no sliding_window in use");
      }
      windows.add(slides ? size : 0);
    }
    return windows;
  }
}
