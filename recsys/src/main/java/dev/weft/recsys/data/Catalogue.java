package dev.weft.recsys.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Items and, beside each, the interests of those who would buy it: one or more words of a fixed
 * vocabulary. The interests are a person's judgement, written down with the title. They are what
 * {@link Simulator} draws from; a model never sees them.
 */
public final class Catalogue {
  private final List<Item> items;
  private final List<String> interests;
  private final int[][] interestsOf;

  /**
   * A catalogue from memory.
   *
   * @param interests the vocabulary, without duplicates
   * @param interestsOf for each item its interests, at least one, each in the vocabulary
   * @throws IllegalArgumentException naming the item or the interest that breaks these rules
   */
  public Catalogue(List<Item> items, List<String> interests, List<List<String>> interestsOf) {
    this.items = List.copyOf(items);
    this.interests = List.copyOf(interests);
    if (interestsOf.size() != items.size()) {
      throw new IllegalArgumentException(
          "catalogue: expected interests for "
              + items.size()
              + " items, got "
              + interestsOf.size());
    }
    Map<String, Integer> index = new LinkedHashMap<>();
    for (String interest : interests) {
      if (interest.isEmpty() || index.putIfAbsent(interest, index.size()) != null) {
        throw new IllegalArgumentException(
            "catalogue: expected distinct interests, got \"" + interest + "\" empty or twice");
      }
    }
    this.interestsOf = new int[items.size()][];
    for (int i = 0; i < items.size(); i++) {
      this.interestsOf[i] = lookUp(items.get(i), interestsOf.get(i), index);
    }
  }

  private static int[] lookUp(Item item, List<String> interests, Map<String, Integer> index) {
    if (interests.isEmpty()) {
      throw new IllegalArgumentException(
          "catalogue, item \"" + item.id() + "\": expected at least one interest, got none");
    }
    List<Integer> found = new ArrayList<>();
    for (String interest : interests) {
      Integer at = index.get(interest);
      if (at == null || found.contains(at)) {
        throw new IllegalArgumentException(
            "catalogue, item \""
                + item.id()
                + "\": interest \""
                + interest
                + "\" is "
                + (at == null ? "not in the vocabulary" : "there twice"));
      }
      found.add(at);
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  public List<Item> items() {
    return items;
  }

  /** The vocabulary, in its own order. */
  public List<String> interests() {
    return interests;
  }

  /** The interests of an item, as positions in {@link #interests()}; a copy. */
  public int[] interestsOf(int item) {
    return interestsOf[item].clone();
  }
}
