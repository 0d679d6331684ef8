package dev.weft.recsys.data;

/**
 * An item of a data set. An empty title means that there is none; what stands in its place (LLM-Rec
 * writes the word {@code None}) is decided where text is built.
 */
public record Item(String id, String domain, String title) {
  public Item {
    if (id.isEmpty()) {
      throw new IllegalArgumentException("item: expected an id, got an empty one");
    }
    if (domain.isEmpty()) {
      throw new IllegalArgumentException(
          "item \"" + id + "\": expected a domain, got an empty one");
    }
  }

  public boolean hasTitle() {
    return !title.isEmpty();
  }
}
