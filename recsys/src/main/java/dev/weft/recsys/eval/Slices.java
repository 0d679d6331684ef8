package dev.weft.recsys.eval;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of the users that are reported beside all of them: by the domain of the target, by how
 * much of the history is of that domain, by how well the target is known from training.
 *
 * <p>{@code same}, {@code mix} and {@code diff} look at the last {@link #HISTORY_READ} items
 * whatever a method reads, so that a slice holds the same users in every row of a table.
 */
final class Slices {
  static final String ALL = "all";

  /** What LLM-Rec reads. */
  static final int HISTORY_READ = 10;

  /** Targets with at most so many training interactions, and at least one, are sparse. */
  static final int SPARSE = 5;

  private Slices() {}

  /** Slice by name, in the order of reports: positions into {@code users}, ascending. */
  static Map<String, int[]> of(Split split, Target target, int[] users) {
    Dataset data = split.data();
    Map<String, List<Integer>> slices = new LinkedHashMap<>();
    slices.put(ALL, new ArrayList<>());
    data.domains().forEach(domain -> slices.put(domain(domain), new ArrayList<>()));
    for (String name : List.of("same", "mix", "diff", "cold-items", "sparse-items")) {
      slices.put(name, new ArrayList<>());
    }
    for (int i = 0; i < users.length; i++) {
      for (String name : membership(split, users[i], target)) {
        slices.computeIfAbsent(name, n -> new ArrayList<>()).add(i);
      }
    }
    Map<String, int[]> positions = new LinkedHashMap<>();
    slices.forEach((n, p) -> positions.put(n, p.stream().mapToInt(Integer::intValue).toArray()));
    return positions;
  }

  static String domain(String name) {
    return "domain:" + name;
  }

  private static List<String> membership(Split split, int user, Target target) {
    Dataset data = split.data();
    int item = split.item(user, target);
    int home = data.domainOf(item);
    List<String> names = new ArrayList<>(List.of(ALL, domain(data.domains().get(home))));
    int end = split.position(user, target);
    int start = Math.max(0, end - HISTORY_READ);
    int atHome = 0;
    for (int i = start; i < end; i++) {
      if (data.domainOf(data.sequence(user)[i]) == home) {
        atHome++;
      }
    }
    names.add(atHome == end - start ? "same" : atHome > 0 ? "mix" : "diff");
    int known = split.trainCount(item);
    if (known == 0) {
      names.add("cold-items");
    } else if (known <= SPARSE) {
      names.add("sparse-items");
    }
    return names;
  }
}
