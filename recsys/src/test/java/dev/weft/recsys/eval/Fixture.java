package dev.weft.recsys.eval;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.data.Split;
import java.util.List;
import java.util.stream.IntStream;

/** Four users over items 0-3 of domain A and 4-6 of domain B, small enough to rank by hand. */
final class Fixture {
  static final Dataset DATA =
      Dataset.of(
          "tiny",
          List.of("x", "y", "z", "w"),
          IntStream.range(0, 7)
              .mapToObj(i -> new Item("i" + i, i < 4 ? "A" : "B", "title " + i))
              .toList(),
          new int[][] {{0, 1, 4, 2, 3}, {4, 5, 0, 6}, {1, 2, 5}, {5, 6, 4}},
          new long[][] {{1, 2, 3, 4, 5}, {1, 2, 3, 4}, {1, 2, 3}, {1, 2, 3}},
          Origin.SIMULATED);

  static final Split SPLIT = new Split(DATA);

  private Fixture() {}

  /** The same scores for everyone. */
  static Recommender constant(String name, float... scores) {
    return new Recommender() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void score(int user, int[] history, float[] out) {
        System.arraycopy(scores, 0, out, 0, scores.length);
      }
    };
  }

  static Recommender fixed() {
    return constant("fixed", .9f, .1f, .5f, .5f, .8f, .2f, .3f);
  }
}
