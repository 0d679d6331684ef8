package dev.weft.recsys.baseline;

import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Recommender;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The baselines that are fitted in one pass over the training interactions, by name. */
public final class Baselines {
  private static final Map<String, Function<Split, Recommender>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("popularity", Popularity::new);
    BY_NAME.put("recent", RecentPopularity::tuned);
    BY_NAME.put("itemknn", ItemKnn::new);
  }

  private Baselines() {}

  /** The names in the order of reports; each is the {@link Recommender#name} of what it makes. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * Fits the baseline of that name.
   *
   * @throws IllegalArgumentException naming what there is, when there is no such baseline
   */
  public static Recommender fit(String name, Split split) {
    Function<Split, Recommender> baseline = BY_NAME.get(name);
    if (baseline == null) {
      throw new IllegalArgumentException(
          "baseline: expected one of " + BY_NAME.keySet() + ", got \"" + name + "\"");
    }
    return baseline.apply(split);
  }
}
