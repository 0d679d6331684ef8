package dev.weft.recsys.baseline;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.recsys.eval.Recommender;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Popularity of the last days: the training interactions of an item in [now - days, now), where now
 * is the time of the last item of the user's history; among equals, all training interactions
 * before now decide.
 *
 * <p>Now is not the time of the target, which a recommender cannot know, and is itself left out:
 * times may be whole days, and on amazon-fkb three targets in ten share the day of the last item,
 * so counting that day would count what others took at the target's own time. For a history of no
 * user of the data set now is just after the last training interaction.
 */
public final class RecentPopularity implements Recommender {
  /** The windows from which {@link #tuned} chooses. */
  public static final List<Integer> WINDOWS = List.of(7, 30, 90);

  private static final long DAY = 24 * 60 * 60;

  private record Event(long time, int item) {}

  private final Dataset data;
  private final int days;
  private final long[] times;
  private final int[] items;

  /**
   * Row j counts the first j x items events, so that the counts before any time are one row and at
   * most as many further events as there are items.
   */
  private final int[][] earlier;

  /** More than any item's count, so that a difference in the window outweighs all before it. */
  private final long windowWeight;

  public RecentPopularity(Split split, int days) {
    if (days < 1) {
      throw new IllegalArgumentException("recent: expected at least 1 day, got " + days);
    }
    this.data = split.data();
    this.days = days;
    List<Event> events = new ArrayList<>(split.trainInteractions());
    for (int u = 0; u < data.users(); u++) {
      for (int i = 0; i < split.trainLength(u); i++) {
        events.add(new Event(data.times(u)[i], data.sequence(u)[i]));
      }
    }
    events.sort(Comparator.comparingLong(Event::time));
    this.times = events.stream().mapToLong(Event::time).toArray();
    this.items = events.stream().mapToInt(Event::item).toArray();
    this.earlier = new int[items.length / data.items() + 1][data.items()];
    for (int j = 1; j < earlier.length; j++) {
      earlier[j] = earlier[j - 1].clone();
      count((j - 1) * data.items(), j * data.items(), earlier[j]);
    }
    this.windowWeight =
        1L + IntStream.range(0, data.items()).map(split::trainCount).max().orElse(0);
  }

  /** The window of {@link #WINDOWS} with the best full-ranking NDCG@10 on validation targets. */
  public static RecentPopularity tuned(Split split) {
    Evaluator validation = new Evaluator(split, Target.VALIDATION);
    RecentPopularity best = new RecentPopularity(split, WINDOWS.getFirst());
    double most = -1;
    for (int days : WINDOWS) {
      RecentPopularity candidate = new RecentPopularity(split, days);
      double ndcg = validation.evaluate(candidate).mean(Protocol.FULL, Metric.NDCG_10);
      if (ndcg > most) {
        most = ndcg;
        best = candidate;
      }
    }
    return best;
  }

  /** Length of the window. */
  public int days() {
    return days;
  }

  @Override
  public String name() {
    return "recent";
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    long now = now(user, history);
    int end = firstAtOrAfter(now);
    int[] window = new int[scores.length];
    count(firstAtOrAfter(now - days * DAY), end, window);
    int row = end / scores.length;
    int[] before = earlier[row].clone();
    count(row * scores.length, end, before);
    // Whole numbers, exact in a float below 2^24; above that they may tie but never swap.
    for (int i = 0; i < scores.length; i++) {
      scores[i] = window[i] * windowWeight + before[i];
    }
  }

  private void count(int from, int to, int[] counts) {
    for (int e = from; e < to; e++) {
      counts[items[e]]++;
    }
  }

  private long now(int user, int[] history) {
    if (user == NEW_USER || history.length == 0) {
      return times.length == 0 ? 0 : times[times.length - 1] + 1;
    }
    return data.times(user)[history.length - 1];
  }

  private int firstAtOrAfter(long time) {
    int low = 0;
    int high = times.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (times[middle] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
