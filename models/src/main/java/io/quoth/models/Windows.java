package io.quoth.models;

import io.quoth.base.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How many positions each layer sees, as configurations say it; 0 stands for all. */
final class Windows {
  private Windows() {}

  /** The number that the file gives, or {@code otherwise} where it is missing or null. */
  static int size(ConfigReader c, int otherwise) {
    return c.contextLength(otherwise, "sliding_window");
  }

  /** Of Qwen: windows only if asked for, and then from layer {@code max_window_layers} on. */
  static List<Integer> qwen(ConfigReader c) {
    int layers = c.layers("num_hidden_layers");
    int window = c.flag(false, "use_sliding_window") ? size(c, 4096) : 0;
    if (c.json().has("layer_types")) {
      return ofTypes(c, layers, window);
    }
    int from = Math.clamp(c.json().getInt("max_window_layers", 28), 0, layers);
    var windows = new ArrayList<>(Collections.nCopies(from, 0));
    windows.addAll(Collections.nCopies(layers - from, window));
    return windows;
  }

  /** A window for each layer that {@code layer_types} calls sliding. */
  static List<Integer> ofTypes(ConfigReader c, int layers, int window) {
    Json types = c.json().get("layer_types");
    if (types.size() != layers) {
      throw types.error("names " + types.size() + " layers, but num_hidden_layers is " + layers);
    }
    var windows = new ArrayList<Integer>();
    for (Json type : types.items()) {
      switch (type.asString()) {
        case "full_attention" -> windows.add(0);
        case "sliding_attention" -> windows.add(window);
        default ->
            throw type.error(
                "expected full_attention or sliding_attention, found \"" + type.asString() + "\"");
      }
    }
    return windows;
  }
}
