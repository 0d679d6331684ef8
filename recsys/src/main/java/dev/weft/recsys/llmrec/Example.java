package dev.weft.recsys.llmrec;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One training example: the user's item at a position is to be ranked by what came before.
 *
 * @param position index of the target in the user's sequence, 1 or more
 */
record Example(int user, int position) {
  /**
   * The last {@code most} targets of the training part of every user: positions up to L - 3, from 1
   * on.
   */
  static List<Example> last(Split split, int most) {
    List<Example> examples = new ArrayList<>();
    for (int user = 0; user < split.data().users(); user++) {
      for (int position = Math.max(1, split.trainLength(user) - most);
          position < split.trainLength(user);
          position++) {
        examples.add(new Example(user, position));
      }
    }
    return examples;
  }

  int target(Dataset data) {
    return data.sequence(user)[position];
  }

  int[] history(Dataset data) {
    return Arrays.copyOf(data.sequence(user), position);
  }
}
