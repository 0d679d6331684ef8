package dev.weft.cli;

import dev.weft.recsys.eval.Recommender;

/** A recommender that says how many users it has scored. */
record Watched(Recommender method, Progress progress, int[] done) implements Recommender {
  Watched(Recommender method, Progress progress) {
    this(method, progress, new int[1]);
  }

  @Override
  public String name() {
    return method.name();
  }

  @Override
  public int batchSize() {
    return method.batchSize();
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    method.score(user, history, scores);
    advance(1);
  }

  @Override
  public void scoreBatch(int[] users, int[][] histories, float[][] out) {
    method.scoreBatch(users, histories, out);
    advance(users.length);
  }

  private void advance(int users) {
    done[0] += users;
    progress.update(done[0], "");
  }
}
