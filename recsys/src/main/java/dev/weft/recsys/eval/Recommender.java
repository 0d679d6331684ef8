package dev.weft.recsys.eval;

/**
 * A method that scores items for a user: the higher, the sooner recommended. Only the order of the
 * scores of one user means anything; NaN is an error wherever scores are read.
 *
 * <p>Implementations hand out the same bits for the same user and history, whatever else is in the
 * batch.
 */
public interface Recommender {
  /** The user of a history that is in no data set. */
  int NEW_USER = -1;

  /** The key of this method in {@code metrics.json}, as in {@code itemknn}. */
  String name();

  /**
   * Scores all items for one user.
   *
   * @param user index into the data set, or {@link #NEW_USER}
   * @param history everything the user took before, oldest first; a method reads as much of its end
   *     as it wants. Not to be written to. For a user of the data set it is a prefix of his
   *     sequence.
   * @param scores [items], every element is set
   */
  void score(int user, int[] history, float[] scores);

  /** Scores all items for each of several users; {@code out} is [users][items]. */
  default void scoreBatch(int[] users, int[][] histories, float[][] out) {
    for (int i = 0; i < users.length; i++) {
      score(users[i], histories[i], out[i]);
    }
  }

  /** How many users a call of {@link #scoreBatch} should hold. */
  default int batchSize() {
    return 1;
  }
}
