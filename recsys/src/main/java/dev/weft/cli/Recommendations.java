package dev.weft.cli;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The best items of a list of scores, for people and for programs. */
record Recommendations(List<Integer> items, List<Float> scores) {
  /** The {@code top} highest scores among the items not in {@code history}; ties by item number. */
  static Recommendations of(float[] scores, Set<Integer> history, int top) {
    List<Integer> order = new ArrayList<>();
    for (int item = 0; item < scores.length; item++) {
      if (!history.contains(item)) {
        order.add(item);
      }
    }
    order.sort((a, b) -> scores[a] != scores[b] ? Float.compare(scores[b], scores[a]) : a - b);
    List<Integer> best = List.copyOf(order.subList(0, Math.min(top, order.size())));
    return new Recommendations(best, best.stream().map(item -> scores[item]).toList());
  }

  /** Numbered lines of domain and title. */
  String text(Dataset data) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      Item item = data.item(items.get(i));
      text.append(String.format("%3d. %-14s %s%n", i + 1, item.domain(), item.title()));
    }
    return text.toString().stripTrailing();
  }

  /** Items with id, domain, title and score. */
  List<Map<String, Object>> json(Dataset data) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      Map<String, Object> each = describe(data.item(items.get(i)));
      each.put("score", scores.get(i));
      list.add(each);
    }
    return list;
  }

  static Map<String, Object> describe(Item item) {
    Map<String, Object> each = new LinkedHashMap<>();
    each.put("item_id", item.id());
    each.put("domain", item.domain());
    each.put("title", item.title());
    return each;
  }

  /** A history as lines of domain and title, oldest first. */
  static String history(Dataset data, int[] history) {
    StringBuilder text = new StringBuilder();
    for (int item : history) {
      text.append(
          String.format("     %-14s %s%n", data.item(item).domain(), data.item(item).title()));
    }
    return text.toString().stripTrailing();
  }
}
