package dev.weft.recsys.baseline;

import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Recommender;

/** The same for everyone: an item's number of training interactions. */
public final class Popularity implements Recommender {
  private final Split split;

  public Popularity(Split split) {
    this.split = split;
  }

  @Override
  public String name() {
    return "popularity";
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      scores[i] = split.trainCount(i);
    }
  }
}
