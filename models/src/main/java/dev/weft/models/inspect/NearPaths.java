package dev.weft.models.inspect;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The paths that somebody may have meant who named one that is not there. */
final class NearPaths {
  private static final int SHOWN = 3;

  private NearPaths() {}

  /** The nearest first, by what has to be changed in them or in their last parts. */
  static List<String> of(String given, Collection<String> known) {
    return known.stream()
        .filter(path -> !path.isEmpty())
        .sorted(
            Comparator.comparingInt((String path) -> ofParts(given, path))
                .thenComparingInt(path -> distance(given, path)))
        .limit(SHOWN)
        .toList();
  }

  /** The distance of a path, or of what follows one of its dots where that is nearer. */
  private static int ofParts(String given, String path) {
    int nearest = distance(given, path);
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      nearest = Math.min(nearest, distance(given, path.substring(dot + 1)));
    }
    return nearest;
  }

  /** How many characters to insert, drop or change (Levenshtein 1966). */
  static int distance(String a, String b) {
    int[] above = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
