package dev.weft.recsys.baseline;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Recommender;
import java.util.Arrays;

/**
 * Item-based nearest neighbours: score(i) = sum over the last {@link #HISTORY} items h of cos(h,
 * i), cos(h, i) = |U_h and U_i| / sqrt(|U_h| |U_i|), where U_i are the users with a training
 * interaction with i. An item is no neighbour of its own.
 */
public final class ItemKnn implements Recommender {
  /** How much of the history is read. */
  public static final int HISTORY = 10;

  private final int[][] neighbours;
  private final double[][] similarity;

  public ItemKnn(Split split) {
    int items = split.data().items();
    int[][] itemsOf = trainingSets(split);
    int[][] usersOf = invert(itemsOf, items);
    this.neighbours = new int[items][];
    this.similarity = new double[items][];
    int[] together = new int[items];
    for (int i = 0; i < items; i++) {
      Arrays.fill(together, 0);
      for (int user : usersOf[i]) {
        for (int j : itemsOf[user]) {
          together[j]++;
        }
      }
      together[i] = 0;
      link(i, together, usersOf);
    }
  }

  @Override
  public String name() {
    return "itemknn";
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    double[] sums = new double[scores.length];
    for (int h = Math.max(0, history.length - HISTORY); h < history.length; h++) {
      int[] near = neighbours[history[h]];
      double[] cosine = similarity[history[h]];
      for (int k = 0; k < near.length; k++) {
        sums[near[k]] += cosine[k];
      }
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) sums[i];
    }
  }

  private void link(int item, int[] together, int[][] usersOf) {
    int n = (int) Arrays.stream(together).filter(count -> count > 0).count();
    int[] near = new int[n];
    double[] cosine = new double[n];
    int k = 0;
    for (int j = 0; j < together.length; j++) {
      if (together[j] > 0) {
        near[k] = j;
        cosine[k++] = together[j] / Math.sqrt((double) usersOf[item].length * usersOf[j].length);
      }
    }
    neighbours[item] = near;
    similarity[item] = cosine;
  }

  /** The distinct items of each user's training interactions. */
  private static int[][] trainingSets(Split split) {
    Dataset data = split.data();
    int[][] sets = new int[data.users()][];
    for (int u = 0; u < sets.length; u++) {
      sets[u] = Arrays.stream(data.sequence(u), 0, split.trainLength(u)).distinct().toArray();
    }
    return sets;
  }

  private static int[][] invert(int[][] itemsOf, int items) {
    int[] counts = new int[items];
    for (int[] set : itemsOf) {
      for (int item : set) {
        counts[item]++;
      }
    }
    int[][] usersOf = new int[items][];
    Arrays.setAll(usersOf, i -> new int[counts[i]]);
    for (int user = itemsOf.length - 1; user >= 0; user--) {
      for (int item : itemsOf[user]) {
        usersOf[item][--counts[item]] = user;
      }
    }
    return usersOf;
  }
}
