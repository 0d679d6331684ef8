package dev.weft.recsys.eval;

import dev.weft.recsys.data.Dataset;
import java.util.Arrays;

/**
 * How many items stand above a target, by which of them compete. An item whose score equals the
 * target's stands above it: a constant score then earns nothing, where any other rule would reward
 * a method for not telling items apart.
 *
 * @param full all items but those of the history
 * @param fullKeep all items
 * @param fullDomain the target's domain but for the history
 * @param domain the target's domain
 */
record Above(int full, int fullKeep, int fullDomain, int domain) {

  /**
   * Counts over the scores of all items. The target itself is never counted and never removed, also
   * where the history holds it.
   */
  static Above count(Dataset data, float[] scores, int target, int[] history) {
    float bar = scores[target];
    int home = data.domainOf(target);
    int all = 0;
    int domain = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] >= bar && i != target) {
        all++;
        if (data.domainOf(i) == home) {
          domain++;
        }
      }
    }
    int removed = 0;
    int removedHere = 0;
    for (int i : Arrays.stream(history).distinct().toArray()) {
      if (scores[i] >= bar && i != target) {
        removed++;
        if (data.domainOf(i) == home) {
          removedHere++;
        }
      }
    }
    return new Above(all - removed, all, domain - removedHere, domain);
  }
}
