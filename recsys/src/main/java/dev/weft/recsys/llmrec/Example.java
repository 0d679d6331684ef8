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
  /** Every target of the training part of every user: positions 1 to L - 3. */
  static List<Example> all(Split split) {
    List<Example> examples = new ArrayList<>();
    for (int user = 0; user < split.data().users(); user++) {
      for (int position = 1; position < split.trainLength(user); position++) {
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
