package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Item;
import dev.weft.recsys.data.Origin;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class AboveTest {
  /** Even items are of one domain, odd ones of the other. */
  private static Dataset items(int n) {
    List<Item> items =
        IntStream.range(0, n).mapToObj(i -> new Item("i" + i, "d" + i % 2, "")).toList();
    return Dataset.of(
        "d", List.of("u"), items, new int[][] {{0}}, new long[][] {{0}}, Origin.SIMULATED);
  }

  @Example
  void equalScoresStandAboveTheTarget() {
    Above above = Above.count(items(5), new float[] {1, 1, 1, 1, 1}, 2, new int[] {0});
    assertThat(above).isEqualTo(new Above(3, 4, 1, 2));
  }

  @Example
  void negativeZeroEqualsZero() {
    Above above = Above.count(items(2), new float[] {0f, -0f}, 0, new int[] {});
    assertThat(above.full()).isEqualTo(1);
  }

  @Example
  void aTargetThatTheHistoryHoldsIsKeptAndARepeatedItemRemovedOnce() {
    float[] scores = {5, 4, 3, 2};
    Above above = Above.count(items(4), scores, 2, new int[] {0, 2, 0, 0, 3});
    assertThat(above).isEqualTo(new Above(1, 2, 0, 1));
  }

  @Property(tries = 300, seed = "2026")
  void countsAreThoseOfTheDefinition(@ForAll long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(12);
    Dataset data = items(n);
    float[] scores = new float[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextInt(4);
    }
    int target = random.nextInt(n);
    int[] history = random.ints(random.nextInt(6), 0, n).toArray();
    IntPredicate above = i -> i != target && !(scores[i] < scores[target]);
    IntPredicate read = i -> Arrays.stream(history).anyMatch(h -> h == i);
    IntPredicate here = i -> i % 2 == target % 2;
    assertThat(Above.count(data, scores, target, history))
        .isEqualTo(
            new Above(
                count(n, above.and(read.negate())),
                count(n, above),
                count(n, above.and(read.negate()).and(here)),
                count(n, above.and(here))));
  }

  private static int count(int n, IntPredicate which) {
    return (int) IntStream.range(0, n).filter(which).count();
  }
}
