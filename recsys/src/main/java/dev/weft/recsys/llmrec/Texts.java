package dev.weft.recsys.llmrec;

import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import java.util.Arrays;
import java.util.List;

/**
 * Items and histories as token ids, as LLM-Rec builds them: an item is {@code title + "; "} without
 * special tokens, a history is the joined items, oldest first, and both begin with [CLS].
 */
public final class Texts {
  private final Tokenizer tokenizer;
  private final LlmRecConfig config;
  private final int first;
  private final int[][] items;

  /**
   * The texts of a data set's items.
   *
   * @throws IllegalArgumentException when the tokenizer has no [CLS], or [CLS] and one token do not
   *     fit
   */
  public Texts(Dataset data, Tokenizer tokenizer, LlmRecConfig config) {
    this.tokenizer = tokenizer;
    this.config = config;
    this.first =
        tokenizer
            .clsId()
            .orElseThrow(() -> new IllegalArgumentException("the tokenizer has no [CLS] token"));
    items = new int[data.items()][];
    for (int i = 0; i < items.length; i++) {
      Item item = data.item(i);
      items[i] = tokens(item.hasTitle() ? item.title() : "None");
    }
  }

  /** The tokens of one title, without [CLS]. */
  private int[] tokens(String title) {
    int[] ids = tokenizer.ids(title + "; ");
    return ids.length <= config.itemTokens() ? ids : Arrays.copyOf(ids, config.itemTokens());
  }

  /** [CLS] and the tokens of an item. */
  public int[] item(int item) {
    int[] sequence = new int[items[item].length + 1];
    sequence[0] = first;
    System.arraycopy(items[item], 0, sequence, 1, items[item].length);
    return sequence;
  }

  /** [CLS] and the tokens of the last items of {@code history}, oldest first. */
  public int[] history(int[] history) {
    int from = Math.max(0, history.length - config.history());
    return join(
        Arrays.stream(history, from, history.length).mapToObj(item -> items[item]).toList());
  }

  /** [CLS] and the tokens of a history of titles that are in no data set, oldest first. */
  public int[] history(List<String> titles) {
    int from = Math.max(0, titles.size() - config.history());
    return join(titles.subList(from, titles.size()).stream().map(this::tokens).toList());
  }

  private int[] join(List<int[]> parts) {
    int total = 1 + parts.stream().mapToInt(part -> part.length).sum();
    int[] sequence = new int[total];
    sequence[0] = first;
    int at = 1;
    for (int[] part : parts) {
      System.arraycopy(part, 0, sequence, at, part.length);
      at += part.length;
    }
    return total <= config.tokens() ? sequence : Arrays.copyOf(sequence, config.tokens());
  }
}
