package dev.weft.bench.suite;

import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Sample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Texts as shops have them: titles of the embedded sample. */
final class Titles {
  private Titles() {}

  /** All of them. */
  static List<String> all() {
    return Sample.catalogue().items().stream().map(Item::title).toList();
  }

  /** So many, drawn with a fixed seed. */
  static List<String> some(int count) {
    List<String> titles = new ArrayList<>(all());
    Collections.shuffle(titles, new Random(1));
    return List.copyOf(titles.subList(0, count));
  }

  /** Ids of texts, as a sentence encoder is given them. */
  static List<int[]> ids(Tokenizer tokenizer, List<String> texts, int maxLength) {
    EncodeOptions options = EncodeOptions.DEFAULT.maxLength(maxLength);
    return texts.stream().map(text -> tokenizer.encode(text, options).ids()).toList();
  }
}
