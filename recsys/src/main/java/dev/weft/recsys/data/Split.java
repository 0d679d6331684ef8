package dev.weft.recsys.data;

import java.util.Arrays;

/**
 * Leave-one-out as LLM-Rec cuts it. Of a user with L interactions, number L-1 is the test target,
 * L-2 the validation target, and 0 .. L-3 are for training, where 1 .. L-3 can be training targets
 * (number 0 has no history). The test history holds the validation item.
 *
 * <p>Short users: training interactions are everything but the last two whatever L is (the
 * published counts of SPIAO, train = interactions - 2 x users, need it), and a target needs a
 * history of at least one item. So two interactions give a test target alone, and one gives none.
 */
public final class Split {
  private final Dataset data;
  private final int[] trainCount;
  private final int trainInteractions;

  public Split(Dataset data) {
    this.data = data;
    this.trainCount = new int[data.items()];
    int total = 0;
    for (int u = 0; u < data.users(); u++) {
      int[] sequence = data.sequence(u);
      int length = trainLength(u);
      for (int i = 0; i < length; i++) {
        trainCount[sequence[i]]++;
      }
      total += length;
    }
    this.trainInteractions = total;
  }

  public Dataset data() {
    return data;
  }

  /** How many interactions of a user, from the oldest on, are for training. */
  public int trainLength(int user) {
    return Math.max(0, data.sequence(user).length - 2);
  }

  /** Training interactions of an item. */
  public int trainCount(int item) {
    return trainCount[item];
  }

  public int trainInteractions() {
    return trainInteractions;
  }

  /** False when the user has no item before that target. */
  public boolean has(int user, Target target) {
    return position(user, target) >= 1;
  }

  /** Where the target stands in the sequence, and so the length of the history before it. */
  public int position(int user, Target target) {
    return data.sequence(user).length - (target == Target.TEST ? 1 : 2);
  }

  /**
   * @throws IllegalArgumentException when the user has no such target
   */
  public int item(int user, Target target) {
    return data.sequence(user)[checkedPosition(user, target)];
  }

  /** A copy of everything before the target, oldest first. */
  public int[] history(int user, Target target) {
    return Arrays.copyOf(data.sequence(user), checkedPosition(user, target));
  }

  private int checkedPosition(int user, Target target) {
    int position = position(user, target);
    if (position < 1) {
      throw new IllegalArgumentException(
          "data set "
              + data.name()
              + ", user \""
              + data.userId(user)
              + "\": no "
              + target
              + " target after "
              + data.sequence(user).length
              + " interactions");
    }
    return position;
  }
}
